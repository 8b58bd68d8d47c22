package io.driftaware.runner.cli;

import io.driftaware.runner.Detection;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says for each stream how many rows its windows hold, and for each gauge and verdict whether it can exist: a baseline
 * gauge only once the first row is as old as the end of the baseline window.
 */
final class GaugeHistory {
    private final MonitorConfig config;
    private final CheckWindows windows;

    GaugeHistory(MonitorConfig config, Instant now) {
        this.config = config;
        this.windows = CheckWindows.onGrid(now, config.recentWindow(), config.baselineFrom(), config.baselineTo());
    }

    List<Diagnosis> read(Connection connection) throws SQLException {
        List<Diagnosis> found = new ArrayList<>();
        for (WatchedStream stream : WatchedStream.values()) {
            LoggedRows rows = LoggedRows.read(connection, stream, windows);
            found.add(verdict(connection, stream, rows));
            gauges(stream, rows, found);
        }
        ProfileReader.quartersFrom(connection, windows.whole())
                .filter(from -> from.isAfter(windows.baseline().from()))
                .ifPresent(from -> found.add(rolledUp(from)));
        return found;
    }

    private Diagnosis rolledUp(Instant quartersFrom) {
        return Diagnosis.note(
                "windows",
                "the baseline window begins at " + windows.baseline().from().truncatedTo(ChronoUnit.SECONDS)
                        + ", but of the days before " + quartersFrom
                        + " one profile each is kept: what it is needed for"
                        + " is INSUFFICIENT until " + quartersFrom.plus(config.baselineFrom())
                        + "; set DRIFT_BASELINE_DAYS to less, or wait");
    }

    /** Silence comes first, as in a check: old rows prove nothing about now. */
    private Diagnosis verdict(Connection connection, WatchedStream stream, LoggedRows rows) throws SQLException {
        Optional<Long> stale = rows.staleAfterHours();
        if (stale.isPresent()) {
            return Diagnosis.note(
                    stream.label(),
                    "STALE: no row since " + rows.last() + ", stale after " + stale.get()
                            + " hours without one: is the application still logging?");
        }
        return config.detection() == Detection.CALIBRATED
                ? new CalibratedNeeds(config, stream, rows).diagnosis(connection)
                : byThreshold(stream, rows);
    }

    private Diagnosis byThreshold(WatchedStream stream, LoggedRows rows) {
        int needed = config.minimumSamples();
        if (stream == WatchedStream.COVERAGE) {
            return Diagnosis.note(
                    stream.label(), "DRIFT_DETECTION=threshold has no rule for it: it stays INSUFFICIENT");
        }
        boolean comparesBaseline = stream.kind() != WatchedStream.Kind.FLAG;
        String counts = rows.recent() + " recent and " + rows.baseline() + " baseline rows";
        if (rows.recent() >= needed && (!comparesBaseline || rows.baseline() >= needed)) {
            return Diagnosis.ok(stream.label(), counts + ", enough for a verdict");
        }
        String scarce = rows.recent() < needed ? "recent" : "baseline";
        return Diagnosis.note(
                stream.label(),
                counts + "; a verdict needs " + needed + " " + scarce + " rows (DRIFT_MIN_SAMPLES), until then it is"
                        + " INSUFFICIENT");
    }

    private void gauges(WatchedStream stream, LoggedRows rows, List<Diagnosis> found) {
        switch (stream) {
            case QUERY_EMBEDDINGS -> {
                found.add(compared("embedding_drift_score", "query embeddings", rows));
                found.add(compared("embedding_variance_score", "query embeddings", rows));
            }
            case REFUSALS -> found.add(recent("refusal_rate", "interactions with a known refusal_flag", rows));
            case TOXICITY -> found.add(recent("toxicity_rate", "interactions with a known toxicity_flag", rows));
            case FEEDBACK -> {
                found.add(recent("recent_accuracy", "ratings", rows));
                found.add(baseline("baseline_accuracy", "ratings", rows));
            }
            case DOCUMENT_EMBEDDINGS, RESPONSE_EMBEDDINGS, COVERAGE -> {}
        }
    }

    private Diagnosis compared(String gauge, String what, LoggedRows rows) {
        return rows.recent() == 0 && rows.baseline() > 0 ? recent(gauge, what, rows) : baseline(gauge, what, rows);
    }

    private Diagnosis recent(String gauge, String what, LoggedRows rows) {
        if (rows.recent() > 0) {
            return Diagnosis.ok(gauge, "exists");
        }
        return Diagnosis.note(
                gauge,
                "needs " + what + " from the last " + days(config.recentWindow())
                        + " days: there are none; log some, and it exists at once");
    }

    private Diagnosis baseline(String gauge, String what, LoggedRows rows) {
        if (rows.baseline() > 0) {
            return Diagnosis.ok(gauge, "exists");
        }
        String needs = "needs " + what + " from " + days(config.baselineTo()) + " to " + days(config.baselineFrom())
                + " days ago: ";
        return Diagnosis.note(
                gauge,
                Optional.ofNullable(rows.first())
                        .map(first -> needs + "the first row is from " + first.truncatedTo(ChronoUnit.SECONDS)
                                + ", so it can exist from "
                                + first.plus(config.baselineTo()).truncatedTo(ChronoUnit.SECONDS))
                        .orElse(needs + "there are none since; log some, and it can exist " + days(config.baselineTo())
                                + " days later"));
    }

    private static String days(Duration window) {
        return Long.toString(window.toDays());
    }
}
