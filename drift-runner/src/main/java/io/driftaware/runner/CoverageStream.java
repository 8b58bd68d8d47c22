package io.driftaware.runner;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.RecentHours;
import io.driftaware.runner.store.UncoveredQueries;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Coverage in calibrated mode: what the application's retrieval found, compared with what it used to find. */
final class CoverageStream {
    private final Learner learner;
    private final CoverageJudge judge;

    CoverageStream(MonitorConfig config, Learner learner, double risk) {
        this.learner = learner;
        this.judge = new CoverageJudge(config.minimumSamples(), risk);
    }

    /** @param queries what the classic rule made of the embeddings of the queries */
    StreamOutcome judge(
            CalibratedCheck check, @Nullable StreamOutcome queries, Sequences sequences, CalibratedOutcome result)
            throws SQLException {
        NavigableMap<Instant, RetrievalProfile> hours =
                check.readings().retrievalHours(check.windows().whole());
        NavigableMap<Instant, Long> known = new TreeMap<>();
        hours.forEach((hour, profile) -> {
            if (profile.known() > 0) {
                known.put(hour, profile.known());
            }
        });
        KnownBaseline<CoverageBaseline> baseline = check.inUse().coverage(WatchedStream.COVERAGE);
        if (baseline == null) {
            Lesson lesson = learner.lesson(known, check.now(), WatchedStream.COVERAGE);
            if (lesson instanceof Lesson.Learning learning) {
                return withoutBaseline(learning, result);
            }
            Lesson.Ready ready = (Lesson.Ready) lesson;
            Optional<KnownBaseline<CoverageBaseline>> learned =
                    learner.coverage(check, new Window(ready.from(), ready.to()));
            if (learned.isEmpty()) {
                return withoutBaseline(
                        new Lesson.Learning(
                                ready.rows(),
                                2 * CoverageBaseline.LEAST_HALF,
                                "of " + ready.rows() + " rows collected nearly all lie in one quarter of an hour; a"
                                        + " baseline needs " + CoverageBaseline.LEAST_HALF
                                        + " in each of two halves of other times"),
                        result);
            }
            baseline = learned.get();
        }
        Instant earliest = baseline.row().rowsTo();
        Instant start = RecentHours.start(known, check.now(), earliest);
        Window unseen = DailyWindow.of(sequences, Hypothesis.WINDOW, baseline.id(), check.at(), earliest);
        CoverageJudge.Data data = new CoverageJudge.Data(
                check.tally().retrievals(),
                together(hours.tailMap(start, true)),
                hours.subMap(unseen.from(), true, unseen.to(), false),
                baseline);
        List<Claim> claims = judge.claims(data, sequences);
        return result.with(baseline, start)
                .of(
                        claims,
                        claim -> judge.finding(data, sequences),
                        () -> Optional.of(explain(check, start, data)),
                        () -> CauseFinder.ofCoverage(queries),
                        "");
    }

    private static StreamOutcome withoutBaseline(Lesson.Learning learning, CalibratedOutcome result) {
        String note = "its baseline is learning: " + learning.reason();
        Finding nothing = new Finding.Insufficient(
                CoverageJudge.NAME, note, result.byLimits().recentSamples(), learning.rows(), learning.needed());
        return result.learning(
                learning.rows() > 0 || result.byLimits().finding() == null
                        ? nothing
                        : result.byLimits().finding(),
                learning.rows(),
                learning.needed(),
                note);
    }

    private static Explanation explain(CalibratedCheck check, Instant start, CoverageJudge.Data data)
            throws SQLException {
        double usual = data.baseline().contents().usual().rate();
        double rate = data.rate().orElseThrow();
        long below = data.window().below(data.edge()).flagged();
        List<String> examples =
                UncoveredQueries.latest(check.connection(), new Window(start, check.now()), data.edge());
        return new Explanation(
                Math.max(0, (rate - usual) / (1 - usual)),
                examples.isEmpty() ? List.of() : List.of(new Explanation.Topic(below, 1, examples)),
                List.of(),
                List.of(),
                String.format(
                        Locale.ROOT,
                        "no document near: no hit%s",
                        data.edge() == 0
                                ? ""
                                : String.format(Locale.ROOT, ", or a best score below %.2f", data.edge() / 100.0)));
    }

    private static RetrievalProfile together(NavigableMap<Instant, RetrievalProfile> hours) {
        return hours.values().stream().reduce(RetrievalProfile.empty(), RetrievalProfile::merge);
    }
}
