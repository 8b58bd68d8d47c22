package io.driftaware.core.detect;

import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.InteractionProfile;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Whether the mean user score has dropped by at least so many points: baseline mean - recent mean, negative where users
 * are more satisfied than before. The difference is taken from exact sums, so that .85 to .80 is a drop of .05 and not of
 * .04999.
 */
public final class FeedbackDrop implements Detector<InteractionProfile> {

    /** The name in findings. */
    public static final String NAME = "feedback_drop";

    /** Detail: the mean score of the recent window. */
    public static final String RECENT_MEAN = "recent_mean";

    /** Detail: the mean score of the baseline window. */
    public static final String BASELINE_MEAN = "baseline_mean";

    private static final FeedbackDrop DEFAULTS = new FeedbackDrop(0.05, Minimum.DEFAULT);

    private final double threshold;
    private final Minimum minimum;

    private FeedbackDrop(double threshold, Minimum minimum) {
        this.threshold = Threshold.of(threshold, 0, 1);
        this.minimum = minimum;
    }

    /** A drop of 0.05 and at least 50 scores in each window. */
    public static FeedbackDrop withDefaults() {
        return DEFAULTS;
    }

    /**
     * The drop from which on the finding is exceeded.
     *
     * @throws IllegalArgumentException if it is not 0 to 1
     */
    public FeedbackDrop withThreshold(double threshold) {
        return new FeedbackDrop(threshold, minimum);
    }

    /**
     * How many scores each window needs.
     *
     * @throws IllegalArgumentException if it is below 2
     */
    public FeedbackDrop withMinimumSamples(long samples) {
        return new FeedbackDrop(threshold, new Minimum(samples));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Finding compare(InteractionProfile recent, InteractionProfile baseline) {
        FeedbackCounts now = recent.feedback();
        FeedbackCounts before = baseline.feedback();
        return minimum.missing(NAME, "scores", now.count(), before.count()).orElseGet(() -> compareEnough(now, before));
    }

    private Finding compareEnough(FeedbackCounts now, FeedbackCounts before) {
        double drop = drop(now, before);
        SortedMap<String, Double> details = new TreeMap<>();
        details.put(RECENT_MEAN, now.mean().orElseThrow());
        details.put(BASELINE_MEAN, before.mean().orElseThrow());
        return new Finding.Compared(NAME, drop, threshold, drop >= threshold, now.count(), before.count(), details);
    }

    private static double drop(FeedbackCounts now, FeedbackCounts before) {
        BigDecimal n = BigDecimal.valueOf(now.count());
        BigDecimal m = BigDecimal.valueOf(before.count());
        BigDecimal crossed = before.sum().multiply(n).subtract(now.sum().multiply(m));
        return crossed.divide(n.multiply(m), MathContext.DECIMAL128).doubleValue();
    }
}
