package io.driftaware.core.baseline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts novel rows that resemble each other into groups: agglomerative clustering with average linkage (Sokal and Michener,
 * 1958). Two groups are one topic while their rows are more alike, on average, than half-way between two rows of one
 * cluster of the baseline and two rows of any. For a few dozen rows: costs the cube of their number.
 */
public final class NovelTopics {

    private NovelTopics() {}

    /**
     * The groups, the largest first; in each the places of its rows, the most typical first.
     *
     * @param vectors one for each row, of the baseline's dimension; their directions count
     * @throws IllegalArgumentException if a vector has no direction or another dimension
     */
    public static List<List<Integer>> group(List<float[]> vectors, EmbeddingBaseline baseline) {
        double[][] cosine = cosines(vectors, baseline.dimension());
        double alike = baseline.reference().cohesion();
        List<List<Integer>> groups = new ArrayList<>();
        for (int i = 0; i < cosine.length; i++) {
            groups.add(new ArrayList<>(List.of(i)));
        }
        while (mergeMostAlike(groups, cosine, alike)) {
            // until no two groups are alike
        }
        for (List<Integer> group : groups) {
            List<Integer> members = List.copyOf(group);
            group.sort(Comparator.comparingDouble((Integer row) -> -average(List.of(row), members, cosine))
                    .thenComparingInt(row -> row));
        }
        groups.sort(Comparator.comparingInt((List<Integer> group) -> -group.size())
                .thenComparingInt(group -> group.get(0)));
        return groups;
    }

    private static boolean mergeMostAlike(List<List<Integer>> groups, double[][] cosine, double least) {
        double best = least;
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
        groups.get(one).addAll(groups.remove(other));
        return true;
    }

    private static double average(List<Integer> one, List<Integer> other, double[][] cosine) {
        double sum = 0;
        for (int i : one) {
            for (int j : other) {
                sum += cosine[i][j];
            }
        }
        return sum / (one.size() * other.size());
    }

    private static double[][] cosines(List<float[]> vectors, int dimension) {
        int count = vectors.size();
        float[] units = new float[count * dimension];
        for (int i = 0; i < count; i++) {
            float[] vector = vectors.get(i);
            if (vector.length != dimension || !UnitVectors.normalise(vector, 0, units, i * dimension, dimension)) {
                throw new IllegalArgumentException("vector " + i + " of " + vector.length
                        + " components has no direction, or not " + dimension + " components");
            }
        }
        double[][] cosine = new double[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = i; j < count; j++) {
                double sum = 0;
                for (int k = 0; k < dimension; k++) {
                    sum += (double) units[i * dimension + k] * units[j * dimension + k];
                }
                cosine[i][j] = sum;
                cosine[j][i] = sum;
            }
        }
        return cosine;
    }
}
