package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.MeanTest;
import io.driftaware.core.policy.Claim;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.RecentHours;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Feedback in calibrated mode. */
final class ScoreStream {
    private static final double PROVISIONAL_LEVEL = 0.01;

    private final Learner learner;
    private final ScoreJudge judge;

    ScoreStream(MonitorConfig config, Learner learner, double risk) {
        this.learner = learner;
        this.judge = new ScoreJudge(config.accuracyDropPoints(), config.minimumSamples(), risk);
    }

    StreamOutcome judge(CalibratedCheck check, Sequences sequences, CalibratedOutcome result) throws SQLException {
        NavigableMap<Instant, InteractionProfile> hours = new TreeMap<>();
        NavigableMap<Instant, Long> rated = new TreeMap<>();
        check.readings().interactionHours(check.windows().whole()).forEach((hour, profile) -> {
            if (profile.feedback().count() > 0) {
                hours.put(hour, profile);
                rated.put(hour, profile.feedback().count());
            }
        });
        KnownBaseline<ScoreBaseline> baseline = check.inUse().score(WatchedStream.FEEDBACK);
        if (baseline == null) {
            Lesson lesson = learner.lesson(rated, check.now(), WatchedStream.FEEDBACK);
            if (lesson instanceof Lesson.Learning learning) {
                return withoutBaseline(check, hours, learning, result);
            }
            Lesson.Ready ready = (Lesson.Ready) lesson;
            baseline = learner.score(check, new Window(ready.from(), ready.to()));
        }
        Instant earliest = baseline.row().rowsTo();
        Instant start = RecentHours.start(rated, check.now(), earliest);
        FeedbackCounts window = together(hours.tailMap(start, true));
        Window unseen = DailyWindow.of(sequences, Hypothesis.WINDOW, baseline.id(), check.at(), earliest);
        KnownBaseline<ScoreBaseline> usual = baseline;
        List<Claim> claims = judge.claims(
                new ScoreJudge.Data(
                        check.tally().feedback().hundredths(),
                        window,
                        hours.subMap(unseen.from(), true, unseen.to(), false).values().stream()
                                .map(InteractionProfile::feedback)
                                .toList(),
                        baseline),
                sequences);
        return result.with(baseline, start)
                .of(
                        claims,
                        claim -> judge.finding(window, usual, sequences),
                        Optional::empty,
                        () -> new CauseFinder(check).ofBehaviour(),
                        "");
    }

    /** The classic windows decide meanwhile, where both have enough scores and the fall is more than chance. */
    private static StreamOutcome withoutBaseline(
            CalibratedCheck check,
            NavigableMap<Instant, InteractionProfile> hours,
            Lesson.Learning learning,
            CalibratedOutcome result) {
        Finding classic = result.byLimits().finding();
        String note = "its baseline is learning: " + learning.reason();
        if (classic instanceof Finding.Compared compared) {
            double p = MeanTest.fell(
                    together(in(hours, check.windows().recent())),
                    together(in(hours, check.windows().baseline())));
            return result.provisional(
                    compared,
                    compared.exceeded() && p < PROVISIONAL_LEVEL,
                    "provisional, by the classic windows; " + note);
        }
        return result.learning(
                classic == null ? new Finding.Insufficient(ScoreJudge.NAME, note, 0, 0, 1) : classic,
                learning.rows(),
                learning.needed(),
                note);
    }

    private static NavigableMap<Instant, InteractionProfile> in(
            NavigableMap<Instant, InteractionProfile> hours, Window window) {
        return hours.subMap(window.from(), true, window.to(), false);
    }

    private static FeedbackCounts together(Map<Instant, InteractionProfile> hours) {
        return hours.values().stream()
                .reduce(InteractionProfile.empty(), InteractionProfile::merge)
                .feedback();
    }
}
