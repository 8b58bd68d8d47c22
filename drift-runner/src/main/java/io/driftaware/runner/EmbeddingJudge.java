package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.sequential.BatchCorrelation;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.PValueWatch;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateRise;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.runner.store.Hypothesis;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/**
 * Judges embeddings against their frozen baseline. The effect is the estimated drifted share, or the debiased cosine distance of
 * the centroids: the cosine alone is blind to most drifts, so it is one way and not the only one.
 *
 * @param verdict compares a window with a baseline
 * @param risk that the limit estimated from the baseline is below the true rate of novel rows
 */
record EmbeddingJudge(WindowVerdict verdict, double risk) {
    /**
     * What there is to judge.
     *
     * @param fresh rows that this check brought, and how many of them were novel
     * @param window buckets of the recent window by their start
     * @param unseen buckets that the daily test has not seen; empty where it is not due
     * @param cosine what the classic windows say of the centroids
     * @param baseline what is usual
     */
    record Data(
            StratumCounts fresh,
            SortedMap<Instant, ScoredProfile> window,
            SortedMap<Instant, ScoredProfile> unseen,
            Finding cosine,
            KnownBaseline<EmbeddingBaseline> baseline) {}

    /**
     * Takes the evidence in and lists the claims; none where the window has too few rows to show an effect.
     *
     * @param finding of the recent window
     */
    List<Claim> claims(Data data, Finding finding, Sequences sequences) {
        boolean novel = data.fresh().events() > 0;
        stepNovelty(data, sequences);
        stepWindow(data, sequences);
        if (!(finding instanceof Finding.Compared share)) {
            return List.of();
        }
        boolean byCosine = !share.exceeded() && data.cosine() instanceof Finding.Compared cosine && cosine.exceeded();
        Finding.Compared effect = byCosine ? (Finding.Compared) data.cosine() : share;
        return List.of(
                sequences.claim(Hypothesis.NOVELTY, effect.value(), effect.threshold(), effect.exceeded(), novel),
                sequences.claim(
                        Hypothesis.WINDOW,
                        effect.value(),
                        effect.threshold(),
                        effect.exceeded(),
                        novel || sequences.stepped(Hypothesis.WINDOW)));
    }

    private void stepNovelty(Data data, Sequences sequences) {
        Long id = data.baseline().id();
        if (data.fresh().rows() == 0) {
            sequences.keep(Hypothesis.NOVELTY, id);
            return;
        }
        EmbeddingBaseline baseline = data.baseline().contents();
        int edge = baseline.novelEdge();
        BatchCorrelation correlation = new BatchCorrelation();
        data.window().values().forEach(bucket -> correlation.add(bucket.above(edge), bucket.count()));
        Evidence before = sequences.before(Hypothesis.NOVELTY, id, RateRise.ALTERNATIVES);
        double[] logE = new RateWatch(
                        usual(baseline, edge).limits(risk),
                        correlation.estimate(),
                        sequences.logAlarm(Hypothesis.NOVELTY))
                .step(before, data.fresh())
                .logE();
        sequences.step(Hypothesis.NOVELTY, id, logE, Deltas.counts(data.fresh(), logE));
    }

    private void stepWindow(Data data, Sequences sequences) {
        Long id = data.baseline().id();
        if (sequences.due(Hypothesis.WINDOW, id)
                && verdict.compare(data.unseen(), data.baseline().contents()) instanceof Finding.Compared compared) {
            double p = Objects.requireNonNull(compared.details().get(WindowVerdict.P_VALUE));
            double[] logE = {PValueWatch.logE(p)};
            sequences.step(Hypothesis.WINDOW, id, logE, Deltas.window(compared.recentSamples(), p, logE));
        } else {
            sequences.keep(Hypothesis.WINDOW, id);
        }
    }

    /** The held-out rows by parts of the week; without votes as a whole. */
    private static RateBaseline usual(EmbeddingBaseline baseline, int edge) {
        StratumCounts votes = baseline.heldOutVotes();
        ScoredProfile heldOut = baseline.heldOut();
        return new RateBaseline(
                votes.rows() > 0
                        ? votes
                        : StratumCounts.of(Stratum.WEEKDAY_MORNING, heldOut.above(edge), heldOut.count()),
                0,
                1);
    }
}
