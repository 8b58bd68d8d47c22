package io.driftaware.core.detect;

import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.InteractionProfile;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Whether the rate of a flag in the recent window is above a configured limit. Only interactions with a known flag count.
 * The baseline does not decide; its rate is a detail where there is one.
 */
public final class RateLimit implements Detector<InteractionProfile> {

    /** Detail: interactions with the flag set. */
    public static final String FLAGGED = "flagged";

    /** Detail: interactions whose flag is unknown and that are therefore left out. */
    public static final String UNKNOWN = "unknown";

    /** Detail: the rate of the baseline window; absent where it has no known flag. */
    public static final String BASELINE_RATE = "baseline_rate";

    private final String name;
    private final Function<InteractionProfile, FlagCounts> flag;
    private final double threshold;
    private final Minimum minimum;

    private RateLimit(String name, Function<InteractionProfile, FlagCounts> flag, double threshold, Minimum minimum) {
        this.name = name;
        this.flag = flag;
        this.threshold = Threshold.of(threshold, 0, 1);
        this.minimum = minimum;
    }

    /** {@code refusal_rate}: a limit of 0.05 and at least 50 known flags. */
    public static RateLimit refusals() {
        return new RateLimit("refusal_rate", InteractionProfile::refusals, 0.05, Minimum.DEFAULT);
    }

    /** {@code toxicity_rate}: a limit of 0.02 and at least 50 known flags. */
    public static RateLimit toxicity() {
        return new RateLimit("toxicity_rate", InteractionProfile::toxicity, 0.02, Minimum.DEFAULT);
    }

    /**
     * The rate above which the finding is exceeded.
     *
     * @throws IllegalArgumentException if it is not 0 to 1
     */
    public RateLimit withThreshold(double threshold) {
        return new RateLimit(name, flag, threshold, minimum);
    }

    /**
     * How many known flags the recent window needs.
     *
     * @throws IllegalArgumentException if it is below 2
     */
    public RateLimit withMinimumSamples(long samples) {
        return new RateLimit(name, flag, threshold, new Minimum(samples));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Finding compare(InteractionProfile recent, InteractionProfile baseline) {
        FlagCounts now = flag.apply(recent);
        FlagCounts before = flag.apply(baseline);
        return minimum.missingRecent(name, "interactions with a known flag", now.known(), before.known())
                .orElseGet(() -> compareEnough(now, before));
    }

    private Finding compareEnough(FlagCounts now, FlagCounts before) {
        double rate = now.rate().orElseThrow();
        SortedMap<String, Double> details = new TreeMap<>();
        details.put(FLAGGED, (double) now.flagged());
        details.put(UNKNOWN, (double) now.unknown());
        before.rate().ifPresent(then -> details.put(BASELINE_RATE, then));
        return new Finding.Compared(name, rate, threshold, rate > threshold, now.known(), before.known(), details);
    }
}
