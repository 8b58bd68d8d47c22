package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The scored rows of one pass by cell. A recorder has large buffers of its own, so only so many are kept at a time; the one
 * that was not used for longest is reduced to its profile.
 */
final class ScoredParts {
    private static final int MOST_OPEN = 48;

    private final Map<Cell, ScoredProfile> closed = new LinkedHashMap<>();
    private final Map<Cell, Scoring.Loaded> baselines = new HashMap<>();
    private final LinkedHashMap<Cell, ScoredRecorder> open = new LinkedHashMap<>(16, 0.75f, true);

    /** @param cell of the stream; the profile's is that of its baseline */
    void add(Cell cell, Scoring.Loaded baseline, float[] vector, UUID eventId) {
        ScoredRecorder recorder = open.get(cell);
        if (recorder == null) {
            recorder = new ScoredRecorder(baseline.baseline());
            open.put(cell, recorder);
            baselines.put(cell, baseline);
            if (open.size() > MOST_OPEN) {
                Map.Entry<Cell, ScoredRecorder> eldest =
                        open.entrySet().iterator().next();
                close(eldest.getKey(), eldest.getValue());
                open.remove(eldest.getKey());
            }
        }
        recorder.add(vector, 0, eventId.getMostSignificantBits(), eventId.getLeastSignificantBits());
    }

    /** The profiles of whole buckets and of segments, with their fresh rows counted. */
    Map<Cell, ScoredProfile> sums(TallyCounter tally) {
        open.forEach(this::close);
        open.clear();
        Map<Cell, ScoredProfile> sums = new LinkedHashMap<>();
        closed.forEach((cell, profile) -> {
            Scoring.Loaded baseline = baselines.get(cell);
            if (baseline != null) {
                Cell scored = new Cell(Long.toString(baseline.id()), "", cell.segment(), cell.bucket());
                tally.novelty(baseline.id(), cell.bucket(), profile.above(baseline.novelEdge()), profile.count());
                sums.merge(scored.whole(), profile, ScoredProfile::merge);
                if (!cell.segment().isEmpty()) {
                    sums.put(scored, profile);
                }
            }
        });
        return sums;
    }

    private void close(Cell cell, ScoredRecorder recorder) {
        closed.merge(cell, recorder.snapshot(), ScoredProfile::merge);
    }
}
