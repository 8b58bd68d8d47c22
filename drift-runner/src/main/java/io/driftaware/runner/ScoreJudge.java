package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.MeanFall;
import io.driftaware.core.sequential.MeanWatch;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.core.sequential.ScoreBaselineRecorder;
import io.driftaware.runner.store.Hypothesis;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Judges the mean score against its baseline.
 *
 * @param points fall of the mean that is worth acting on
 * @param minimumSamples scores that a window needs
 * @param risk that the limit estimated from the baseline is above the true mean
 */
record ScoreJudge(double points, int minimumSamples, double risk) {
    static final String NAME = "feedback_drop";

    /**
     * What there is to judge.
     *
     * @param fresh first scores that this check brought, by hundredths
     * @param window scores of the recent window
     * @param unseen hours that the daily test has not seen; empty where it is not due
     * @param baseline what is usual
     */
    record Data(
            long[] fresh, FeedbackCounts window, List<FeedbackCounts> unseen, KnownBaseline<ScoreBaseline> baseline) {}

    /** Takes the evidence in and lists the claims; none where the window has too few scores to show an effect. */
    List<Claim> claims(Data data, Sequences sequences) {
        ScoreBaseline usual = data.baseline().contents();
        Long id = data.baseline().id();
        OptionalDouble limit = usual.limit(risk);
        if (limit.isEmpty()) {
            return List.of();
        }
        boolean scores = Arrays.stream(data.fresh()).anyMatch(count -> count > 0);
        if (scores) {
            Evidence before = sequences.before(Hypothesis.BASELINE, id, MeanFall.ALTERNATIVES);
            double[] logE = new MeanWatch(
                            MeanFall.below(limit.getAsDouble()),
                            usual.correlation(),
                            sequences.logAlarm(Hypothesis.BASELINE))
                    .step(before, data.fresh())
                    .logE();
            sequences.step(Hypothesis.BASELINE, id, logE, Deltas.scores(data.fresh(), logE));
        } else {
            sequences.keep(Hypothesis.BASELINE, id);
        }
        stepWindow(data, limit.getAsDouble(), sequences);
        if (data.window().count() < minimumSamples) {
            return List.of();
        }
        double drop = usual.mean() - data.window().mean().orElseThrow();
        return List.of(
                sequences.claim(Hypothesis.BASELINE, drop, points, drop >= points, scores),
                sequences.claim(
                        Hypothesis.WINDOW,
                        drop,
                        points,
                        drop >= points,
                        scores || sequences.stepped(Hypothesis.WINDOW)));
    }

    private void stepWindow(Data data, double limit, Sequences sequences) {
        Long id = data.baseline().id();
        long count = data.unseen().stream().mapToLong(FeedbackCounts::count).sum();
        if (count < minimumSamples || !sequences.due(Hypothesis.WINDOW, id)) {
            sequences.keep(Hypothesis.WINDOW, id);
            return;
        }
        double correlation = Math.max(data.baseline().contents().correlation(), correlation(data.unseen()));
        MeanWatch watch = new MeanWatch(MeanFall.below(limit), correlation, sequences.logAlarm(Hypothesis.WINDOW));
        double[] logE = new double[MeanFall.ALTERNATIVES];
        long[] scores = new long[MeanFall.HUNDREDTHS];
        for (FeedbackCounts hour : data.unseen()) {
            long[] own = hour.histogram();
            double[] ofHour = watch.step(Evidence.none(logE.length), own).logE();
            for (int j = 0; j < logE.length; j++) {
                logE[j] += ofHour[j];
            }
            for (int i = 0; i < scores.length; i++) {
                scores[i] += own[i];
            }
        }
        sequences.step(Hypothesis.WINDOW, id, logE, Deltas.scores(scores, logE));
    }

    /** How much the scores of an hour go together: a burst of one person makes it large, and its scores count for little. */
    private static double correlation(List<FeedbackCounts> hours) {
        ScoreBaselineRecorder recorder = new ScoreBaselineRecorder();
        hours.forEach(hour -> recorder.add(hour.histogram()));
        return recorder.snapshot().correlation();
    }

    /** The finding of a window with enough scores, or what is missing. */
    Finding finding(FeedbackCounts window, KnownBaseline<ScoreBaseline> baseline, Sequences sequences) {
        long before = baseline.row().rows();
        if (window.count() < minimumSamples) {
            return new Finding.Insufficient(
                    NAME,
                    "the recent window has " + window.count() + " scores, " + minimumSamples + " are needed",
                    window.count(),
                    before,
                    minimumSamples);
        }
        if (baseline.contents().limit(risk).isEmpty()) {
            return new Finding.Insufficient(
                    NAME,
                    "the " + before + " scores of baseline " + baseline.id()
                            + " are too few to bound their mean: accept a longer one",
                    window.count(),
                    before,
                    minimumSamples);
        }
        double mean = window.mean().orElseThrow();
        double drop = baseline.contents().mean() - mean;
        Details details = new Details()
                .with("recent_mean", mean)
                .with("baseline_mean", baseline.contents().mean());
        baseline.contents().limit(risk).ifPresent(limit -> MeanFall.below(limit)
                .detectableFall(window.count(), baseline.contents().variance(), sequences.logAlarm(Hypothesis.BASELINE))
                .ifPresent(fall -> details.with(
                        RateJudge.MINIMUM_DETECTABLE, baseline.contents().mean() - limit + fall)));
        return new Finding.Compared(NAME, drop, points, drop >= points, window.count(), before, details.map());
    }
}
