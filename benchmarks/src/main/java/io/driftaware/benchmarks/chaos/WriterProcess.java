package io.driftaware.benchmarks.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An application that logs until it is killed: JDBC address, file of the clock, folder of the ledger, seed. Several threads
 * write transactions that overlap, some of them long. The ledger has a line for each row before its transaction commits and
 * one for each transaction after it.
 */
final class WriterProcess {
    private static final int THREADS = 3;
    private static final int MOST_ROWS = 12;

    private WriterProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            long seed = Long.parseLong(arguments[3]) * THREADS + i;
            Thread thread = new Thread(() -> run(arguments, new Random(seed), seed), "writer-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void run(String[] arguments, Random random, long seed) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(arguments[0]);
        source.setApplicationName("writer");
        source.setConnectTimeout(2);
        source.setSocketTimeout(10);
        SharedClock clock = new SharedClock(Path.of(arguments[1]));
        Path drift = Path.of(arguments[2]).resolve("drift");
        Path ledger = Path.of(arguments[2]).resolve("ledger-" + seed);
        try (BufferedWriter lines = Files.newBufferedWriter(
                ledger, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                try (Connection connection = source.getConnection()) {
                    connection.setAutoCommit(false);
                    while (true) {
                        transaction(connection, clock.instant(), Files.exists(drift), random, lines);
                    }
                } catch (SQLException e) {
                    LockSupport.parkNanos(100_000_000);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void transaction(
            Connection connection, Instant now, boolean drift, Random random, BufferedWriter lines)
            throws SQLException, IOException {
        List<String> ids = new ArrayList<>();
        int rows = 1 + random.nextInt(MOST_ROWS);
        try (PreparedStatement interaction = connection.prepareStatement(
                        """
                        INSERT INTO interaction_log
                            (event_id, interaction_id, timestamp, refusal_flag, toxicity_flag, user_feedback_score)
                        VALUES (?, ?, ?, ?, false, 0.8)
                        """);
                PreparedStatement embedding = connection.prepareStatement(
                        """
                        INSERT INTO embeddings_log (event_id, timestamp, type, embedding, embedding_dim)
                        VALUES (?, ?, 'query', ?, ?)
                        """)) {
            for (int i = 0; i < rows; i++) {
                // A few are late, so that a bucket is written again and again.
                var at = now.minusSeconds(random.nextInt(4_000)).atOffset(ZoneOffset.UTC);
                UUID first = new UUID(random.nextLong(), random.nextLong());
                UUID second = new UUID(random.nextLong(), random.nextLong());
                interaction.setObject(1, first);
                interaction.setObject(2, first);
                interaction.setObject(3, at);
                interaction.setBoolean(4, drift && i % 2 == 0);
                interaction.addBatch();
                embedding.setObject(1, second);
                embedding.setObject(2, at);
                embedding.setArray(3, connection.createArrayOf("float4", vector(random)));
                embedding.setInt(4, MonitorProcess.DIMENSION);
                embedding.addBatch();
                ids.add(first.toString());
                ids.add(second.toString());
            }
            lines.write("try " + String.join(" ", ids) + "\n");
            lines.flush();
            interaction.executeBatch();
            if (random.nextInt(8) == 0) {
                // Others begin later and commit earlier.
                LockSupport.parkNanos(random.nextInt(400) * 1_000_000L);
            }
            embedding.executeBatch();
        }
        connection.commit();
        lines.write("ok " + String.join(" ", ids) + "\n");
        lines.flush();
        LockSupport.parkNanos(random.nextInt(40) * 1_000_000L);
    }

    private static Float[] vector(Random random) {
        Float[] vector = new Float[MonitorProcess.DIMENSION];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian() + 3;
        }
        return vector;
    }
}
