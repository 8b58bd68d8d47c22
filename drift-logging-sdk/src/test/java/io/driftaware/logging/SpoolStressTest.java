package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several threads log into a small queue over a spool of small segments, the disk fails now and then, the network breaks, rows
 * are refused, somebody always asks for the books and somebody syncs. The books balance at every look, and the database has
 * what they say.
 */
final class SpoolStressTest {
    private static final int THREADS = 4;
    private static final int EVENTS = 5_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(16);

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();
    private final Set<UUID> logged = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OVERFLOW", "DURABLE"})
    void the_books_balance_at_every_moment_and_agree_with_the_database(String policy) throws InterruptedException {
        DB.execute("ALTER TABLE interaction_log ADD CONSTRAINT no_poison CHECK (topic <> 'poison')");
        LoggerStats end;
        AtomicLong looks = new AtomicLong();
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = DriftLogger.builder(network.dataSource())
                        .embeddingModel("m", 16)
                        .queueCapacity(400)
                        .batchSize(50)
                        .spoolDirectory(folder)
                        .spoolBytes(1 << 20)
                        .overflow(policy.equals("DURABLE") ? OverflowPolicy.DURABLE : OverflowPolicy.OVERFLOW)
                        .disk(disk)
                        .build()) {
            CountDownLatch done = new CountDownLatch(THREADS);
            for (int t = 0; t < THREADS; t++) {
                int seed = t;
                new Thread(() -> {
                            log(logger, new SplittableRandom(seed));
                            done.countDown();
                        })
                        .start();
            }
            Thread auditor = new Thread(() -> {
                while (done.getCount() > 0) {
                    // The constructor refuses books that do not balance.
                    LoggerStats look = logger.stats();
                    assertThat(look.pending()).isBetween(0L, 400L);
                    looks.incrementAndGet();
                }
            });
            auditor.start();
            SplittableRandom random = new SplittableRandom(11);
            FaultyNetwork.Cut[] cuts = {
                FaultyNetwork.Cut.BEFORE_COPY, FaultyNetwork.Cut.WITHIN_COPY, FaultyNetwork.Cut.AFTER_COMMIT
            };
            FaultyDisk.Point[] points = FaultyDisk.Point.ofLoggers().toArray(new FaultyDisk.Point[0]);
            long more = 0;
            while (done.getCount() > 0 || network.cuts() == 0 || disk.hits() == 0) {
                logged.add(logger.feedback(new UUID(8, more++), 1));
                network.cutNext(cuts[random.nextInt(cuts.length)]);
                FaultyDisk.Point point = points[random.nextInt(points.length)];
                disk.fault(point, FaultyDisk.full());
                logger.sync(Duration.ofMillis(30));
                disk.mend(point);
                logger.sync(LONG);
            }
            auditor.join();
            network.cutNext(null);
            FlushResult last = logger.flush(LONG);
            assertThat(last.pending() + last.spooled()).isZero();
            end = logger.stats();
            assertThat(end.accepted()).isEqualTo((long) THREADS * EVENTS + more);
        } finally {
            DB.execute("ALTER TABLE interaction_log DROP CONSTRAINT no_poison");
        }
        assertThat(disk.hits()).isPositive();
        assertThat(looks).hasPositiveValue();
        Set<UUID> stored = new HashSet<>();
        for (String table : new String[] {"interaction_log", "embeddings_log", "feedback_log"}) {
            stored.addAll(Stored.eventIds(DB, table));
        }
        assertThat(logged.containsAll(stored)).isTrue();
        assertThat(stored).hasSize((int) end.written());
        assertThat(Stored.rows(DB, "interaction_log")
                        + Stored.rows(DB, "embeddings_log")
                        + Stored.rows(DB, "feedback_log"))
                .isEqualTo(end.written());
        assertThat(logged.size() - stored.size()).isEqualTo(end.droppedTotal() + end.deadLettered());
        assertThat(end.deadLettered()).isPositive();
    }

    private void log(DriftLogger logger, SplittableRandom random) {
        float[] vector = new float[16];
        for (int i = 0; i < EVENTS; i++) {
            switch (random.nextInt(3)) {
                // Without an id of its own, an interaction's id is its event's.
                case 0 ->
                    logged.add(logger.log(Interaction.builder()
                            .topic(random.nextInt(20) == 0 ? "poison" : "fine")
                            .build()));
                case 1 -> {
                    vector[random.nextInt(16)] = i + 1;
                    logged.add(logger.log(EmbeddingRecord.response(vector)));
                }
                default -> logged.add(logger.feedback(new UUID(7, i), random.nextDouble()));
            }
            if (i % 100 == 0) {
                logger.sync(Duration.ofMillis(5));
            }
        }
    }
}
