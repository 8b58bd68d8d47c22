package io.driftaware.core.detect;

import io.driftaware.core.profile.EmbeddingProfile;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether the mean direction of embeddings has turned: the cosine distance of the centroids with its noise floor taken
 * off.
 *
 * <p>The centroid of n vectors is its true mean plus noise of squared length s2/n, where s2 is the trace of the
 * covariance. So 1 - cos of two centroids is above zero without any drift, by about s2/2 (1/n + 1/m) over the squared
 * length of the mean. With k = (|xbar|^2 - s2/n) / |xbar|^2, the share of a squared centroid that is signal, the cosine
 * of the true means is estimated by cos / sqrt(kx ky): the inner product of independent centroids is unbiased, only
 * their lengths are too great. The noise floor is 1 - sqrt(kx ky), and the value is 1 - cos / sqrt(kx ky), clamped to
 * [0, 2].
 *
 * <p>Where a k is below 0.1 the mean can hardly be told from noise, its direction says nothing, and the finding is
 * Insufficient. (With a bar at 0, no-drift samples of two real query sets, their common mean taken out, exceeded 0.1 in
 * 9 to 18 of 100 draws; with this one in 3 to 6. As they are, k is above 0.8 at 50 queries.) Below 30 vectors k itself is
 * uncertain, and the bar is 0.8: at 0.1 samples of 10 and 20 queries exceeded the threshold in up to 21 and 8 of 100 draws.
 */
public final class CentroidShift implements Detector<EmbeddingProfile> {

    /** The name in findings. */
    public static final String NAME = "centroid_shift";

    /** Detail: the raw cosine distance of the centroids. */
    public static final String COSINE_DISTANCE = "cosine_distance";

    /** Detail: the cosine distance that noise alone makes. */
    public static final String NOISE_FLOOR = "noise_floor";

    /** Detail: the relative change of the mean variance; absent where the baseline has none. */
    public static final String VARIANCE_CHANGE = "variance_change";

    private static final double LEAST_SIGNAL = 0.1;
    private static final double LEAST_SIGNAL_OF_FEW = 0.8;
    private static final long FEW = 30;

    private static final CentroidShift DEFAULTS = new CentroidShift(Threshold.of(0.1, 0, 2), Minimum.DEFAULT);

    private final double threshold;
    private final Minimum minimum;

    private CentroidShift(double threshold, Minimum minimum) {
        this.threshold = threshold;
        this.minimum = minimum;
    }

    /** A threshold of 0.1 and at least 50 vectors in each window. */
    public static CentroidShift withDefaults() {
        return DEFAULTS;
    }

    /**
     * The debiased cosine distance above which the finding is exceeded.
     *
     * @throws IllegalArgumentException if it is not 0 to 2
     */
    public CentroidShift withThreshold(double threshold) {
        return new CentroidShift(Threshold.of(threshold, 0, 2), minimum);
    }

    /**
     * How many vectors each window needs.
     *
     * @throws IllegalArgumentException if it is below 2
     */
    public CentroidShift withMinimumSamples(long samples) {
        return new CentroidShift(threshold, new Minimum(samples));
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the dimensions differ
     */
    @Override
    public Finding compare(EmbeddingProfile recent, EmbeddingProfile baseline) {
        requireSameDimension(recent, baseline);
        return minimum.missing(NAME, "embeddings", recent.count(), baseline.count())
                .orElseGet(() -> compareEnough(recent, baseline));
    }

    /**
     * The classic number: 1 - cos of the centroids, 0 to 2, noise included. Empty where a profile is empty or its
     * centroid has no length.
     *
     * @throws IllegalArgumentException if the dimensions differ
     */
    public static OptionalDouble cosineDistance(EmbeddingProfile recent, EmbeddingProfile baseline) {
        requireSameDimension(recent, baseline);
        if (recent.count() == 0 || baseline.count() == 0) {
            return OptionalDouble.empty();
        }
        return finite(CentroidGeometry.cosineDistance(recent.centroidMatrix(), baseline.centroidMatrix()));
    }

    /**
     * The classic number: |v - v0| / v0 with v the mean over the components of their variance. Empty where a profile is
     * empty or the baseline does not vary.
     *
     * @throws IllegalArgumentException if the dimensions differ
     */
    public static OptionalDouble varianceChange(EmbeddingProfile recent, EmbeddingProfile baseline) {
        requireSameDimension(recent, baseline);
        if (recent.count() == 0 || baseline.count() == 0) {
            return OptionalDouble.empty();
        }
        double before = baseline.meanVariance();
        return finite(Math.abs(recent.meanVariance() - before) / before);
    }

    private Finding compareEnough(EmbeddingProfile recent, EmbeddingProfile baseline) {
        CentroidGeometry geometry = CentroidGeometry.of(recent, baseline);
        // Written so that the NaN of a centroid without length counts as no signal.
        if (!(geometry.recentSignal() >= leastSignal(recent))) {
            return noDirection("recent", recent, baseline, recent.count());
        }
        if (!(geometry.baselineSignal() >= leastSignal(baseline))) {
            return noDirection("baseline", recent, baseline, baseline.count());
        }
        double value = Math.max(0, Math.min(2, geometry.debiased()));
        SortedMap<String, Double> details = new TreeMap<>();
        details.put(COSINE_DISTANCE, geometry.cosineDistance());
        details.put(NOISE_FLOOR, geometry.noiseFloor());
        varianceChange(recent, baseline).ifPresent(change -> details.put(VARIANCE_CHANGE, change));
        return new Finding.Compared(
                NAME, value, threshold, value > threshold, recent.count(), baseline.count(), details);
    }

    private static double leastSignal(EmbeddingProfile profile) {
        return profile.count() < FEW ? LEAST_SIGNAL_OF_FEW : LEAST_SIGNAL;
    }

    private static Finding noDirection(String window, EmbeddingProfile recent, EmbeddingProfile baseline, long has) {
        String reason = "the mean direction of the " + has + " embeddings of the " + window
                + " window cannot be told from noise";
        return new Finding.Insufficient(NAME, reason, recent.count(), baseline.count(), 2 * has);
    }

    private static OptionalDouble finite(double number) {
        return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    private static void requireSameDimension(EmbeddingProfile recent, EmbeddingProfile baseline) {
        if (recent.dimension() != baseline.dimension()) {
            throw new IllegalArgumentException("recent vectors have " + recent.dimension() + " components, baseline "
                    + baseline.dimension() + ": compare embeddings of one model only");
        }
    }
}
