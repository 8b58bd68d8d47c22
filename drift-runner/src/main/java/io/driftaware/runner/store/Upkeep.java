package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps the database from growing without end: partitions made ahead, old profiles rolled up to days, and what is
 * older than anyone asks for deleted. Small steps, each in a transaction of its own that needs the lead, so that no check
 * waits long; what is left is done the next time. Touches no raw row and locks no log but to make a partition: rows go by
 * {@code cleanup_old_data} and {@code cleanup_old_interactions}.
 */
public final class Upkeep {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    /** Of one stream, space and segment: 96 profiles each, at 1,536 dimensions 2.4 MB. */
    private static final int DAYS_A_TRANSACTION = 20;

    private static final int TRANSACTIONS_A_STEP = 10;
    private static final int ROWS_A_STEP = 20_000;

    /** But the last step of each test. */
    private static final String OLD_EVIDENCE =
            """
            drift_evidence e
            WHERE checked_at < ?
              AND EXISTS (SELECT FROM drift_evidence l
                          WHERE l.stream = e.stream AND l.segment = e.segment AND l.hypothesis = e.hypothesis
                            AND l.checked_at > e.checked_at)
            """;

    /** Windows are on the grid of quarters; a day more than they need costs nothing. */
    private static final Duration MARGIN = Duration.ofDays(1);

    private final Ages ages;
    private @Nullable Instant last;
    private RollUp.@Nullable Place rolledUpTo;

    /**
     * How long what is kept.
     *
     * @param windows how far back any window reaches: until then a profile keeps its quarters of an hour
     * @param profiles age at which the profile of a day is deleted
     * @param evidence age at which the steps of the sequential tests are deleted; the last of each stays
     */
    public record Ages(Duration windows, Duration profiles, Duration evidence) {
        /** Refuses profiles that would go while a window needs them. */
        public Ages {
            if (profiles.compareTo(windows.plus(MARGIN)) < 0) {
                throw new IllegalArgumentException(
                        "profiles are deleted after " + profiles.toDays() + " days, but the windows reach "
                                + windows.toDays() + " days back: set DRIFT_PROFILE_DAYS to more");
            }
        }
    }

    /** For one monitor. */
    public Upkeep(Ages ages) {
        this.ages = ages;
    }

    /**
     * Does a step, at most once an hour. For the one who holds the lead.
     *
     * @throws LeadLostException if another has it; nothing more is done
     * @throws SQLException what failed first; all else was done
     */
    public void step(CheckSession session, Instant now) throws SQLException {
        Instant before = last;
        if (before != null && now.isBefore(before.plus(Duration.ofHours(1)))) {
            return;
        }
        last = now;
        Instant windowsFrom = now.minus(ages.windows()).minus(MARGIN);
        Parts parts = new Parts();
        int made = parts.run(() -> session.write(Upkeep::makePartitions));
        int days = parts.run(() -> rollUp(session, windowsFrom));
        int profiles = parts.run(() -> delete(
                session,
                "drift_profiles WHERE bucket_seconds = 86400 AND bucket_start < ?",
                now.minus(ages.profiles())));
        int scored = parts.run(() -> delete(session, "drift_scored_profiles WHERE bucket_start < ?", windowsFrom));
        int steps = parts.run(() -> delete(session, OLD_EVIDENCE, now.minus(ages.evidence())));
        int deleted = profiles + scored + steps;
        if (made + days + deleted > 0) {
            log.info(
                    "upkeep: {} partitions made, {} days of profiles rolled up, {} old rows deleted",
                    made,
                    days,
                    deleted);
        }
        parts.requireAllDone();
        if (rolledUpTo != null || Math.max(profiles, Math.max(scored, steps)) == ROWS_A_STEP) {
            last = before;
        }
    }

    /** The parts of a step: one that fails, as for a right that was not granted, leaves the others to be done. */
    private static final class Parts {
        private @Nullable SQLException failure;

        interface Part {
            int run() throws SQLException;
        }

        int run(Part part) throws LeadLostException {
            try {
                return part.run();
            } catch (LeadLostException e) {
                throw e;
            } catch (SQLException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
                return 0;
            }
        }

        void requireAllDone() throws SQLException {
            if (failure != null) {
                throw failure;
            }
        }
    }

    /** Behind what the last step came to, and from the beginning once it came to the end: rows may be late. */
    private int rollUp(CheckSession session, Instant end) throws SQLException {
        int days = 0;
        for (int i = 0; i < TRANSACTIONS_A_STEP; i++) {
            RollUp.Passed passed = session.write(connection -> {
                Checkpoints.lock(connection);
                return new RollUp(connection).run(end, rolledUpTo, DAYS_A_TRANSACTION);
            });
            days += passed.days();
            rolledUpTo = passed.last();
            if (rolledUpTo == null) {
                break;
            }
        }
        return days;
    }

    private static int makePartitions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("SELECT to_regprocedure('drift_partition_unit()') IS NOT NULL")) {
                row.next();
                if (!row.getBoolean(1)) {
                    return 0;
                }
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT CASE drift_partition_unit() WHEN 'none' THEN 0 ELSE drift_maintain_partitions() END")) {
                row.next();
                for (SQLWarning warning = statement.getWarnings();
                        warning != null;
                        warning = warning.getNextWarning()) {
                    log.warn("{}", warning.getMessage());
                }
                return row.getInt(1);
            }
        }
    }

    private static int delete(CheckSession session, String which, Instant before) throws SQLException {
        String sql = "DELETE FROM " + which.split(" ", 2)[0] + " WHERE ctid = ANY (ARRAY(SELECT ctid FROM " + which
                + " LIMIT " + ROWS_A_STEP + "))";
        return session.write(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setObject(1, SqlTime.parameter(before));
                return statement.executeUpdate();
            }
        });
    }
}
