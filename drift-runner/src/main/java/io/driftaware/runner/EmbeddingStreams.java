package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.ProvisionalShift;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.policy.WindowRule;
import io.driftaware.runner.store.BaselineRows;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.ScoredBuckets;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Embeddings in calibrated mode. */
final class EmbeddingStreams {
    private final Learner learner;
    private final EmbeddingJudge judge;
    private final ProvisionalShift provisional;

    EmbeddingStreams(MonitorConfig config, Learner learner, double risk) {
        this.learner = learner;
        this.provisional = ProvisionalShift.withDefaults()
                .withThreshold(config.embeddingCosineThreshold())
                .withMinimumSamples(config.minimumSamples());
        this.judge = new EmbeddingJudge(WindowVerdict.withDefaults().withLeastShare(config.embeddingMinShare()), risk);
    }

    /** @param coverage what the check made of it */
    StreamOutcome judge(
            CalibratedCheck check,
            StreamOutcome outcome,
            @Nullable StreamOutcome coverage,
            Sequences sequences,
            CalibratedOutcome result)
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
                return withoutBaseline(check, space, cosine, learning, result);
            }
            Lesson.Ready ready = (Lesson.Ready) lesson;
            Window rows = new Window(ready.from(), ready.to());
            BaselineRows.Drawn drawn = learner.draw(check, stream, space, rows);
            if (drawn.sample().count() < EmbeddingBaseline.MIN_ROWS) {
                return withoutBaseline(check, space, cosine, tooFewOf(drawn, ready), result);
            }
            baseline = learner.embeddings(check, stream, space, rows, drawn);
        }
        Instant earliest = baseline.row().rowsTo();
        Reach reach = reach(check, baseline, earliest);
        SortedMap<Instant, ScoredProfile> window = reach.buckets();
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
        return result.with(baseline, reach.start())
                .of(
                        claims,
                        claim -> withCosine(finding, cosine, claim),
                        () -> Optional.of(new Explainer(check, stream, space).explain(window, reach.start(), known)),
                        () -> new CauseFinder(check).ofEmbeddings(stream, space, reach.start(), known, coverage),
                        "");
    }

    private static Lesson.Learning tooFewOf(BaselineRows.Drawn drawn, Lesson.Ready ready) {
        long usable = drawn.sample().count();
        return new Lesson.Learning(
                usable,
                EmbeddingBaseline.MIN_ROWS,
                "of " + ready.rows() + " rows collected, " + usable + " are in the log and usable, "
                        + EmbeddingBaseline.MIN_ROWS + " are needed");
    }

    /** The classic windows decide meanwhile, where both have enough rows and their means differ by more than chance. */
    private StreamOutcome withoutBaseline(
            CalibratedCheck check,
            EmbeddingSpace space,
            Finding cosine,
            Lesson.Learning learning,
            CalibratedOutcome result)
            throws SQLException {
        StreamOutcome outcome = result.byLimits();
        String note = "its baseline is learning: " + learning.reason();
        if (outcome.baselineReset()) {
            return result.learning(cosine, learning.rows(), learning.needed(), outcome.reason() + "; " + note);
        }
        if (cosine instanceof Finding.Compared) {
            WatchedStream stream = outcome.stream();
            Finding finding = provisional.compare(
                    check.readings()
                            .embeddingBuckets(stream, space, check.windows().recent()),
                    check.readings()
                            .embeddingBuckets(stream, space, check.windows().baseline()));
            return finding instanceof Finding.Compared compared
                    ? result.provisional(compared, compared.exceeded(), "provisional, by the classic windows; " + note)
                    : result.learning(
                            finding,
                            learning.rows(),
                            learning.needed(),
                            ((Finding.Insufficient) finding).reason() + "; " + note);
        }
        return result.learning(cosine, learning.rows(), learning.needed(), note);
    }

    /** How far back the window of the effect reaches, and its buckets. */
    private record Reach(Instant start, SortedMap<Instant, ScoredProfile> buckets) {}

    private static Reach reach(CalibratedCheck check, KnownBaseline<EmbeddingBaseline> baseline, Instant earliest)
            throws SQLException {
        Window most = check.windows().recent();
        if (!earliest.isBefore(most.to())) {
            return new Reach(most.to(), Collections.emptySortedMap());
        }
        Instant from = earliest.isAfter(most.from()) ? earliest : most.from();
        List<ScoredBuckets.Held> held = check.scored().held(baseline.id(), "", new Window(from, most.to()));
        NavigableMap<Instant, Long> rows = new TreeMap<>();
        held.forEach(bucket -> rows.put(bucket.start(), bucket.rows()));
        Instant start = WindowRule.USUAL.start(rows, check.now(), earliest);
        List<ScoredBuckets.Held> taken =
                held.stream().filter(bucket -> !bucket.start().isBefore(start)).toList();
        return new Reach(start, check.scored().profiles(baseline.id(), "", taken));
    }

    private static SortedMap<Instant, ScoredProfile> unseen(
            CalibratedCheck check, KnownBaseline<EmbeddingBaseline> baseline, Sequences sequences, Instant earliest)
            throws SQLException {
        if (!sequences.due(Hypothesis.WINDOW, baseline.id())) {
            return Collections.emptySortedMap();
        }
        Window unseen = DailyWindow.of(sequences, Hypothesis.WINDOW, baseline.id(), check.at(), earliest);
        return check.scored().profiles(baseline.id(), "", check.scored().held(baseline.id(), "", unseen));
    }

    /** The finding that the claim rests on, with the numbers of the other beside it: events and metrics show both. */
    private static Finding withCosine(Finding finding, Finding cosine, @Nullable Claim claim) {
        if (!(finding instanceof Finding.Compared share) || !(cosine instanceof Finding.Compared classic)) {
            return finding;
        }
        Details details = new Details();
        classic.details().forEach(details::with);
        details.with("debiased_cosine", classic.value());
        details.with("drifted_share", share.value());
        share.details().forEach(details::with);
        boolean byCosine = claim != null && claim.effect() && !share.exceeded();
        Finding.Compared decides = byCosine ? classic : share;
        return new Finding.Compared(
                decides.detector(),
                decides.value(),
                decides.threshold(),
                decides.exceeded(),
                share.recentSamples(),
                share.baselineSamples(),
                details.map());
    }
}
