package io.driftaware.runner;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.RateExcess;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.sequential.BatchCorrelation;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.RateRise;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.StratumRates;
import io.driftaware.runner.store.Hypothesis;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;

/**
 * Judges how many queries have no document near them, against the baseline: those without a hit, and those whose best score is
 * below the baseline's edge.
 *
 * @param minimumSamples retrievals that a window needs
 * @param risk that the limit estimated from the baseline is below the true rate
 */
record CoverageJudge(int minimumSamples, double risk) {
    static final String NAME = "uncovered_rate_rise";

    /** Detail: the least score of a query that the documents cover, 0 to 1; at 0 any hit will do. */
    static final String SCORE_EDGE = "score_edge";

    /**
     * What there is to judge.
     *
     * @param fresh retrievals that this check brought, one vote per conversation
     * @param window retrievals of the recent window
     * @param unseen hours that the daily test has not seen; empty where it is not due
     * @param baseline what is usual
     */
    record Data(
            Map<Stratum, RetrievalProfile> fresh,
            RetrievalProfile window,
            NavigableMap<Instant, RetrievalProfile> unseen,
            KnownBaseline<CoverageBaseline> baseline) {

        int edge() {
            return baseline.contents().edge();
        }

        /** Share of the window below the edge. */
        OptionalDouble rate() {
            return window.below(edge()).rate();
        }
    }

    /** Takes the evidence in and lists the claims; none where the window has too few rows to show an effect. */
    List<Claim> claims(Data data, Sequences sequences) {
        Long id = data.baseline().id();
        StratumRates limits = data.baseline().contents().usual().limits(risk);
        StratumCounts fresh = StratumCounts.none();
        for (Map.Entry<Stratum, RetrievalProfile> part : data.fresh().entrySet()) {
            FlagCounts below = part.getValue().below(data.edge());
            fresh = fresh.plus(part.getKey(), below.flagged(), below.known());
        }
        if (fresh.rows() > 0) {
            Evidence before = sequences.before(Hypothesis.BASELINE, id, RateRise.ALTERNATIVES);
            double correlation = data.baseline().contents().usual().correlation();
            double[] logE = new RateWatch(limits, correlation, sequences.logAlarm(Hypothesis.BASELINE))
                    .step(before, fresh)
                    .logE();
            sequences.step(Hypothesis.BASELINE, id, logE, Deltas.counts(fresh, logE));
        } else {
            sequences.keep(Hypothesis.BASELINE, id);
        }
        stepWindow(data, limits, sequences);
        if (data.window().known() < minimumSamples) {
            return List.of();
        }
        double before = data.baseline().contents().usual().rate();
        double rise = data.rate().orElseThrow() - before;
        double threshold = RateExcess.threshold(before);
        boolean events = fresh.events() > 0;
        return List.of(
                sequences.claim(Hypothesis.BASELINE, rise, threshold, rise >= threshold, events),
                sequences.claim(
                        Hypothesis.WINDOW,
                        rise,
                        threshold,
                        rise >= threshold,
                        events || sequences.stepped(Hypothesis.WINDOW)));
    }

    /**
     * The e-values of the hours together. Hours may hold a burst of one conversation, which no vote has thinned out here: the
     * more they differ, the less each of their rows says.
     */
    private void stepWindow(Data data, StratumRates limits, Sequences sequences) {
        Long id = data.baseline().id();
        long known = data.unseen().values().stream()
                .mapToLong(RetrievalProfile::known)
                .sum();
        if (known < minimumSamples || !sequences.due(Hypothesis.WINDOW, id)) {
            sequences.keep(Hypothesis.WINDOW, id);
            return;
        }
        RateWatch watch = new RateWatch(limits, correlationOfHours(data), sequences.logAlarm(Hypothesis.WINDOW));
        double[] logE = new double[RateRise.ALTERNATIVES];
        StratumCounts counts = StratumCounts.none();
        for (Map.Entry<Instant, RetrievalProfile> hour : data.unseen().entrySet()) {
            FlagCounts below = hour.getValue().below(data.edge());
            StratumCounts ofHour =
                    StratumCounts.of(Stratum.of(hour.getKey(), ZoneOffset.UTC), below.flagged(), below.known());
            double[] logOfHour = watch.step(Evidence.none(logE.length), ofHour).logE();
            for (int j = 0; j < logE.length; j++) {
                logE[j] += logOfHour[j];
            }
            counts = counts.merge(ofHour);
        }
        sequences.step(Hypothesis.WINDOW, id, logE, Deltas.counts(counts, logE));
    }

    private static double correlationOfHours(Data data) {
        BatchCorrelation hours = new BatchCorrelation();
        for (RetrievalProfile hour : data.unseen().values()) {
            FlagCounts below = hour.below(data.edge());
            hours.add(below.flagged(), below.known());
        }
        return Math.max(data.baseline().contents().usual().correlation(), hours.estimate());
    }

    /** The finding of a window with enough rows, or what is missing. */
    Finding finding(Data data, Sequences sequences) {
        long known = data.window().known();
        long before = data.baseline().row().rows();
        if (known < minimumSamples) {
            return new Finding.Insufficient(
                    NAME,
                    "the recent window has " + known + " interactions with a retrieval score or hits, " + minimumSamples
                            + " are needed",
                    known,
                    before,
                    minimumSamples);
        }
        double usual = data.baseline().contents().usual().rate();
        double rate = data.rate().orElseThrow();
        double threshold = RateExcess.threshold(usual);
        Details details = new Details()
                .with("uncovered_rate", rate)
                .with("baseline_rate", usual)
                .with("without_hit", data.window().withoutHit())
                .with(SCORE_EDGE, data.edge() / 100.0);
        data.window().meanScore().ifPresent(mean -> details.with("mean_top_score", mean));
        if (usual > 0 && usual < 1) {
            RateRise.above(usual)
                    .detectableRate(known, sequences.logAlarm(Hypothesis.BASELINE))
                    .ifPresent(least -> details.with(RateJudge.MINIMUM_DETECTABLE, least - usual));
        }
        double rise = rate - usual;
        return new Finding.Compared(NAME, rise, threshold, rise >= threshold, known, before, details.map());
    }
}
