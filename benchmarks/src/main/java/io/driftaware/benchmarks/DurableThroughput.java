package io.driftaware.benchmarks;

import io.driftaware.benchmarks.Report.Measure;
import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.FlushResult;
import io.driftaware.logging.Interaction;
import io.driftaware.logging.OverflowPolicy;
import io.driftaware.testdb.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Events a second with {@link OverflowPolicy#DURABLE}, where each goes to disk first: until {@code sync} says that all are on
 * the device, and until {@code flush} says that all are in the database, beside a logger without a folder. Alternating
 * rounds, one producer that waits while the queue is half full.
 */
final class DurableThroughput {
    private static final int MOST_PENDING = 5_000;
    private static final Duration LONG = Duration.ofMinutes(5);

    private final TestDatabase database;
    private final float[][] vectors = new Embeddings(1).several(2_000);

    private DurableThroughput(TestDatabase database) {
        this.database = database;
    }

    private record Seconds(double safe, double stored) {}

    /** {@code arguments}: interactions a round, 200,000 unless said, vectors a round, 30,000 unless said, rounds, 5 unless said. */
    public static void main(String[] arguments) throws Exception {
        int interactions = arguments.length < 1 ? 200_000 : Integer.parseInt(arguments[0]);
        int vectors = arguments.length < 2 ? 30_000 : Integer.parseInt(arguments[1]);
        int rounds = arguments.length < 3 ? 5 : Integer.parseInt(arguments[2]);
        try (TestDatabase database =
                TestDatabase.withSchema(Embeddings.DIMENSION).open()) {
            new DurableThroughput(database).run(interactions, vectors, rounds);
        }
    }

    private void run(int interactions, int vectors, int rounds) throws Exception {
        Path folder = Files.createTempDirectory("drift-durable");
        List<Measure> measures = new ArrayList<>();
        double ratio;
        try (DriftLogger durable = builder()
                        .spoolDirectory(folder)
                        .overflow(OverflowPolicy.DURABLE)
                        .build();
                DriftLogger direct = builder().build()) {
            compare("interactions", interactions, rounds, durable, direct, measures, true);
            ratio = compare("vectors", vectors, rounds, durable, direct, measures, false);
        } finally {
            Files.deleteIfExists(folder.resolve("owner.lock"));
            Files.deleteIfExists(folder);
        }
        new Report(
                        "durable-throughput",
                        "DURABLE: every event on disk before it is written, %d dimensions"
                                .formatted(Embeddings.DIMENSION),
                        "vectors reach the database at least half as fast as without a disk",
                        ratio >= 0.5,
                        Machine.describe(database.dataSource()),
                        measures)
                .publish();
    }

    private DriftLogger.Builder builder() {
        return DriftLogger.builder(database.dataSource()).embeddingModel(Embeddings.MODEL, Embeddings.DIMENSION);
    }

    private double compare(
            String what,
            int events,
            int rounds,
            DriftLogger durable,
            DriftLogger direct,
            List<Measure> measures,
            boolean small) {
        List<Double> safe = new ArrayList<>();
        List<Double> stored = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        for (int round = -1; round < rounds; round++) {
            Seconds with = round(durable, events, small);
            Seconds none = round(direct, events, small);
            System.out.printf(
                    "%s: on disk %,.0f/s, in the database %,.0f/s, without a folder %,.0f/s%n",
                    what, events / with.safe, events / with.stored, events / none.stored);
            if (round >= 0) {
                safe.add(events / with.safe);
                stored.add(events / with.stored);
                without.add(events / none.stored);
            }
        }
        measures.add(new Measure(what + " on disk, median", median(safe), "events/s"));
        measures.add(new Measure(what + " in the database, median", median(stored), "events/s"));
        measures.add(new Measure(what + " without a folder, median", median(without), "events/s"));
        return median(stored) / median(without);
    }

    private Seconds round(DriftLogger logger, int events, boolean small) {
        database.execute("TRUNCATE embeddings_log, interaction_log");
        database.execute("CHECKPOINT");
        long start = System.nanoTime();
        for (int i = 0; i < events; i++) {
            if (i % 100 == 0) {
                while (logger.stats().pending() > MOST_PENDING) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            if (small) {
                logger.log(Interaction.builder()
                        .query("question " + i)
                        .model("assistant-1")
                        .refusal(i % 50 == 0)
                        .build());
            } else {
                logger.log(EmbeddingRecord.query(vectors[i % vectors.length]));
            }
        }
        FlushResult safe = logger.sync(LONG);
        double safeSeconds = (System.nanoTime() - start) / 1e9;
        FlushResult stored = logger.flush(LONG);
        double storedSeconds = (System.nanoTime() - start) / 1e9;
        if (!safe.durable() || !stored.complete()) {
            throw new IllegalStateException("not everything is safe: " + safe + " " + stored + " " + logger.stats());
        }
        long found =
                database.count("SELECT (SELECT count(*) FROM embeddings_log) + (SELECT count(*) FROM interaction_log)");
        if (found != events) {
            throw new IllegalStateException("the tables have " + found + " rows, not " + events);
        }
        return new Seconds(safeSeconds, storedSeconds);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
