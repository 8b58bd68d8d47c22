package io.driftaware.benchmarks.acceptance;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;

/**
 * What could be found at best by one who knows the topic of every query: an exact one-sided test of each topic's share, at 5 %
 * over all topics (Bonferroni). No monitor has labels; this says how much the rows can tell at all.
 */
final class LabelOracle {
    private static final double LEVEL = 0.05;

    private final LabelledQueries queries;
    private final Map<String, Integer> recent;
    private final int rows;

    LabelOracle(LabelledQueries queries, int[] window) {
        this.queries = queries;
        this.recent = counts(window);
        this.rows = window.length;
    }

    /** By Fisher's exact test against some rows of the baseline. */
    boolean findsAgainst(int[] before) {
        Map<String, Integer> old = counts(before);
        double least = recent.entrySet().stream()
                .mapToDouble(topic -> {
                    int both = topic.getValue() + old.getOrDefault(topic.getKey(), 0);
                    return HypergeometricDistribution.of(rows + before.length, both, rows)
                            .survivalProbability(topic.getValue() - 1);
                })
                .min()
                .orElse(1);
        return least < LEVEL / queries.topics().size();
    }

    /** By the binomial test against shares that are known for certain. */
    boolean findsAgainstSharesOf(int[] all) {
        Map<String, Integer> known = counts(all);
        double least = recent.entrySet().stream()
                .mapToDouble(topic -> BinomialDistribution.of(
                                rows, (double) known.getOrDefault(topic.getKey(), 0) / all.length)
                        .survivalProbability(topic.getValue() - 1))
                .min()
                .orElse(1);
        return least < LEVEL / queries.topics().size();
    }

    private Map<String, Integer> counts(int[] some) {
        Map<String, Integer> counts = new HashMap<>();
        IntStream.of(some).forEach(row -> counts.merge(queries.label(row), 1, Integer::sum));
        return counts;
    }
}
