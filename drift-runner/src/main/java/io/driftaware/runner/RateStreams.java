package io.driftaware.runner;

import io.driftaware.core.policy.Claim;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.RecentHours;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Refusals and toxicity in calibrated mode. Buckets are hours: rows of one hour are taken to go together. */
final class RateStreams {
    private final Learner learner;
    private final Map<WatchedStream, RateJudge> judges;

    RateStreams(MonitorConfig config, Learner learner, double risk) {
        this.learner = learner;
        this.judges = Map.of(
                WatchedStream.REFUSALS,
                new RateJudge("refusal_rate", config.refusalRateThreshold(), config.minimumSamples(), risk),
                WatchedStream.TOXICITY,
                new RateJudge("toxicity_rate", config.toxicityRateThreshold(), config.minimumSamples(), risk));
    }

    StreamOutcome judge(CalibratedCheck check, WatchedStream stream, Sequences sequences, CalibratedOutcome result)
            throws SQLException {
        RateJudge judge = Objects.requireNonNull(judges.get(stream));
        NavigableMap<Instant, FlagCounts> hours = BaselineWork.flags(
                check.readings().interactionHours(check.windows().whole()), stream);
        NavigableMap<Instant, Long> known = new TreeMap<>();
        hours.forEach((hour, counts) -> known.put(hour, counts.known()));
        KnownBaseline<RateBaseline> baseline = check.inUse().rate(stream);
        String note = "";
        if (baseline == null) {
            Lesson lesson = learner.lesson(known, check.now(), stream);
            if (lesson instanceof Lesson.Ready ready) {
                baseline = learner.rate(check, stream, new Window(ready.from(), ready.to()));
            } else if (lesson instanceof Lesson.Learning learning) {
                note = "its baseline is learning: " + learning.reason();
            }
        }
        Instant start = RecentHours.start(known, check.now(), Instant.EPOCH);
        List<FlagCounts> window = List.copyOf(hours.tailMap(start, true).values());
        Window unseen = DailyWindow.of(sequences, Hypothesis.WINDOW, null, check.at(), Instant.EPOCH);
        List<FlagCounts> unseenHours = List.copyOf(
                hours.subMap(unseen.from(), true, unseen.to(), false).values());
        KnownBaseline<RateBaseline> usual = baseline;
        List<Claim> claims =
                judge.claims(new RateJudge.Data(check.freshFlags(stream), window, unseenHours, baseline), sequences);
        return result.with(baseline, start)
                .of(
                        claims,
                        claim -> judge.finding(window, claim, usual, sequences),
                        Optional::empty,
                        () -> new CauseFinder(check).ofBehaviour(),
                        note);
    }
}
