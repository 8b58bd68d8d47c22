package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a listener does, logging goes on. */
final class ListenerTest {
    private static final UUID ID = new UUID(1, 1);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @Test
    void a_listener_that_throws_stops_nothing_and_is_called_again() {
        CountDownLatch calls = new CountDownLatch(2);
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource())
                .listener(new LoggerListener() {
                    @Override
                    public void rejected(String reason, String explanation, long count) {
                        calls.countDown();
                        throw new AssertionError("bad listener");
                    }
                })
                .build()) {
            logger.feedback(ID, 2);
            Eventually.hold("first call", () -> calls.getCount() == 1);
            logger.feedback(ID, Double.NaN);
            Eventually.hold("second call", () -> calls.getCount() == 0);
            logger.feedback(ID, 1);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
        }
    }

    @Test
    void a_listener_that_never_returns_stops_nothing() throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        DriftLogger logger = DriftLogger.builder(DB.dataSource())
                .listener(new LoggerListener() {
                    @Override
                    public void rejected(String reason, String explanation, long count) {
                        called.countDown();
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .build();
        logger.feedback(ID, 2);
        called.await();
        logger.feedback(ID, 1);
        assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
        logger.close();
        assertThat(logger.stats().written()).isEqualTo(1);
        end.countDown();
    }

    @Test
    void a_flood_of_refused_events_becomes_few_calls_whose_counts_add_up() {
        Heard heard = new Heard();
        try (DriftLogger logger =
                DriftLogger.builder(DB.dataSource()).listener(heard).build()) {
            for (int i = 0; i < 100_000; i++) {
                logger.feedback(ID, -1);
            }
        }
        Eventually.hold("all told", () -> counted(heard) == 100_000);
        assertThat(heard.rejected).hasSizeLessThan(1_000);
    }

    private static long counted(Heard heard) {
        return heard.rejected.stream()
                .mapToLong(r -> Long.parseLong(r.substring(0, r.indexOf(' '))))
                .sum();
    }
}
