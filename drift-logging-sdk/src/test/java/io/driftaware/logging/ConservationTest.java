package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many threads log, the queue overflows, rows are refused: the books balance at every look and agree with the database. */
final class ConservationTest {
    private static final int THREADS = 4;
    private static final int EVENTS = 20_000;

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(16);

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    @Test
    void the_books_balance_at_every_moment_and_agree_with_the_database() throws InterruptedException {
        DB.execute("ALTER TABLE interaction_log ADD CONSTRAINT no_poison CHECK (topic <> 'poison')");
        LongAdder good = new LongAdder();
        LongAdder bad = new LongAdder();
        AtomicBoolean logging = new AtomicBoolean(true);
        List<LoggerStats> seen = new ArrayList<>();
        LoggerStats end;
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource())
                .embeddingModel("m", 16)
                .queueCapacity(300)
                .batchSize(50)
                .build()) {
            CountDownLatch done = new CountDownLatch(THREADS);
            for (int t = 0; t < THREADS; t++) {
                int seed = t;
                new Thread(() -> {
                            log(logger, new SplittableRandom(seed), good, bad);
                            done.countDown();
                        })
                        .start();
            }
            Thread auditor = new Thread(() -> {
                while (logging.get()) {
                    // The constructor refuses books that do not balance.
                    seen.add(logger.stats());
                }
            });
            auditor.start();
            done.await();
            logging.set(false);
            auditor.join();
            assertThat(logger.flush(Duration.ofSeconds(60)).pending()).isZero();
            end = logger.stats();
        } finally {
            DB.execute("ALTER TABLE interaction_log DROP CONSTRAINT no_poison");
        }
        assertThat(seen).isNotEmpty();
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i).accepted())
                    .isGreaterThanOrEqualTo(seen.get(i - 1).accepted());
            assertThat(seen.get(i).written())
                    .isGreaterThanOrEqualTo(seen.get(i - 1).written());
            assertThat(seen.get(i).pending()).isBetween(0L, 300L);
        }
        assertThat(end.accepted()).isEqualTo(good.sum());
        assertThat(end.rejectedTotal()).isEqualTo(bad.sum());
        assertThat(end.pending()).isZero();
        assertThat(end.written())
                .isEqualTo(Stored.rows(DB, "interaction_log")
                        + Stored.rows(DB, "embeddings_log")
                        + Stored.rows(DB, "feedback_log"));
        assertThat(end.dropped()).containsKeys("queue_full", "poison");
    }

    private static void log(DriftLogger logger, SplittableRandom random, LongAdder good, LongAdder bad) {
        float[] vector = new float[16];
        for (int i = 0; i < EVENTS; i++) {
            int kind = random.nextInt(100);
            if (kind < 30) {
                logger.log(Interaction.builder()
                        .topic(random.nextInt(20) == 0 ? "poison" : "fine")
                        .build());
                good.increment();
            } else if (kind < 60) {
                vector[random.nextInt(16)] = random.nextInt(1, 100);
                logger.log(EmbeddingRecord.response(vector));
                good.increment();
            } else if (kind < 90) {
                logger.feedback(new UUID(7, i), random.nextDouble());
                good.increment();
            } else {
                logger.feedback(new UUID(7, i), 2);
                bad.increment();
            }
            if (i % 64 == 0) {
                Thread.yield();
            }
        }
    }
}
