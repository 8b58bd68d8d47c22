package io.driftaware.runner.cli;

import io.driftaware.core.policy.LearningRule;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.policy.WindowRule;
import io.driftaware.core.sequential.AlarmBudget;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.RecentHours;
import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What a stream has, and what it lacks, for a verdict by evidence: a baseline, and rows after it. */
final class CalibratedNeeds {
    private final MonitorConfig config;
    private final WatchedStream stream;
    private final LoggedRows rows;

    CalibratedNeeds(MonitorConfig config, WatchedStream stream, LoggedRows rows) {
        this.config = config;
        this.stream = stream;
        this.rows = rows;
    }

    Diagnosis diagnosis(Connection connection) throws SQLException {
        if (rows.last() == null) {
            return Diagnosis.note(
                    stream.label(),
                    "nothing is logged for it since " + rows.windows().whole().from() + "; " + rule());
        }
        Optional<Baseline> inUse = BaselineStore.inUse(connection, stream, rows.space());
        if (inUse.isPresent()) {
            Baseline baseline = inUse.get();
            Optional<String> useless = useless(connection, baseline);
            if (useless.isPresent()) {
                return Diagnosis.note(stream.label(), useless.get() + ", until then it is INSUFFICIENT");
            }
            // Flags are held against their limit, wherever the baseline ends.
            return verdict(
                    String.format(Locale.ROOT, "baseline %d of %,d rows is in use, ", baseline.id(), baseline.rows()),
                    isFlag() ? Instant.EPOCH : baseline.rowsTo());
        }
        Lesson lesson = learningRule()
                .lesson(
                        rows.hours(),
                        Duration.ofHours(1),
                        rows.windows().now(),
                        config.recentWindow(),
                        config.baselineFrom(),
                        config.baselineTo());
        String baseline = lesson instanceof Lesson.Ready ready
                ? String.format(Locale.ROOT, "the next check learns its baseline from %,d rows", ready.rows())
                : "no baseline yet, " + ((Lesson.Learning) lesson).reason();
        if (isFlag() && limit() >= 1) {
            return lesson instanceof Lesson.Ready
                    ? Diagnosis.ok(stream.label(), baseline)
                    : Diagnosis.note(
                            stream.label(),
                            baseline + "; its limit is 1, so that until there is one it is INSUFFICIENT; " + rule());
        }
        if (isFlag()) {
            return verdict(baseline + "; its limit is judged without: ", Instant.EPOCH);
        }
        if (lesson instanceof Lesson.Ready) {
            return Diagnosis.ok(stream.label(), baseline);
        }
        return Diagnosis.note(stream.label(), baseline + meanwhile() + "; " + rule());
    }

    /** Why no verdict can come of a baseline, however many rows follow; with the remedy. */
    private Optional<String> useless(Connection connection, Baseline baseline) throws SQLException {
        if (stream.kind() != WatchedStream.Kind.FEEDBACK) {
            return Optional.empty();
        }
        String which = String.format(Locale.ROOT, "baseline %d of %,d scores", baseline.id(), baseline.rows());
        try {
            ScoreBaseline scores = ScoreBaseline.fromBytes(BaselineStore.body(connection, baseline.id()));
            return scores.limit(new AlarmBudget(config.falseAlarmDays(), Hypothesis.sequences()).baselineRisk())
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of(
                            which + " is in use, and its scores are too few to bound their mean: accept a longer one");
        } catch (IllegalArgumentException e) {
            return Optional.of(which + " cannot be read, " + e.getMessage() + ": accept another one");
        }
    }

    private double limit() {
        return stream == WatchedStream.TOXICITY ? config.toxicityRateThreshold() : config.refusalRateThreshold();
    }

    /** The newest rows count, as in a check. */
    private Diagnosis verdict(String before, Instant earliest) {
        boolean embeddings = stream.kind() == WatchedStream.Kind.EMBEDDINGS;
        Instant now = rows.windows().now();
        Instant recent = rows.windows().recent().from();
        Instant start = embeddings
                ? WindowRule.USUAL.start(rows.comparable().tailMap(recent, true), now, earliest)
                : RecentHours.start(rows.hours(), now, earliest);
        long found = rows.since(start);
        long needed = embeddings ? WindowRule.USUAL.rows() : config.minimumSamples();
        String counts = String.format(Locale.ROOT, "%s%,d rows since %s", before, found, start);
        return found >= needed
                ? Diagnosis.ok(stream.label(), counts + ", enough for a verdict")
                : Diagnosis.note(
                        stream.label(),
                        counts + "; a verdict needs " + needed + (embeddings ? "" : " (DRIFT_MIN_SAMPLES)")
                                + ", until then it is INSUFFICIENT");
    }

    /** Where both classic windows have enough rows they may decide, provisionally; coverage has no such rule. */
    private String meanwhile() {
        boolean both = Math.min(rows.recent(), rows.baseline()) >= config.minimumSamples();
        return both && stream.kind() != WatchedStream.Kind.RETRIEVAL
                ? ", the classic windows may decide meanwhile"
                : ", until there is one it is LEARNING";
    }

    private String rule() {
        return String.format(
                Locale.ROOT,
                "a baseline needs %,d rows of a week, or %,d over a day",
                learningRule().minimum(),
                learningRule().plenty());
    }

    private LearningRule learningRule() {
        return stream.kind() == WatchedStream.Kind.FEEDBACK ? LearningRule.SCORES : LearningRule.ROWS;
    }

    private boolean isFlag() {
        return stream.kind() == WatchedStream.Kind.FLAG;
    }
}
