package io.driftaware.core.detect;

import io.driftaware.core.profile.EmbeddingProfile;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rule for embeddings while there is no baseline yet to test against: the debiased cosine of {@link CentroidShift} is at
 * or above its threshold, and the mean has moved by a test at level 0.01 (see {@link MeanShift}). Sees coarse changes only.
 */
public final class ProvisionalShift {

    /** The name in findings. */
    public static final String NAME = "provisional_shift";

    /** Detail: the p-value of the mean's test. */
    public static final String P_VALUE = "p_value";

    /** The level of the test. */
    public static final double LEVEL = 0.01;

    private static final ProvisionalShift DEFAULTS = new ProvisionalShift(CentroidShift.withDefaults());

    private final CentroidShift centroids;

    private ProvisionalShift(CentroidShift centroids) {
        this.centroids = centroids;
    }

    /** A threshold of 0.1 and at least 50 vectors in each window. */
    public static ProvisionalShift withDefaults() {
        return DEFAULTS;
    }

    /**
     * The debiased cosine distance from which on the finding may be exceeded.
     *
     * @throws IllegalArgumentException if it is not 0 to 2
     */
    public ProvisionalShift withThreshold(double threshold) {
        return new ProvisionalShift(centroids.withThreshold(threshold));
    }

    /**
     * How many vectors each window needs.
     *
     * @throws IllegalArgumentException if it is below 2
     */
    public ProvisionalShift withMinimumSamples(long samples) {
        return new ProvisionalShift(centroids.withMinimumSamples(samples));
    }

    /**
     * Compares two windows.
     *
     * @param recent what is judged: the profiles of its buckets in the order of time
     * @param baseline the same of what it is compared with
     * @return {@link Finding.Compared} with the debiased cosine distance as its value, or {@link Finding.Insufficient}
     * @throws IllegalArgumentException if a window has no profile, or dimensions differ
     */
    public Finding compare(List<EmbeddingProfile> recent, List<EmbeddingProfile> baseline) {
        Finding centroid = centroids.compare(EmbeddingProfile.merge(recent), EmbeddingProfile.merge(baseline));
        if (centroid instanceof Finding.Insufficient insufficient) {
            return new Finding.Insufficient(
                    NAME,
                    insufficient.reason(),
                    insufficient.recentSamples(),
                    insufficient.baselineSamples(),
                    insufficient.needed());
        }
        Finding.Compared compared = (Finding.Compared) centroid;
        MeanShift mean = MeanShift.of(recent, baseline);
        if (!mean.enoughGroups()) {
            return new Finding.Insufficient(
                    NAME,
                    "one of the two windows has embeddings of fewer than " + MeanShift.LEAST_GROUPS
                            + " different quarters of an hour: what came at once is alike, and proves no change",
                    compared.recentSamples(),
                    compared.baselineSamples(),
                    MeanShift.LEAST_GROUPS);
        }
        double p = mean.pValue();
        SortedMap<String, Double> details = new TreeMap<>(compared.details());
        details.put(P_VALUE, p);
        return new Finding.Compared(
                NAME,
                compared.value(),
                compared.threshold(),
                compared.value() >= compared.threshold() && p <= LEVEL,
                compared.recentSamples(),
                compared.baselineSamples(),
                details);
    }
}
