package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.policy.Verdict;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** A database that somebody has damaged: a clear state, no wrong verdict, and all is well again once the damage is gone. */
class BadDatabaseTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).partitioned("month");

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private final RawRows rows = new RawRows(db);

    @BeforeEach
    void two_quiet_windows() {
        db.reset();
        rows.embeddings(200, NOW.minus(Duration.ofDays(37)), WEEK, "query", 3, 0, "m");
        rows.embeddings(200, NOW.minus(WEEK), WEEK, "query", 3, 0, "m");
        rows.interactions(200, NOW.minus(WEEK), WEEK, i -> i % 100 == 0, i -> false, i -> null);
    }

    private static DriftMonitor monitor(javax.sql.DataSource source) {
        return DriftMonitor.builder(source)
                .config(MonitorConfig.builder()
                        .embeddingDim(3)
                        .detection(Detection.THRESHOLD)
                        .build())
                .clock(new FixedClock(NOW))
                .build();
    }

    private static Verdict verdict(CheckReport report, String stream) {
        return report.streams().stream()
                .filter(one -> one.stream().equals(stream))
                .findFirst()
                .orElseThrow()
                .verdict();
    }

    @Test
    void bytes_of_a_profile_that_are_none_leave_its_stream_without_a_verdict_and_the_others_theirs() {
        try (DriftMonitor monitor = monitor(db.dataSource())) {
            assertThat(verdict(monitor.checkOnce(), "query_embeddings")).isEqualTo(Verdict.OK);
        }
        db.execute(
                """
                CREATE TABLE kept AS SELECT * FROM drift_profiles WHERE stream = 'query_embeddings';
                UPDATE drift_profiles SET body = '\\xff00ff', updated_at = now() WHERE stream = 'query_embeddings'
                """);
        try (DriftMonitor monitor = monitor(db.dataSource())) {
            CheckReport report = monitor.checkOnce();
            assertThat(verdict(report, "query_embeddings")).isEqualTo(Verdict.INSUFFICIENT);
            assertThat(verdict(report, "refusals")).isEqualTo(Verdict.OK);
            assertThat(report.classic().embeddingDriftScore()).isNull();
            assertThat(monitor.health().state()).isEqualTo("degraded");
            assertThat(monitor.health().failedStreams()).singleElement().satisfies(stream -> assertThat(stream)
                    .startsWith("query_embeddings: "));
            db.execute(
                    """
                    UPDATE drift_profiles p SET body = k.body, updated_at = now() FROM kept k
                    WHERE p.stream = k.stream AND p.bucket_start = k.bucket_start AND p.segment = k.segment;
                    """);
            assertThat(verdict(monitor.checkOnce(), "query_embeddings")).isEqualTo(Verdict.OK);
        } finally {
            db.execute("DROP TABLE kept");
        }
    }

    @Test
    void a_schema_of_a_later_version_is_refused_until_it_is_gone() {
        try (DriftMonitor monitor = monitor(db.dataSource())) {
            db.execute("INSERT INTO drift_schema (version, schema_version) VALUES ('9.0.0', 99)");
            assertThatThrownBy(monitor::checkOnce)
                    .isInstanceOf(DriftMonitorException.class)
                    .hasMessageContaining("99");
            assertThat(monitor.health().ready()).isFalse();
            assertThat(db.count("SELECT count(*) FROM drift_profiles")).isZero();
            db.execute("DELETE FROM drift_schema WHERE schema_version = 99");
            assertThat(verdict(monitor.checkOnce(), "query_embeddings")).isEqualTo(Verdict.OK);
            assertThat(monitor.health().ready()).isTrue();
        } finally {
            db.execute("DELETE FROM drift_schema WHERE schema_version = 99");
        }
    }

    @Test
    void a_right_that_was_revoked_is_named_with_the_remedy_and_nothing_is_lost() {
        PGSimpleDataSource asMonitor = new PGSimpleDataSource();
        asMonitor.setUrl(db.jdbcUrl() + "&options=-c%20role%3Ddrift_monitor");
        try (DriftMonitor monitor = monitor(asMonitor)) {
            db.execute("REVOKE INSERT ON drift_profiles FROM drift_monitor");
            CheckReport report = monitor.checkOnce();
            assertThat(report.streams()).allMatch(stream -> stream.verdict() == Verdict.INSUFFICIENT);
            assertThat(report.streams())
                    .filteredOn(stream -> stream.stream().equals("refusals"))
                    .allMatch(stream -> String.valueOf(stream.reason()).contains("GRANT drift_monitor"));
            assertThat(monitor.health())
                    .returns(false, Health::ready)
                    .satisfies(health -> assertThat(health.failedStreams()).isNotEmpty());
            assertThat(db.count("SELECT count(*) FROM drift_profiles")).isZero();

            db.execute("GRANT INSERT ON drift_profiles TO drift_monitor");
            assertThat(verdict(monitor.checkOnce(), "query_embeddings")).isEqualTo(Verdict.OK);
            assertThat(db.count("SELECT sum(row_count) FROM drift_profiles")).isEqualTo(600);
        } finally {
            db.execute("GRANT INSERT ON drift_profiles TO drift_monitor");
        }
    }

    @Test
    void a_partition_that_was_dropped_changes_no_window_and_its_rows_to_come_have_a_place() {
        try (DriftMonitor monitor = monitor(db.dataSource())) {
            CheckReport before = monitor.checkOnce();
            db.execute("DROP TABLE embeddings_log_before; DROP TABLE interaction_log_before");
            assertThat(db.count("SELECT count(*) FROM embeddings_log")).isZero();
            assertThat(monitor.checkOnce().classic()).isEqualTo(before.classic());
            db.setUp(3, db.vectorKind());
            rows.embeddings(10, NOW.minusSeconds(600), Duration.ofMinutes(5), "query", 3, 0, "m");
            assertThat(verdict(monitor.checkOnce(), "query_embeddings")).isEqualTo(Verdict.OK);
            assertThat(db.count("SELECT count(*) FROM embeddings_log_default")).isEqualTo(10);
        }
    }
}
