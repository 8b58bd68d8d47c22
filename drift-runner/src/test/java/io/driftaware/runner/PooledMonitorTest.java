package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.core.policy.Verdict;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PooledMonitorTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void a_pool_of_one_connection_is_enough_and_gets_it_back_as_it_was() throws SQLException {
        RawRows rows = new RawRows(db);
        rows.interactions(60, START.minus(Duration.ofDays(1)), Duration.ofDays(1), i -> true, i -> null, i -> null);
        rows.embeddings(60, START.minus(Duration.ofDays(7)), Duration.ofDays(7), "query", 4, 0, null);
        HikariConfig settings = new HikariConfig();
        settings.setDataSource(db.dataSource());
        settings.setMaximumPoolSize(1);
        settings.setConnectionTimeout(5_000);
        try (HikariDataSource pool = new HikariDataSource(settings);
                DriftMonitor monitor = DriftMonitor.builder(pool)
                        .config(MonitorConfig.builder()
                                .embeddingDim(4)
                                .detection(Detection.THRESHOLD)
                                .build())
                        .clock(new FixedClock(START))
                        .build()) {
            assertThat(monitor.checkOnce().verdict()).isEqualTo(Verdict.DRIFT);
            assertThat(monitor.previewAt(START).verdict()).isEqualTo(Verdict.DRIFT);
            assertThat(monitor.checkOnce().episodes()).hasSize(1);

            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.isReadOnly()).isFalse();
                assertThat(connection.getNetworkTimeout()).isZero();
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            }
        }
        assertThat(db.value("SELECT state FROM drift_actions")).isEqualTo("SUCCEEDED");
    }
}
