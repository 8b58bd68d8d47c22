package io.driftaware.benchmarks;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The child of {@link Endurance}. Every event carries its number; after each tenth the table must hold exactly the numbers of
 * that tenth, as SQL counts them, and is emptied.
 */
final class EnduranceRun {
    private static final int PARTS = 10;
    private static final int MOST_PENDING = 5_000;

    private final PGSimpleDataSource source = new PGSimpleDataSource();
    private final DriftLogger logger;
    private long lost;

    private EnduranceRun(String url) {
        source.setUrl(url);
        logger = DriftLogger.builder(source)
                .embeddingModel(Embeddings.MODEL, Embeddings.DIMENSION)
                .build();
    }

    public static void main(String[] arguments) throws Exception {
        var run = new EnduranceRun(arguments[0]);
        float[][] vectors = new Embeddings(1).several(16);
        run.stretch(
                "interactions",
                Long.parseLong(arguments[1]),
                "interaction_log",
                "token_count",
                number -> run.logger.log(Interaction.builder()
                        .query("question " + number)
                        .model("assistant-1")
                        .refusal(number % 50 == 0)
                        .tokenCount(Math.toIntExact(number))
                        .build()));
        run.stretch(
                "vectors",
                Long.parseLong(arguments[2]),
                "embeddings_log",
                "ref_id",
                number -> run.logger.log(EmbeddingRecord.document(vectors[(int) (number % vectors.length)])
                        .withRefId(number)));
        run.logger.close();
        System.out.println("lost=" + run.lost);
        System.out.println("peak=" + Machine.peakMegabytes());
    }

    private void stretch(String name, long events, String table, String number, LongConsumer log) throws SQLException {
        long part = events / PARTS;
        double first = 0;
        double last = 0;
        double seconds = 0;
        for (int i = 0; i < PARTS; i++) {
            long start = System.nanoTime();
            for (long n = i * part; n < (i + 1) * part; n++) {
                if (n % 100 == 0) {
                    awaitRoom();
                }
                log.accept(n);
            }
            if (!logger.flush(Duration.ofMinutes(5)).complete()) {
                throw new IllegalStateException("not everything was written: " + logger.stats());
            }
            seconds += (System.nanoTime() - start) / 1e9;
            lost += difference(table, number, i * part, (i + 1) * part);
            last = liveMegabytes();
            first = i == 0 ? last : first;
        }
        System.out.println(name + ".rate=" + part * PARTS / seconds);
        System.out.println(name + ".growth=" + Math.max(0, last - first));
    }

    private void awaitRoom() {
        while (logger.stats().pending() > MOST_PENDING) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** How many numbers are missing or there more than once. */
    private long difference(String table, String number, long from, long to) throws SQLException {
        String count = "SELECT count(*), count(DISTINCT " + number + ") FILTER (WHERE " + number + " >= " + from
                + " AND " + number + " < " + to + ") FROM " + table;
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            long rows;
            long numbers;
            try (var found = statement.executeQuery(count)) {
                found.next();
                rows = found.getLong(1);
                numbers = found.getLong(2);
            }
            statement.execute("TRUNCATE " + table);
            return (to - from - numbers) + (rows - numbers);
        }
    }

    private static double liveMegabytes() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / 1e6;
    }
}
