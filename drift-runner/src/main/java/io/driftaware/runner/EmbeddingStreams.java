package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.policy.WindowRule;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.ScoredBuckets;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Embeddings in calibrated mode. */
final class EmbeddingStreams {
    private final Learner learner;
    private final EmbeddingJudge judge;

    EmbeddingStreams(MonitorConfig config, Learner learner, double risk) {
        this.learner = learner;
        this.judge = new EmbeddingJudge(WindowVerdict.withDefaults().withLeastShare(config.embeddingMinShare()), risk);
    }

    StreamOutcome judge(CalibratedCheck check, StreamOutcome outcome, Sequences sequences, CalibratedOutcome result)
            throws SQLException {
        WatchedStream stream = outcome.stream();
        EmbeddingSpace space = outcome.space();
        Finding cosine = outcome.finding();
        if (space == null || cosine == null) {
            return outcome;
        }
        KnownBaseline<EmbeddingBaseline> baseline = check.inUse().embeddings(stream, space);
        if (baseline == null) {
            Lesson lesson = learner.lesson(check.readings().embeddingRows(stream, space), check.now(), stream);
            if (lesson instanceof Lesson.Learning learning) {
                return withoutBaseline(outcome, cosine, learning, result);
            }
            Lesson.Ready ready = (Lesson.Ready) lesson;
            baseline = learner.embeddings(check, stream, space, new Window(ready.from(), ready.to()));
        }
        Instant earliest = baseline.row().rowsTo();
        List<ScoredProfile> window = window(check, baseline, earliest);
        Finding finding = judge.verdict().compare(window, baseline.contents());
        List<Claim> claims = judge.claims(
                new EmbeddingJudge.Data(
                        check.freshNovelty(baseline.id()),
                        window,
                        unseen(check, baseline, sequences, earliest),
                        cosine,
                        baseline),
                finding,
                sequences);
        KnownBaseline<EmbeddingBaseline> known = baseline;
        return result.with(baseline)
                .of(
                        claims,
                        claim -> withCosine(finding, cosine),
                        () -> Optional.of(new Explainer(check, stream, space).explain(window, known)),
                        "");
    }

    private static StreamOutcome withoutBaseline(
            StreamOutcome outcome, Finding cosine, Lesson.Learning learning, CalibratedOutcome result) {
        String note = "its baseline is learning: " + learning.reason();
        if (outcome.baselineReset()) {
            return result.learning(cosine, learning.rows(), outcome.reason() + "; " + note);
        }
        if (cosine instanceof Finding.Compared compared) {
            return result.provisional(compared, compared.exceeded(), "provisional, by the classic windows; " + note);
        }
        return result.learning(cosine, learning.rows(), note);
    }

    private static List<ScoredProfile> window(
            CalibratedCheck check, KnownBaseline<EmbeddingBaseline> baseline, Instant earliest) throws SQLException {
        Window most = check.windows().recent();
        if (!earliest.isBefore(most.to())) {
            return List.of();
        }
        Instant from = earliest.isAfter(most.from()) ? earliest : most.from();
        List<ScoredBuckets.Held> held = check.scored().held(baseline.id(), "", new Window(from, most.to()));
        NavigableMap<Instant, Long> rows = new TreeMap<>();
        held.forEach(bucket -> rows.put(bucket.start(), bucket.rows()));
        Instant start = WindowRule.USUAL.start(rows, check.now(), earliest);
        return check.scored()
                .profiles(
                        baseline.id(),
                        "",
                        held.stream()
                                .filter(bucket -> !bucket.start().isBefore(start))
                                .toList());
    }

    private static List<ScoredProfile> unseen(
            CalibratedCheck check, KnownBaseline<EmbeddingBaseline> baseline, Sequences sequences, Instant earliest)
            throws SQLException {
        if (!sequences.due(Hypothesis.WINDOW, baseline.id())) {
            return List.of();
        }
        Window unseen = DailyWindow.of(sequences, Hypothesis.WINDOW, baseline.id(), check.now(), earliest);
        return check.scored().profiles(baseline.id(), "", check.scored().held(baseline.id(), "", unseen));
    }

    /** The finding with the classic numbers beside it: events and metrics show both. */
    private static Finding withCosine(Finding finding, Finding cosine) {
        if (!(finding instanceof Finding.Compared share) || !(cosine instanceof Finding.Compared classic)) {
            return finding;
        }
        Details details = new Details();
        classic.details().forEach(details::with);
        details.with("debiased_cosine", classic.value());
        share.details().forEach(details::with);
        return new Finding.Compared(
                share.detector(),
                share.value(),
                share.threshold(),
                share.exceeded(),
                share.recentSamples(),
                share.baselineSamples(),
                details.map());
    }
}
