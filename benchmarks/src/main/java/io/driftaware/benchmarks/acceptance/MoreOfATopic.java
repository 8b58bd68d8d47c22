package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.detect.Explanation;
import io.driftaware.core.detect.Explanation.ClusterChange;
import io.driftaware.core.detect.WindowVerdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;

/** G5: one known topic, drawn anew for each trial, is three times as frequent as before. */
final class MoreOfATopic {
    private static final int ROWS = 1_000;
    private static final int NAMED = 3;
    private static final String IN_CLUSTERS = "in top 3 clusters";
    private static final String IN_TOPIC = "in grown topic";

    private final WindowRules rules = new WindowRules(WindowVerdict.withDefaults());
    private final Tally tally = new Tally();

    /** The table of the data sets that {@link #known} was run on. */
    Section section(List<LabelledQueries> sets) {
        List<String> notes = new ArrayList<>(List.of(
                "The topic is named if a query of it is among the exemplars of the explanation: of the three clusters that"
                        + " changed most clearly, or of the topic that grew most clearly.",
                "The columns with labels known are bounds, not rules: an exact test of the share of every topic, at 5 % over"
                        + " all topics (Fisher; binomial where the shares themselves are known), by one who knows the topic of"
                        + " each query. Against the half of the baseline that is held out, against all of it, and against a"
                        + " baseline without end. What the last one misses is not in the window."));
        List<Section.Row> rows = new ArrayList<>();
        for (LabelledQueries queries : sets) {
            if (tally.has(queries.name())) {
                rows.add(tally.row(
                        queries.name(),
                        List.of(
                                Target.atLeast(WindowRules.AT_05, 0.8, "found in at least 80 %"),
                                Target.atLeast(IN_CLUSTERS, 0.8, "named in at least 80 %"))));
            } else {
                notes.add(queries.name() + " has no topic with rows enough.");
            }
        }
        return new Section(
                "G5", "One topic three times as frequent, n = 1000: how often each rule finds it", notes, rows);
    }

    /** A trial. */
    void known(Split split, Subject subject, SplittableRandom random) {
        LabelledQueries queries = split.queries();
        List<String> topics = queries.topics();
        String topic = topics.get(random.nextInt(topics.size()));
        int[] drawn = split.windowWithMoreOf(topic, ROWS, random);
        if (drawn.length == 0) {
            return;
        }
        Subject.Window window = subject.window(drawn, random);
        Explanation explanation = Explanation.of(window.buckets(), subject.baseline());
        Map<String, Boolean> fired = new LinkedHashMap<>();
        fired.put(
                IN_CLUSTERS,
                names(
                        explanation.clusters().stream()
                                .limit(NAMED)
                                .map(ClusterChange::exemplars)
                                .flatMap(List::stream),
                        queries,
                        topic));
        fired.put(
                IN_TOPIC,
                names(explanation.grown().stream().flatMap(grown -> grown.exemplars().stream()), queries, topic));
        fired.putAll(rules.fired(subject, window));
        LabelOracle oracle = new LabelOracle(queries, drawn);
        // As many as the baseline holds out; it draws them at random, too.
        fired.put("labels known, half of the baseline", oracle.findsAgainst(split.halfOfBaseline()));
        fired.put("labels known, all of it", oracle.findsAgainst(split.baseline()));
        fired.put("labels and shares known", oracle.findsAgainstSharesOf(split.known()));
        tally.add(queries.name(), fired);
    }

    private static boolean names(Stream<UUID> exemplars, LabelledQueries queries, String topic) {
        return exemplars.anyMatch(id -> queries.label(Subject.row(id)).equals(topic));
    }
}
