package io.driftaware.runner;

import java.io.IOException;
import java.util.List;

/**
 * What has drifted, in the words of those who asked. Rows without a stored text are named by their event id.
 *
 * @param driftedShare estimated share of the recent rows that is not as before, 0 to 1
 * @param topics groups of rows that resemble nothing in the baseline, the largest first
 * @param clusters known topics whose share has changed most, the most certain change first
 * @param segments where the drift sits, the largest contribution first; empty where rows name no segments
 * @param note what should be known to read it, such as why there are no texts; may be empty
 */
public record Explanation(
        double driftedShare,
        List<Topic> topics,
        List<ClusterShift> clusters,
        List<SegmentShift> segments,
        String note) {

    /** Copies the lists. */
    public Explanation {
        topics = List.copyOf(topics);
        clusters = List.copyOf(clusters);
        segments = List.copyOf(segments);
    }

    /**
     * Rows that resemble each other and nothing that was known.
     *
     * @param rows how many of the sampled novel rows belong to it
     * @param share of the sampled novel rows, 0 to 1
     * @param examples texts or event ids, the most typical first
     */
    public record Topic(long rows, double share, List<String> examples) {
        /** Copies the list. */
        public Topic {
            examples = List.copyOf(examples);
        }
    }

    /**
     * A known topic whose share has changed.
     *
     * @param cluster its number in the baseline
     * @param shareBefore of the baseline, 0 to 1
     * @param share of the recent rows, 0 to 1
     * @param z the change in standard errors
     * @param examples texts or event ids of the baseline's most typical rows
     */
    public record ClusterShift(int cluster, double shareBefore, double share, double z, List<String> examples) {
        /** Copies the list. */
        public ClusterShift {
            examples = List.copyOf(examples);
        }
    }

    /**
     * What a segment adds to the drift.
     *
     * @param segment its name
     * @param share of the recent rows that are its own, 0 to 1
     * @param mix contribution of its share having changed
     * @param within contribution of its own rows having changed
     * @param named whether its own drift is certain enough to be named among all segments
     */
    public record SegmentShift(String segment, double share, double mix, double within, boolean named) {}

    /**
     * Reads one as it stands in reports, events and episodes.
     *
     * @throws DriftMonitorException if it cannot be read
     */
    public static Explanation fromJson(String json) {
        try {
            return ExplanationJson.read(JsonNode.of(json));
        } catch (IOException | ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new DriftMonitorException("an explanation cannot be read: another version wrote it", e);
        }
    }
}
