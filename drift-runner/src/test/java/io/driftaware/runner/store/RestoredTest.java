package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.FixedClock;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dump that was restored into another cluster: its transaction ids mean nothing there. */
class RestoredTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

    private final CheckReading reading = new CheckReading(db, NOW);

    @BeforeEach
    void some_rows_are_read() throws SQLException {
        db.reset();
        new RawRows(db).interaction(NOW.minusSeconds(60), true, false, 0.5);
        reading.read();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE drift_checkpoints SET system_identifier = '1'",
                "UPDATE drift_checkpoints SET xact_id = '4000000000000'",
                "UPDATE interaction_log SET xact_id = '4000000000000'",
                "DELETE FROM drift_checkpoints; UPDATE interaction_log SET xact_id = '4000000000000'"
            })
    void is_refused_with_the_remedy_and_nothing_is_read(String restored) {
        db.execute(restored);
        new RawRows(db).interaction(NOW.minusSeconds(60), true, false, 0.5);

        assertThatThrownBy(reading::read)
                .isInstanceOf(RestoredException.class)
                .hasMessageContaining("restored into another cluster")
                .hasMessageContaining("doctor --rebase");
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles")).isEqualTo(1);
    }

    @Test
    void is_the_state_that_health_shows() {
        db.execute("UPDATE drift_checkpoints SET system_identifier = '1'");
        try (DriftMonitor monitor = DriftMonitor.builder(db.dataSource())
                .config(MonitorConfig.builder().embeddingDim(3).build())
                .clock(new FixedClock(NOW))
                .build()) {
            assertThatThrownBy(monitor::checkOnce)
                    .isInstanceOf(DriftMonitorException.class)
                    .hasMessageStartingWith("this database was restored into another cluster")
                    .hasMessageNotContaining("\n");
            assertThat(monitor.health().state()).isEqualTo("RESTORED");
            assertThat(monitor.health().ready()).isFalse();
        }
    }

    @Test
    void is_not_what_a_check_of_the_same_cluster_is_taken_for() throws SQLException {
        assertThat(db.count("SELECT count(*) FROM drift_checkpoints WHERE system_identifier IS NOT NULL"))
                .isPositive();
        assertThat(reading.read().rows()).isZero();
    }
}
