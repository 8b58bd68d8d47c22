package io.driftaware.core.detect;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Groups rows of like meaning, to show a few novel rows as the topics that they ask about: the row with the most others near
 * it makes a group of them, then the one with the most among those that are left, and so on. The order in which the rows come
 * does not matter. For the few dozen rows of a sample: costs the square of their number times the dimension.
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
     * @param leastCosine rows at or above it are near, see
     *     {@link io.driftaware.core.baseline.EmbeddingBaseline#usualNearness()}
     * @return the largest group first; a row that is near no other is a group by itself
     */
    public static List<Group> group(List<Row> rows, double leastCosine) {
        List<Row> ordered =
                rows.stream().sorted(Comparator.comparing(Row::eventId)).toList();
        double[][] cosine = cosines(ordered);
        BitSet left = new BitSet(ordered.size());
        left.set(0, ordered.size());
        List<Group> groups = new ArrayList<>();
        while (!left.isEmpty()) {
            BitSet group = near(left.nextSetBit(0), left, cosine, leastCosine);
            for (int row = left.nextSetBit(0); row >= 0; row = left.nextSetBit(row + 1)) {
                BitSet near = near(row, left, cosine, leastCosine);
                if (near.cardinality() > group.cardinality()) {
                    group = near;
                }
            }
            groups.add(named(group, ordered, cosine));
            left.andNot(group);
        }
        return groups;
    }

    private static BitSet near(int row, BitSet left, double[][] cosine, double leastCosine) {
        BitSet near = new BitSet();
        left.stream()
                .filter(other -> other == row || cosine[row][other] >= leastCosine)
                .forEach(near::set);
        return near;
    }

    private static Group named(BitSet group, List<Row> rows, double[][] cosine) {
        int medoid = group.stream()
                .boxed()
                .max(Comparator.comparingDouble((Integer row) ->
                                group.stream().mapToDouble(other -> cosine[row][other]).sum())
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
