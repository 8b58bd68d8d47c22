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
        try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
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

    private static String rebase() throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            return session.write(Rebase::run);
        }
    }

    /** What restoring a dump does to the logs: other transactions write the rows, with the ids that they had. */
    private static void dumpAndRestore(long ahead) {
        db.execute(
                """
                UPDATE interaction_log SET xact_id = (xact_id::text::bigint + %1$d)::text::xid8;
                UPDATE embeddings_log SET xact_id = (xact_id::text::bigint + %1$d)::text::xid8;
                UPDATE feedback_log SET xact_id = (xact_id::text::bigint + %1$d)::text::xid8;
                UPDATE drift_checkpoints
                SET system_identifier = '1', xact_id = greatest(0, xact_id::text::bigint + %1$d)::text::xid8;
                """
                        .formatted(ahead));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000_000_000L, -100})
    void anchored_anew_it_reads_what_was_not_read_and_nothing_twice(long ahead) throws SQLException {
        RawRows rows = new RawRows(db);
        rows.embedding(NOW.minusSeconds(90), "query", new float[] {1, 2, 3}, null);
        reading.read();
        rows.embedding(NOW.minusSeconds(60), "query", new float[] {4, 5, 6}, null);
        rows.interaction(NOW.minusSeconds(30), false, true, 0.25);
        dumpAndRestore(ahead);
        rows.interaction(NOW.minusSeconds(20), false, true, 0.75);
        rows.embedding(NOW.minusSeconds(10), "query", new float[] {7, 8, 9}, null);
        assertThatThrownBy(reading::read).isInstanceOf(RestoredException.class);

        assertThat(rebase()).isEqualTo("2 rows were read before and are not read again");

        assertThat(ReadingOnceContract.flags(reading.read().tally())).isEqualTo(2);
        new Ledger(db).assertBalanced();
        assertThat(reading.read().rows()).isZero();
    }

    @Test
    void a_cluster_that_was_upgraded_in_place_keeps_its_cursors() throws SQLException {
        new RawRows(db).interaction(NOW.minusSeconds(30), false, true, 0.25);
        db.execute("UPDATE drift_checkpoints SET system_identifier = '1'");

        assertThat(rebase()).contains("the cursors hold");

        assertThat(ReadingOnceContract.flags(reading.read().tally())).isEqualTo(1);
        new Ledger(db).assertBalanced();
    }
}
