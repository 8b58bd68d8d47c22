package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.RateExcess;
import io.driftaware.core.detect.RateTest;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.sequential.BatchCorrelation;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateRise;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.StratumRates;
import io.driftaware.runner.store.Hypothesis;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges the rate of one flag: against its configured limit, and against its baseline where there is one.
 *
 * @param name of the detector in findings
 * @param limit configured, 0 to 1
 * @param minimumSamples known flags that a window needs
 * @param risk that the limit estimated from the baseline is below the true rate
 */
record RateJudge(String name, double limit, int minimumSamples, double risk) {
    /** Evidence can be kept against rates above 0 alone; a limit of 0 is exceeded by the first event all the same. */
    private static final double LEAST_LIMIT = 1e-9;

    /** Detail: the smallest rate that as many rows as the window has can be expected to raise an alarm for. */
    static final String MINIMUM_DETECTABLE = "minimum_detectable";

    /**
     * What there is to judge.
     *
     * @param fresh counts that this check brought, one vote per conversation
     * @param window buckets of the recent window
     * @param unseen buckets that the daily test has not seen; empty where it is not due
     * @param baseline null where none has been learned
     */
    record Data(
            StratumCounts fresh,
            List<FlagCounts> window,
            List<FlagCounts> unseen,
            @Nullable KnownBaseline<RateBaseline> baseline) {}

    /** Takes the evidence in and lists the claims; none where the window has too few rows to show an effect. */
    List<Claim> claims(Data data, Sequences sequences) {
        double correlation = data.baseline() == null
                ? correlation(data.window())
                : data.baseline().contents().correlation();
        boolean events = data.fresh().events() > 0;
        if (limit < 1) {
            step(
                    Hypothesis.LIMIT,
                    null,
                    StratumRates.constant(Math.max(LEAST_LIMIT, limit)),
                    correlation,
                    data,
                    sequences);
            stepWindow(data.unseen(), correlation, sequences);
        }
        KnownBaseline<RateBaseline> baseline = data.baseline();
        if (baseline != null) {
            step(Hypothesis.BASELINE, baseline.id(), baseline.contents().limits(risk), correlation, data, sequences);
        }
        FlagCounts whole = whole(data.window());
        if (whole.known() < minimumSamples) {
            return List.of();
        }
        double rate = whole.rate().orElseThrow();
        List<Claim> claims = new ArrayList<>();
        if (limit < 1) {
            claims.add(sequences.claim(Hypothesis.LIMIT, rate, limit, rate > limit, events));
            claims.add(sequences.claim(
                    Hypothesis.WINDOW, rate, limit, rate > limit, events || sequences.stepped(Hypothesis.WINDOW)));
        }
        if (baseline != null) {
            double before = baseline.contents().rate();
            double threshold = RateExcess.threshold(before);
            claims.add(
                    sequences.claim(Hypothesis.BASELINE, rate - before, threshold, rate - before >= threshold, events));
        }
        return claims;
    }

    /** The finding that goes with the claim that decided; the rate itself is among its details. */
    Finding finding(
            List<FlagCounts> window,
            @Nullable Claim claim,
            @Nullable KnownBaseline<RateBaseline> baseline,
            Sequences sequences) {
        FlagCounts whole = whole(window);
        long before = baseline == null ? 0 : baseline.row().rows();
        if (claim == null) {
            return new Finding.Insufficient(
                    name,
                    limit >= 1 && whole.known() >= minimumSamples
                            ? "its limit is 1, and there is no baseline yet"
                            : "the recent window has " + whole.known() + " interactions with a known flag, "
                                    + minimumSamples + " are needed",
                    whole.known(),
                    before,
                    minimumSamples);
        }
        Details details = new Details()
                .with("rate", whole.rate().orElseThrow())
                .with("flagged", whole.flagged())
                .with("unknown", whole.unknown());
        if (baseline != null) {
            details.with("baseline_rate", baseline.contents().rate());
        }
        boolean rise = claim.hypothesis().equals(Hypothesis.BASELINE.label());
        double usual = rise && baseline != null ? baseline.contents().rate() : 0;
        double known = rise ? usual : limit;
        if (known > 0 && known < 1) {
            RateRise.above(known)
                    .detectableRate(whole.known(), sequences.logAlarm(Hypothesis.LIMIT))
                    .ifPresent(rate -> details.with(MINIMUM_DETECTABLE, rate - usual));
        }
        return new Finding.Compared(
                rise ? name + "_rise" : name,
                claim.value(),
                claim.threshold(),
                claim.effect(),
                whole.known(),
                before,
                details.map());
    }

    private static void step(
            Hypothesis hypothesis,
            @Nullable Long baselineId,
            StratumRates rates,
            double correlation,
            Data data,
            Sequences sequences) {
        Evidence before = sequences.before(hypothesis, baselineId, RateRise.ALTERNATIVES);
        double[] logE = new RateWatch(rates, correlation, sequences.logAlarm(hypothesis))
                .step(before, data.fresh())
                .logE();
        if (data.fresh().rows() > 0) {
            sequences.step(hypothesis, baselineId, logE, Deltas.counts(data.fresh(), logE));
        } else {
            sequences.keep(hypothesis, baselineId);
        }
    }

    /**
     * The e-values of the hours together: stronger than one made of the window's p-value. Hours may hold a burst of one
     * conversation, which no vote has thinned out here: the more they differ, the less each of their rows says.
     */
    private void stepWindow(List<FlagCounts> unseen, double usual, Sequences sequences) {
        FlagCounts whole = whole(unseen);
        double correlation = Math.max(usual, correlation(unseen));
        if (whole.known() >= minimumSamples && sequences.due(Hypothesis.WINDOW, null)) {
            RateRise rise = RateRise.above(Math.max(LEAST_LIMIT, limit));
            double[] logE = new double[RateRise.ALTERNATIVES];
            for (FlagCounts hour : unseen) {
                double[] ofHour = rise.logE(hour.flagged(), hour.known());
                for (int j = 0; j < logE.length; j++) {
                    logE[j] += ofHour[j] / BatchCorrelation.designEffect(correlation, hour.known());
                }
            }
            double p = RateTest.above(unseen, limit);
            sequences.step(Hypothesis.WINDOW, null, logE, Deltas.window(whole.known(), p, logE));
        } else {
            sequences.keep(Hypothesis.WINDOW, null);
        }
    }

    private static double correlation(List<FlagCounts> window) {
        BatchCorrelation correlation = new BatchCorrelation();
        window.forEach(bucket -> correlation.add(bucket.flagged(), bucket.known()));
        return correlation.estimate();
    }

    private static FlagCounts whole(List<FlagCounts> buckets) {
        long flagged = 0;
        long unflagged = 0;
        long unknown = 0;
        for (FlagCounts bucket : buckets) {
            flagged += bucket.flagged();
            unflagged += bucket.unflagged();
            unknown += bucket.unknown();
        }
        return new FlagCounts(flagged, unflagged, unknown);
    }
}
