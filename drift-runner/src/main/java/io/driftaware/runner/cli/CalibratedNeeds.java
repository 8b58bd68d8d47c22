package io.driftaware.runner.cli;

import io.driftaware.core.policy.LearningRule;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.policy.WindowRule;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineStore;
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
        if (isFlag()) {
            return verdict(baseline + "; its limit is judged without: ", Instant.EPOCH);
        }
        if (lesson instanceof Lesson.Ready) {
            return Diagnosis.ok(stream.label(), baseline);
        }
        return Diagnosis.note(stream.label(), baseline + meanwhile() + "; " + rule());
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
