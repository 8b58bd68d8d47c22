package io.driftaware.core.detect;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Groups rows of like meaning, to show a few novel rows as the topics that they ask about: agglomerative clustering with
 * average linkage (Sokal and Michener, 1958), until no two groups are alike. The order in which the rows come does not
 * matter. For the few dozen rows of a sample: costs the cube of their number.
 */
public final class SimilarRows {

    private SimilarRows() {}

    /**
     * A row with its embedding.
     *
     * @param eventId names the row
     * @param vector its embedding, of any length but 0; not copied
     */
    public record Row(UUID eventId, float[] vector) {}

    /**
     * Rows that are alike.
     *
     * @param medoid the row that is nearest to the others
     * @param members all of them, the medoid included, those nearest to it first
     */
    public record Group(UUID medoid, List<UUID> members) {}

    /**
     * Groups rows.
     *
     * @param rows at most a few hundred, of one dimension
     * @param leastCosine groups whose rows have a greater mean cosine are one, see
     *     {@link io.driftaware.core.baseline.EmbeddingBaseline#usualNearness()}
     * @return the largest group first; a row that is like no other is a group by itself
     */
    public static List<Group> group(List<Row> rows, double leastCosine) {
        List<Row> ordered =
                rows.stream().sorted(Comparator.comparing(Row::eventId)).toList();
        double[][] cosine = cosines(ordered);
        List<BitSet> groups = new ArrayList<>();
        for (int row = 0; row < cosine.length; row++) {
            BitSet alone = new BitSet();
            alone.set(row);
            groups.add(alone);
        }
        while (mergeMostAlike(groups, cosine, leastCosine)) {
            // until no two groups are alike
        }
        groups.sort(Comparator.comparingInt((BitSet group) -> -group.cardinality())
                .thenComparingInt(group -> group.nextSetBit(0)));
        return groups.stream().map(group -> named(group, ordered, cosine)).toList();
    }

    private static boolean mergeMostAlike(List<BitSet> groups, double[][] cosine, double leastCosine) {
        double best = leastCosine;
        int one = -1;
        int other = -1;
        for (int i = 0; i < groups.size(); i++) {
            for (int j = i + 1; j < groups.size(); j++) {
                double average = average(groups.get(i), groups.get(j), cosine);
                if (average > best) {
                    best = average;
                    one = i;
                    other = j;
                }
            }
        }
        if (one < 0) {
            return false;
        }
        groups.get(one).or(groups.remove(other));
        return true;
    }

    private static double average(BitSet one, BitSet other, double[][] cosine) {
        double sum = 0;
        for (int i = one.nextSetBit(0); i >= 0; i = one.nextSetBit(i + 1)) {
            for (int j = other.nextSetBit(0); j >= 0; j = other.nextSetBit(j + 1)) {
                sum += cosine[i][j];
            }
        }
        return sum / (one.cardinality() * other.cardinality());
    }

    private static Group named(BitSet group, List<Row> rows, double[][] cosine) {
        int medoid = group.stream()
                .boxed()
                .max(Comparator.comparingDouble((Integer row) -> group.stream()
                                .mapToDouble(other -> cosine[row][other])
                                .sum())
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
        List<UUID> members = group.stream()
                .boxed()
                .sorted(Comparator.comparingDouble((Integer row) -> row == medoid ? -2 : -cosine[medoid][row])
                        .thenComparing(Comparator.naturalOrder()))
                .map(row -> rows.get(row).eventId())
                .toList();
        return new Group(rows.get(medoid).eventId(), members);
    }

    private static double[][] cosines(List<Row> rows) {
        double[][] cosines = new double[rows.size()][rows.size()];
        for (int i = 0; i < cosines.length; i++) {
            for (int j = 0; j <= i; j++) {
                cosines[i][j] = dot(rows.get(i).vector(), rows.get(j).vector());
                cosines[j][i] = cosines[i][j];
            }
        }
        double[] lengths = new double[cosines.length];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = Math.sqrt(cosines[i][i]);
        }
        for (int i = 0; i < lengths.length; i++) {
            for (int j = 0; j < lengths.length; j++) {
                cosines[i][j] /= lengths[i] * lengths[j];
            }
        }
        return cosines;
    }

    private static double dot(float[] x, float[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException("vectors of " + x.length + " and " + y.length + " components");
        }
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (double) x[i] * y[i];
        }
        return sum;
    }
}
