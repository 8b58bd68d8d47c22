package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.Detection;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.FixedClock;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** The rights that doctor asks for are enough, and one that lacks is named. */
class RightsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).partitioned("month");

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private final String role = "drift_rights_" + Long.toHexString(System.nanoTime());

    @BeforeEach
    void user() {
        db.reset();
        db.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'p'");
    }

    @AfterEach
    void noUser() {
        db.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
    }

    private PGSimpleDataSource asTheUser() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(db.jdbcUrl() + "&options=-c%20role%3D" + role);
        return source;
    }

    private List<String> lacking(Detection detection) throws SQLException {
        try (Connection connection = asTheUser().getConnection()) {
            return Rights.lacking(connection, detection);
        }
    }

    @Test
    void with_these_rights_a_monitor_checks_learns_acts_and_deletes_what_is_too_old() throws SQLException {
        List<String> needed = lacking(Detection.CALIBRATED);
        assertThat(needed)
                .contains(
                        "DELETE on drift_profiles",
                        "DELETE on drift_scored_profiles",
                        "DELETE on drift_evidence",
                        "EXECUTE on function drift_maintain_partitions(integer)",
                        "USAGE on sequence drift_episodes_id_seq")
                .noneMatch(right -> right.startsWith("DELETE on") && right.endsWith("_log"));
        assertThat(lacking(Detection.THRESHOLD))
                .doesNotContain("INSERT on drift_evidence")
                .isSubsetOf(needed);
        needed.forEach(right -> db.execute("GRANT " + right + " TO " + role));
        assertThat(lacking(Detection.CALIBRATED)).isEmpty();

        RawRows rows = new RawRows(db);
        rows.interactions(
                2000, NOW.minus(Duration.ofDays(37)), Duration.ofDays(30), i -> i % 50 == 0, i -> false, i -> 0.8);
        rows.interactions(2000, NOW.minus(WEEK), WEEK, i -> i % 3 == 0, i -> false, i -> 0.8);
        db.execute(
                """
                INSERT INTO drift_profiles (stream, bucket_start, bucket_seconds, row_count, body)
                VALUES ('interactions', '2023-01-01Z', 86400, 0, '');
                INSERT INTO drift_evidence (stream, hypothesis, checked_at)
                VALUES ('toxicity', 'old', '2024-01-01Z'), ('toxicity', 'old', '2024-01-02Z');
                """);
        String last = db.value("SELECT name FROM drift_partitions('feedback_log') ORDER BY rows_to DESC LIMIT 1");
        db.execute("DROP TABLE " + last);

        try (DriftMonitor monitor = DriftMonitor.builder(asTheUser())
                .config(MonitorConfig.builder().embeddingDim(3).build())
                .clock(new FixedClock(NOW))
                .build()) {
            CheckReport report = monitor.checkOnce();

            assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
            assertThat(monitor.health().failedStreams()).isEmpty();
        }
        assertThat(db.value("SELECT string_agg(DISTINCT state, ' ') FROM drift_actions"))
                .isEqualTo("SUCCEEDED");
        assertThat(db.count("SELECT count(*) FROM drift_baselines")).isPositive();
        assertThat(db.count("SELECT count(*) FROM drift_evidence WHERE checked_at >= '2026-01-01'"))
                .isPositive();
        assertThat(db.count("SELECT count(*) FROM drift_profiles WHERE bucket_start < '2024-01-01'"))
                .as("old profiles")
                .isZero();
        assertThat(db.count("SELECT count(*) FROM drift_evidence WHERE hypothesis = 'old'"))
                .as("old evidence, but for the last step")
                .isEqualTo(1);
        assertThat(db.count("SELECT count(*) FROM drift_partitions('feedback_log') WHERE name = '" + last + "'"))
                .isEqualTo(1);
    }

    @Test
    void doctor_names_the_right_to_delete_what_is_too_old() {
        db.execute("GRANT drift_monitor TO " + role + "; REVOKE DELETE ON drift_evidence FROM drift_monitor");
        try {
            CommandLineRun run = doctor();
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).containsPattern("WRONG +privileges +the user lacks DELETE on drift_evidence; GRANT");
        } finally {
            db.execute("GRANT DELETE ON drift_evidence TO drift_monitor");
        }
        assertThat(doctor().out()).containsPattern("OK +privileges ");
    }

    private CommandLineRun doctor() {
        return CommandLineRun.of(
                Map.of("DATABASE_URL", db.url().replaceFirst("//[^@]*@", "//" + role + ":p@"), "EMBEDDING_DIM", "3"),
                "doctor");
    }
}
