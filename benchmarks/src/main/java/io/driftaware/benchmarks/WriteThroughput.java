package io.driftaware.benchmarks;

import io.driftaware.benchmarks.Report.Measure;
import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.FlushResult;
import io.driftaware.testdb.TestDatabase;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/**
 * Rows a second of the SDK beside psql's binary \copy, the same rows into the same emptied table, in alternating rounds.
 * The SDK's time runs from the first {@code log} to the end of {@code flush}, with one producer that waits while the queue
 * is half full; psql's is what its own \timing says, without its start.
 */
final class WriteThroughput {
    private static final String COLUMNS =
            "event_id, interaction_id, timestamp, type, ref_id, embedding, metadata, embedding_dim, embedding_model, tenant, segment";
    private static final int MOST_PENDING = 5_000;

    private final TestDatabase database;
    private final int rows;
    private final float[][] vectors = new Embeddings(1).several(2_000);

    private WriteThroughput(TestDatabase database, int rows) {
        this.database = database;
        this.rows = rows;
    }

    /** {@code arguments}: rows a round, 30,000 unless said, and rounds, 5 unless said. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length < 1 ? 30_000 : Integer.parseInt(arguments[0]);
        int rounds = arguments.length < 2 ? 5 : Integer.parseInt(arguments[1]);
        try (TestDatabase database =
                TestDatabase.withSchema(Embeddings.DIMENSION).open()) {
            new WriteThroughput(database, rows).run(rounds);
        }
    }

    private void run(int rounds) throws SQLException, IOException, InterruptedException {
        Path file = Files.createTempFile("drift-rows", ".copy");
        List<Double> sdk = new ArrayList<>();
        List<Double> psql = new ArrayList<>();
        try (DriftLogger logger = DriftLogger.builder(database.dataSource())
                .embeddingModel(Embeddings.MODEL, Embeddings.DIMENSION)
                .build()) {
            writeWithSdk(logger);
            export(file);
            writeWithPsql(file);
            for (int round = 0; round < rounds; round++) {
                sdk.add(rows / writeWithSdk(logger));
                psql.add(rows / writeWithPsql(file));
                System.out.printf(
                        "round %d: SDK %,.0f rows/s, psql %,.0f rows/s%n", round, sdk.get(round), psql.get(round));
            }
        } finally {
            Files.delete(file);
        }
        report(sdk, psql).publish();
    }

    private double writeWithSdk(DriftLogger logger) {
        empty();
        long start = System.nanoTime();
        for (int i = 0; i < rows; i++) {
            if (i % 100 == 0) {
                awaitRoom(logger);
            }
            logger.log(EmbeddingRecord.query(vectors[i % vectors.length]));
        }
        FlushResult flushed = logger.flush(Duration.ofMinutes(5));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (!flushed.complete()) {
            throw new IllegalStateException("not everything was written: " + flushed + " " + logger.stats());
        }
        expectRows();
        return seconds;
    }

    private static void awaitRoom(DriftLogger logger) {
        while (logger.stats().pending() > MOST_PENDING) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void export(Path file) throws SQLException, IOException {
        try (var connection = database.dataSource().getConnection();
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT " + COLUMNS + " FROM embeddings_log) TO STDOUT (FORMAT binary)", out);
        }
    }

    private double writeWithPsql(Path file) throws IOException, InterruptedException {
        empty();
        double seconds = Psql.timed(
                database.url(), "\\copy embeddings_log (" + COLUMNS + ") FROM '" + file + "' (FORMAT binary)");
        expectRows();
        return seconds;
    }

    private void empty() {
        database.execute("TRUNCATE embeddings_log");
        database.execute("CHECKPOINT");
    }

    private void expectRows() {
        long found = database.count("SELECT count(*) FROM embeddings_log");
        if (found != rows) {
            throw new IllegalStateException("the table has " + found + " rows, not " + rows);
        }
    }

    private Report report(List<Double> sdk, List<Double> psql) throws SQLException {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < sdk.size(); i++) {
            ratios.add(sdk.get(i) / psql.get(i));
        }
        double ratio = median(ratios);
        return new Report(
                "write-throughput",
                "Writing embeddings of %d dimensions".formatted(Embeddings.DIMENSION),
                "the SDK reaches at least 0.9 of psql's \\copy (FORMAT binary)",
                ratio >= 0.9,
                Machine.describe(database.dataSource()),
                List.of(
                        new Measure("ratio, median of %d rounds".formatted(ratios.size()), ratio, ""),
                        new Measure("ratio, lowest round", Collections.min(ratios), ""),
                        new Measure("ratio, highest round", Collections.max(ratios), ""),
                        new Measure("SDK, median", median(sdk), "rows/s"),
                        new Measure("psql, median", median(psql), "rows/s")));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
