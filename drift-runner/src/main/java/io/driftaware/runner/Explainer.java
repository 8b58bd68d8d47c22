package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredProfile.NovelRow;
import io.driftaware.core.detect.Explanation.ClusterChange;
import io.driftaware.core.detect.SegmentShares;
import io.driftaware.core.detect.SimilarRows;
import io.driftaware.runner.Explanation.ClusterShift;
import io.driftaware.runner.Explanation.SegmentShift;
import io.driftaware.runner.Explanation.Topic;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.RowTexts;
import io.driftaware.runner.store.RowVectors;
import io.driftaware.runner.store.SegmentBaselines;
import io.driftaware.runner.store.WatchedStream;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** Says what drifted in the words of real queries. */
final class Explainer {
    private static final int TOPICS = 5;
    private static final int CLUSTERS = 5;
    private static final int EXAMPLES = 3;
    private static final int SEGMENTS = 5;
    /** Share of the segments named as changed that may be wrong. */
    private static final double FALSE_NAMES = 0.1;
    /** Standard errors from which on a changed share is worth a line. */
    private static final double NOTABLE = 3;

    /** Fewer rows that resemble each other are chance, not a topic. */
    private static final int LEAST_ROWS = 3;

    private static final double LEAST_SHARE = 0.05;

    private final CalibratedCheck check;
    private final WatchedStream stream;
    private final EmbeddingSpace space;

    Explainer(CalibratedCheck check, WatchedStream stream, EmbeddingSpace space) {
        this.check = check;
        this.stream = stream;
        this.space = space;
    }

    /**
     * Explains.
     *
     * @param window buckets with rows in them, by their start
     * @param start of the window
     */
    Explanation explain(
            SortedMap<Instant, ScoredProfile> window, Instant start, KnownBaseline<EmbeddingBaseline> baseline)
            throws SQLException {
        io.driftaware.core.detect.Explanation found =
                io.driftaware.core.detect.Explanation.of(window, baseline.contents());
        List<UUID> ids = found.novelRows().stream().map(NovelRow::eventId).toList();
        Map<UUID, String> texts = RowTexts.of(check.connection(), stream, ids);
        Map<UUID, String> baselineTexts = baselineTexts(baseline);
        List<ClusterShift> clusters = new ArrayList<>();
        for (ClusterChange change : notable(found.clusters())) {
            clusters.add(new ClusterShift(
                    change.cluster(),
                    change.shareBefore(),
                    change.share(),
                    change.z(),
                    words(change.exemplars(), baselineTexts)));
        }
        return new Explanation(
                found.driftedShare(),
                topics(ids, texts, baseline.contents()),
                clusters,
                segments(baseline, start),
                texts.isEmpty() && !ids.isEmpty()
                        ? "no text is stored for these rows: only vectors were logged, so rows are named by event_id"
                        : "");
    }

    private List<Topic> topics(List<UUID> ids, Map<UUID, String> texts, EmbeddingBaseline baseline)
            throws SQLException {
        List<SimilarRows.Row> rows = new ArrayList<>();
        RowVectors.of(check.connection(), check.kind(), space, ids)
                .forEach((id, vector) -> rows.add(new SimilarRows.Row(id, vector)));
        List<Topic> topics = new ArrayList<>();
        for (SimilarRows.Group group : SimilarRows.group(rows, baseline.usualNearness())) {
            int members = group.members().size();
            if (members >= LEAST_ROWS && members >= LEAST_SHARE * rows.size() && topics.size() < TOPICS) {
                topics.add(new Topic(members, (double) members / rows.size(), words(group.members(), texts)));
            }
        }
        return topics;
    }

    private static List<ClusterChange> notable(List<ClusterChange> changes) {
        return changes.stream()
                .filter(change -> Math.abs(change.z()) >= NOTABLE)
                .limit(CLUSTERS)
                .toList();
    }

    private List<SegmentShift> segments(KnownBaseline<EmbeddingBaseline> baseline, Instant start) throws SQLException {
        SortedMap<String, ScoredProfile> before = SegmentBaselines.of(check.connection(), baseline.row());
        SortedMap<String, ScoredProfile> recent = SegmentBaselines.since(check.connection(), baseline.row(), start);
        if (before.isEmpty() || recent.isEmpty()) {
            return List.of();
        }
        ScoredProfile none = baseline.contents().empty();
        SortedMap<String, SegmentShares.Windows> windows = new TreeMap<>();
        Stream.concat(before.keySet().stream(), recent.keySet().stream())
                .forEach(segment -> windows.put(
                        segment,
                        new SegmentShares.Windows(
                                before.getOrDefault(segment, none), recent.getOrDefault(segment, none))));
        double rows = recent.values().stream().mapToLong(ScoredProfile::count).sum();
        return SegmentShares.ofNovelty(windows, baseline.contents(), FALSE_NAMES).stream()
                .map(part -> new SegmentShift(
                        part.segment(),
                        recent.getOrDefault(part.segment(), none).count() / rows,
                        part.movedMix(),
                        part.movedWithin(),
                        part.carries()))
                .sorted(Comparator.comparingDouble(
                        (SegmentShift segment) -> -Math.abs(segment.mix() + segment.within())))
                .limit(SEGMENTS)
                .toList();
    }

    /** The first few different texts; the id of a row without one. */
    private static List<String> words(List<UUID> ids, Map<UUID, String> texts) {
        return ids.stream()
                .map(id -> texts.getOrDefault(id, id.toString()))
                .distinct()
                .limit(EXAMPLES)
                .toList();
    }

    private Map<UUID, String> baselineTexts(KnownBaseline<EmbeddingBaseline> baseline) throws SQLException {
        try {
            return BaselineWork.texts(BaselineStore.details(check.connection(), baseline.id()));
        } catch (IOException e) {
            return Map.of();
        }
    }
}
