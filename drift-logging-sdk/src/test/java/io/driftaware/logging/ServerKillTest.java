package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.OwnServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The server is killed with -9 while events come, and started again. */
final class ServerKillTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int KILLS = 3;
    /** Between events, so that they come all the time and are not too many. */
    private static final long PAUSE = 200_000L;

    @TempDir
    Path folder;

    private static void execute(OwnServer server, String sql) throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<UUID> stored(OwnServer server) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT event_id FROM feedback_log")) {
            while (rows.next()) {
                ids.add(rows.getObject(1, UUID.class));
            }
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void every_event_is_stored_once(boolean durable) throws Exception {
        try (OwnServer server = OwnServer.start()) {
            execute(
                    server,
                    "SET drift.embedding_dim = '3'; SET drift.pgvector = 'off';"
                            + Files.readString(Path.of(System.getProperty("drift.root"), "setup_database.sql")));
            // The tests' server forgets the last commits in a crash unless asked not to; a real one does not.
            execute(server, "ALTER DATABASE postgres SET synchronous_commit = on");
            PGSimpleDataSource source = (PGSimpleDataSource) server.dataSource();
            source.setSocketTimeout(20);
            Set<UUID> logged = ConcurrentHashMap.newKeySet();
            AtomicBoolean logging = new AtomicBoolean(true);
            try (DriftLogger logger = DriftLogger.builder(source)
                    .spoolDirectory(folder)
                    .overflow(durable ? OverflowPolicy.DURABLE : OverflowPolicy.OVERFLOW)
                    .batchSize(50)
                    .build()) {
                Thread application = new Thread(() -> {
                    for (int i = 0; logging.get(); i++) {
                        logged.add(logger.feedback(new UUID(1, i), 0.5));
                        if (i % 100 == 0) {
                            logger.sync(LONG);
                        }
                        LockSupport.parkNanos(PAUSE);
                    }
                });
                application.start();
                for (int kill = 0; kill < KILLS; kill++) {
                    long before = logger.stats().written();
                    Eventually.hold("progress", () -> logger.stats().written() > before + 500);
                    server.kill();
                    Eventually.hold(
                            "the outage is noticed", () -> logger.stats().circuit() == Circuit.OPEN);
                    assertThat(logger.sync(LONG).durable()).isTrue();
                    server.restart();
                }
                logging.set(false);
                application.join();
                assertThat(logger.flush(LONG).complete()).isTrue();
                assertThat(logger.stats().written()).isEqualTo(logged.size());
            }
            List<UUID> stored = stored(server);
            assertThat(stored).hasSameSizeAs(logged);
            assertThat(Set.copyOf(stored).equals(logged)).isTrue();
        }
    }

    @Test
    void without_waiting_for_the_server_at_all_nothing_is_lost_over_a_restart_of_the_logger() throws Exception {
        try (OwnServer server = OwnServer.start()) {
            execute(
                    server,
                    "SET drift.embedding_dim = '3'; SET drift.pgvector = 'off';"
                            + Files.readString(Path.of(System.getProperty("drift.root"), "setup_database.sql")));
            server.kill();
            UUID id;
            try (DriftLogger logger = DriftLogger.builder(server.dataSource())
                    .spoolDirectory(folder)
                    .closeTimeout(Duration.ZERO)
                    .build()) {
                id = logger.feedback(new UUID(1, 1), 0.5);
            }
            server.restart();
            try (DriftLogger logger = DriftLogger.builder(server.dataSource())
                    .spoolDirectory(folder)
                    .build()) {
                assertThat(logger.flush(LONG).complete()).isTrue();
            }
            assertThat(stored(server)).containsExactly(id);
        }
    }
}
