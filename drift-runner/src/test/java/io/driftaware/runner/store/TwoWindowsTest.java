package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TwoWindowsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final CheckWindows WINDOWS =
            CheckWindows.at(NOW, Duration.ofDays(7), Duration.ofDays(37), Duration.ofDays(30));
    private static final EmbeddingSpace SPACE = new EmbeddingSpace(null, 4);

    private RawRows rows;

    @BeforeEach
    void fill() throws SQLException {
        db.reset();
        rows = new RawRows(db);
        rows.embeddings(60, NOW.minus(Duration.ofDays(6)), Duration.ofDays(5), "query", 4, 0, null);
        rows.embeddings(70, NOW.minus(Duration.ofDays(36)), Duration.ofDays(5), "query", 4, 1, null);
    }

    @Test
    void both_windows_are_those_that_one_connection_reads() throws SQLException {
        TwoWindows alone = readWith(failing());

        TwoWindows together = readWith(db.dataSource());

        assertThat(together).isEqualTo(alone);
        assertThat(together.recent().count()).isEqualTo(60);
        assertThat(together.baseline().count()).isEqualTo(70);
    }

    @Test
    void rows_of_a_later_snapshot_are_in_neither_window() throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            SharedSnapshot shared = begin(connection, db.dataSource());
            rows.embeddings(5, NOW.minus(Duration.ofDays(6)), Duration.ofDays(1), "query", 4, 0, null);
            rows.embeddings(5, NOW.minus(Duration.ofDays(36)), Duration.ofDays(1), "query", 4, 0, null);

            TwoWindows read = read(connection, shared);

            assertThat(read.recent().count()).isEqualTo(60);
            assertThat(read.baseline().count()).isEqualTo(70);
            long seenBesides = shared.read(
                    second -> reader(second).profile(SPACE, WINDOWS.baseline()).count());
            assertThat(seenBesides).isEqualTo(70);
        }
    }

    @Test
    void a_second_connection_that_never_comes_is_not_waited_for() throws SQLException {
        CountDownLatch never = new CountDownLatch(1);
        DataSource exhausted = giving(() -> {
            never.await();
            throw new SQLException("the test is over");
        });

        assertThat(readWith(exhausted).baseline().count()).isEqualTo(70);

        never.countDown();
    }

    @Test
    void a_second_reader_that_fails_halfway_is_made_good_for() throws SQLException {
        DataSource elsewhere = giving(() -> {
            Connection connection = db.dataSource().getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET search_path TO nowhere");
            }
            return connection;
        });

        assertThat(readWith(elsewhere).baseline().count()).isEqualTo(70);
    }

    private DataSource failing() {
        return giving(() -> {
            throw new SQLException("no connection left");
        });
    }

    private TwoWindows readWith(DataSource dataSource) throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            return read(connection, begin(connection, dataSource));
        }
    }

    private static SharedSnapshot begin(Connection connection, DataSource dataSource) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        SharedSnapshot shared = SharedSnapshot.of(connection, dataSource);
        assertThat(shared).isNotNull();
        return shared;
    }

    private static TwoWindows read(Connection connection, SharedSnapshot shared) throws SQLException {
        return TwoWindows.read(reader(connection), SPACE, WINDOWS, shared);
    }

    private static EmbeddingReader reader(Connection connection) {
        VectorKind kind =
                db.vectorKind() == io.driftaware.testdb.VectorKind.VECTOR ? VectorKind.VECTOR : VectorKind.ARRAY;
        return new EmbeddingReader(connection, kind, "query");
    }

    private interface Giver {
        Connection give() throws SQLException, InterruptedException;
    }

    /** A data source whose connections come from {@code giver}. */
    private static DataSource giving(Giver giver) {
        return (DataSource) Proxy.newProxyInstance(
                TwoWindowsTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("getConnection");
                    return giver.give();
                });
    }
}
