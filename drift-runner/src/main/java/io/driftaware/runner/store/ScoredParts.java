package io.driftaware.runner.store;

import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The scored rows of one pass by cell; all cells of a baseline share its scorer and the scorer's buffers. */
final class ScoredParts {
    private final Map<Long, EmbeddingScorer> scorers = new HashMap<>();
    private final Map<Cell, Part> parts = new LinkedHashMap<>();

    private record Part(Scoring.Loaded baseline, ScoredRecorder recorder) {}

    /** @param cell of the stream; the profile's is that of its baseline */
    void add(Cell cell, Scoring.Loaded baseline, float[] vector, UUID eventId) {
        Part part = parts.get(cell);
        if (part == null) {
            EmbeddingScorer scorer =
                    scorers.computeIfAbsent(baseline.id(), id -> new EmbeddingScorer(baseline.baseline()));
            part = new Part(baseline, scorer.recorder());
            parts.put(cell, part);
        }
        part.recorder().add(vector, 0, eventId.getMostSignificantBits(), eventId.getLeastSignificantBits());
    }

    /** The profiles of whole buckets and of segments, with their fresh rows counted. */
    Map<Cell, ScoredProfile> sums(TallyCounter tally) {
        Map<Cell, ScoredProfile> sums = new LinkedHashMap<>();
        parts.forEach((cell, part) -> {
            ScoredProfile profile = part.recorder().snapshot();
            Scoring.Loaded baseline = part.baseline();
            Cell scored = new Cell(Long.toString(baseline.id()), "", cell.segment(), cell.bucket());
            tally.novelty(baseline.id(), cell.bucket(), profile.above(baseline.novelEdge()), profile.count());
            sums.merge(scored.whole(), profile, ScoredProfile::merge);
            if (!cell.segment().isEmpty()) {
                sums.put(scored, profile);
            }
        });
        return sums;
    }
}
