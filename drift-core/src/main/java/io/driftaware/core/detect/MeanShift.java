package io.driftaware.core.detect;

import io.driftaware.core.profile.EmbeddingProfile;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the mean of embeddings has moved, from bucket profiles alone: the test of Chen and Qin ("A two-sample test for
 * high-dimensional data", Annals of Statistics 38, 2010) with the sums of buckets in the place of single rows.
 *
 * <p>With S_a the sum and n_a the number of rows of bucket a, T = sum_{a != b} S_a'S_b / sum_{a != b} n_a n_b of each window,
 * added up, less twice the inner product of the means, estimates |mu - mu0|^2 without bias. Products within a bucket are left
 * out, so rows of one session, which lie together, make no false alarm. The null variance needs tr(Sigma^2), which the
 * products of different buckets give: E ((S_a - n_a mu)'(S_b - n_b mu))^2 = n_a n_b tr(Sigma^2), with mu estimated from the
 * other buckets. Neighbouring buckets are merged to at most {@value #MOST_GROUPS} groups first; costs the square of that
 * times the dimension.
 */
final class MeanShift {

    /** Groups of buckets that a window needs: of fewer, tr(Sigma^2) cannot be estimated. */
    static final int LEAST_GROUPS = 10;

    private static final int MOST_GROUPS = 64;
    private static final double ROUNDING = 1e-9;

    private final Groups recent;
    private final Groups before;

    private MeanShift(Groups recent, Groups before) {
        this.recent = recent;
        this.before = before;
    }

    /** @param recent buckets in the order of time */
    static MeanShift of(List<EmbeddingProfile> recent, List<EmbeddingProfile> before) {
        return new MeanShift(Groups.of(recent), Groups.of(before));
    }

    boolean enoughGroups() {
        return recent.sizes.length >= LEAST_GROUPS && before.sizes.length >= LEAST_GROUPS;
    }

    /** One-sided, by the normal limit. Where nothing varies, 0 if the means differ by more than rounding, else 0.5. */
    double pValue() {
        double product = 0;
        for (int i = 0; i < recent.mean.length; i++) {
            product += recent.mean[i] * before.mean[i];
        }
        double squared = recent.squaredMean() + before.squaredMean() - 2 * product;
        double variance = 2 * recent.squaredCovariance() / recent.pairs
                + 2 * before.squaredCovariance() / before.pairs
                + 4 * recent.productOfCovariances(before) / (recent.rows * before.rows);
        if (variance > 0) {
            return PValues.normalUpper(squared / Math.sqrt(variance));
        }
        return squared > ROUNDING * (recent.squaredMean() + before.squaredMean()) ? 0 : 0.5;
    }

    /** Sums of the rows of each group, less the mean of all. */
    private static final class Groups {
        final double[] sizes;
        final double[] mean;
        final double[][] residuals;
        final double rows;
        /** The sum over different groups of the products of their sizes. */
        final double pairs;

        private Groups(List<EmbeddingProfile> groups) {
            this.sizes = groups.stream().mapToDouble(EmbeddingProfile::count).toArray();
            int dimension = groups.isEmpty() ? 0 : groups.get(0).dimension();
            this.mean = new double[dimension];
            this.residuals = new double[sizes.length][];
            double all = 0;
            double squares = 0;
            for (int a = 0; a < sizes.length; a++) {
                residuals[a] = groups.get(a).centroid();
                for (int i = 0; i < dimension; i++) {
                    mean[i] += residuals[a][i] * sizes[a];
                }
                all += sizes[a];
                squares += sizes[a] * sizes[a];
            }
            this.rows = all;
            this.pairs = all * all - squares;
            for (int i = 0; i < dimension; i++) {
                mean[i] /= all;
                for (int a = 0; a < sizes.length; a++) {
                    residuals[a][i] = (residuals[a][i] - mean[i]) * sizes[a];
                }
            }
        }

        static Groups of(List<EmbeddingProfile> buckets) {
            List<EmbeddingProfile> some =
                    buckets.stream().filter(bucket -> bucket.count() > 0).toList();
            int count = Math.min(MOST_GROUPS, some.size());
            List<EmbeddingProfile> groups = new ArrayList<>(count);
            for (int g = 0; g < count; g++) {
                some.subList(g * some.size() / count, (g + 1) * some.size() / count).stream()
                        .reduce(EmbeddingProfile::merge)
                        .ifPresent(groups::add);
            }
            return new Groups(groups);
        }

        /** Estimates |mu|^2: the squared mean less the products within groups, put on the scale of the pairs. */
        double squaredMean() {
            double within = 0;
            double length = dot(mean, mean);
            for (int a = 0; a < sizes.length; a++) {
                within += dot(residuals[a], residuals[a])
                        + 2 * sizes[a] * dot(residuals[a], mean)
                        + sizes[a] * sizes[a] * length;
            }
            return (rows * rows * length - within) / pairs;
        }

        /** Estimates tr(Sigma^2): the mean of each pair is that of the other groups. */
        double squaredCovariance() {
            double sum = 0;
            for (int a = 0; a < sizes.length; a++) {
                double own = dot(residuals[a], residuals[a]);
                for (int b = 0; b < a; b++) {
                    double product = dot(residuals[a], residuals[b]);
                    double others = rows - sizes[a] - sizes[b];
                    double one = product + sizes[b] * (own + product) / others;
                    double other = product + sizes[a] * (dot(residuals[b], residuals[b]) + product) / others;
                    sum += 2 * one * other;
                }
            }
            return Math.max(0, sum / pairs);
        }

        /** Estimates tr(Sigma Sigma0); each group's residual carries 1 - n_a / n of its own noise. */
        double productOfCovariances(Groups other) {
            double sum = 0;
            for (double[] residual : residuals) {
                for (double[] others : other.residuals) {
                    double product = dot(residual, others);
                    sum += product * product;
                }
            }
            return sum * rows * other.rows / (pairs * other.pairs);
        }

        private static double dot(double[] x, double[] y) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * y[i];
            }
            return sum;
        }
    }
}
