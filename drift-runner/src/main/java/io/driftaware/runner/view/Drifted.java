package io.driftaware.runner.view;

import io.driftaware.runner.Explanation;
import java.util.List;
import java.util.stream.IntStream;

/** What drifted. Without the right to see texts, examples are empty and segments are numbered. */
public record Drifted(
        @Says("estimated share of the recent rows that is not as before, 0 to 1") double share,
        @Says("groups of novel rows, which are farther from the baseline than nearly all of its own, the largest first")
                List<NewTopic> newTopics,
        @Says("known topics whose share has changed, the most certain change first") List<Cluster> clusters,
        @Says("where the drift sits, the largest contribution first") List<Segment> segments,
        @Says("what should be known to read it; may be empty") String note) {

    /** Novel rows that resemble each other. */
    public record NewTopic(
            @Says("of the sample of novel rows") long rows,
            @Says("of the sample of novel rows, 0 to 1") double share,
            @Says("texts as they were stored, or event ids; the most typical first") List<String> examples) {}

    /** A known topic. */
    public record Cluster(
            @Says("its number in the baseline") int cluster,
            @Says("of the baseline, 0 to 1") double shareBefore,
            @Says("of the recent rows, 0 to 1") double share,
            @Says("the change in standard errors") double z,
            @Says("texts of the baseline's most typical rows, as they were stored, or event ids")
                    List<String> examples) {}

    /** A part of the traffic. */
    public record Segment(
            @Says("its name") String segment,
            @Says("of the recent rows that are its own, 0 to 1") double share,
            @Says("what it adds by its share having changed") double mix,
            @Says("what it adds by its own rows having changed") double within,
            @Says("whether its own drift is certain enough to be named among all segments") boolean named) {}

    static Drifted of(Explanation explanation, boolean texts) {
        List<Explanation.SegmentShift> segments = explanation.segments();
        return new Drifted(
                explanation.driftedShare(),
                explanation.topics().stream()
                        .map(topic -> new NewTopic(topic.rows(), topic.share(), texts(topic.examples(), texts)))
                        .toList(),
                explanation.clusters().stream()
                        .map(cluster -> new Cluster(
                                cluster.cluster(),
                                cluster.shareBefore(),
                                cluster.share(),
                                cluster.z(),
                                texts(cluster.examples(), texts)))
                        .toList(),
                IntStream.range(0, segments.size())
                        .mapToObj(i -> new Segment(
                                texts ? segments.get(i).segment() : "segment " + (i + 1),
                                segments.get(i).share(),
                                segments.get(i).mix(),
                                segments.get(i).within(),
                                segments.get(i).named()))
                        .toList(),
                explanation.note());
    }

    private static List<String> texts(List<String> examples, boolean shown) {
        return shown ? examples : List.of();
    }
}
