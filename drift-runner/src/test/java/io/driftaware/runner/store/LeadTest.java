package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.testdb.PgBouncer;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class LeadTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @BeforeEach
    void empty() {
        db.reset();
        db.execute("CREATE TABLE IF NOT EXISTS written (by text); TRUNCATE written");
    }

    private static Lead take() throws SQLException {
        return Lead.take(db.dataSource()).orElseThrow();
    }

    private static void write(CheckSession session, String by) throws SQLException {
        session.write(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate("INSERT INTO written VALUES ('" + by + "')");
            }
        });
    }

    /** As where its connection was cut: the server has ended the session, and the process does not know. */
    private static void cut(Lead lead) {
        db.execute("SELECT pg_terminate_backend(" + lead.backend() + ", 10000)");
    }

    @Test
    void one_has_it_and_who_comes_next_has_a_higher_number() throws SQLException {
        Lead first = take();
        assertThat(Lead.take(db.dataSource())).isEmpty();
        assertThat(first.beat()).isTrue();
        first.close();

        try (Lead second = take()) {
            assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
            assertThat(first.held()).isFalse();
            assertThat(first.beat()).isFalse();
        }
    }

    @Test
    void a_check_that_is_under_way_when_the_lead_is_lost_is_ended_by_the_take_over() throws SQLException {
        Lead stopped = take();
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            assertThat(session.claim(stopped, Duration.ZERO)).isTrue();
            write(session, "leader");
            cut(stopped);

            try (Lead next = take();
                    CheckSession nextSession = CheckSession.open(db.dataSource())) {
                assertThatThrownBy(() -> write(session, "stopped")).isInstanceOf(SQLException.class);
                assertThat(nextSession.claim(next, Duration.ZERO)).isTrue();
                write(nextSession, "next");
            }
        }
        assertThat(stopped.beat()).isFalse();
        assertThat(db.value("SELECT string_agg(by, ' ') FROM written")).isEqualTo("leader next");
    }

    @Test
    void rows_that_a_stopped_check_has_locked_are_free_for_the_next_leader() throws SQLException {
        Lead stopped = take();
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            session.claim(stopped, Duration.ZERO);
            assertThatThrownBy(() -> session.write(connection -> {
                        Checkpoints.lock(connection);
                        cut(stopped);
                        try (Lead next = take();
                                CheckSession nextSession = CheckSession.open(db.dataSource())) {
                            nextSession.claim(next, Duration.ZERO);
                            return nextSession.write(Checkpoints::lock);
                        }
                    }))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void who_wakes_up_between_two_checks_writes_nothing() throws SQLException {
        Lead stopped = take();
        cut(stopped);
        take().close();

        try (CheckSession session = CheckSession.open(db.dataSource())) {
            assertThat(stopped.held()).as("it does not know yet").isTrue();
            assertThat(session.claim(stopped, Duration.ZERO)).isTrue();
            assertThatThrownBy(() -> write(session, "stopped"))
                    .isInstanceOf(LeadLostException.class)
                    .hasMessageContaining("another monitor has taken the lead")
                    .hasMessageContaining("nothing was written");
        }
        assertThat(db.count("SELECT count(*) FROM written")).isZero();
    }

    @Test
    void the_lead_of_one_check_is_on_its_own_connection_and_ends_with_it() throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            Lead lead = session.lead().orElseThrow();
            assertThat(session.claim(lead, Duration.ZERO)).isTrue();
            write(session, "check");
            assertThat(Lead.take(db.dataSource())).isEmpty();
        }
        take().close();
        assertThat(db.count("SELECT count(*) FROM written")).isEqualTo(1);
    }

    @Test
    void a_command_that_changes_what_checks_read_needs_no_lead_and_keeps_the_leader_out() throws SQLException {
        try (Lead lead = take();
                CheckSession command = CheckSession.open(db.dataSource());
                CheckSession check = CheckSession.open(db.dataSource())) {
            assertThat(command.claim()).isTrue();
            assertThat(check.claim(lead, Duration.ZERO)).isFalse();
        }
    }

    @Test
    void a_check_waits_in_line_for_a_command_that_is_at_work() throws Exception {
        try (Lead lead = take();
                CheckSession command = CheckSession.open(db.dataSource());
                CheckSession check = CheckSession.open(db.dataSource())) {
            assertThat(command.claim()).isTrue();
            assertThat(check.claim(lead, Duration.ofMillis(1))).as("too long").isFalse();

            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return check.claim(lead, Duration.ofMinutes(1));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            while (db.count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
                            + " (SELECT oid FROM pg_database WHERE datname = current_database())")
                    == 0) {
                Thread.onSpinWait();
            }
            command.release();
            assertThat(waiting.get()).isTrue();
            write(check, "check");
            assertThat(command.claim()).as("the check is at work").isFalse();
        }
        assertThat(db.value("SELECT by FROM written")).isEqualTo("check");
    }

    @Test
    void a_database_that_takes_no_writes_has_no_leader() {
        PGSimpleDataSource source = (PGSimpleDataSource) db.dataSource();
        source.setOptions("-c default_transaction_read_only=on");

        assertThatThrownBy(() -> Lead.take(source))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("waiting for a database that takes writes")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("25006");
    }

    @Test
    void connections_with_sessions_of_their_own_are_accepted() throws SQLException {
        Lead.requireOwnSessions(db.dataSource());
        assertThat(db.count("SELECT count(*) FROM drift_monitor_state")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void a_transaction_pooler_is_refused_with_the_reason(int serverConnections) throws Exception {
        try (PgBouncer pooler = new PgBouncer(db, serverConnections)) {
            assertThatThrownBy(() -> Lead.requireOwnSessions(pooler.dataSource()))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("PgBouncer in transaction mode")
                    .hasMessageContaining("connect to PostgreSQL directly");
        }
    }
}
