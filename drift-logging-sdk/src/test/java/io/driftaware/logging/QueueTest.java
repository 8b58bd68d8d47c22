package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What happens while nothing can be written. */
final class QueueTest {
    private static DriftLogger.Builder down() {
        return DriftLogger.builder(Databases.nowhere())
                .embeddingModel("m", 1_000)
                .closeTimeout(Duration.ZERO);
    }

    private static void log(DriftLogger logger, int events) {
        for (int i = 0; i < events; i++) {
            logger.feedback(new UUID(1, i), 1);
        }
    }

    private static LoggerStats books(DriftLogger logger, long accepted, long pending, SortedMap<String, Long> dropped) {
        return new LoggerStats(
                accepted, 0, 0, pending, 0, 0, dropped, sorted(), logger.stats().circuit(), 0, 0);
    }

    @Test
    void a_queue_full_of_events_drops_the_newest_and_counts_it() {
        try (DriftLogger logger = down().queueCapacity(100).build()) {
            log(logger, 130);
            assertThat(logger.stats()).isEqualTo(books(logger, 130, 100, sorted("queue_full", 30)));
        }
    }

    @Test
    void a_queue_full_of_bytes_drops_the_newest_and_counts_it() {
        try (DriftLogger logger = down().queueBytes(100_000).build()) {
            float[] vector = new float[1_000];
            vector[0] = 1;
            for (int i = 0; i < 30; i++) {
                logger.log(EmbeddingRecord.query(vector));
            }
            LoggerStats stats = logger.stats();
            assertThat(stats.pending()).isEqualTo(90_000 / 4_256);
            assertThat(stats.dropped()).isEqualTo(Map.of("queue_full", 30 - stats.pending()));

            logger.log(Interaction.builder().query("x".repeat(10_000)).build());
            assertThat(logger.stats().droppedTotal()).isEqualTo(31 - stats.pending());
            logger.feedback(new UUID(1, 1), 1);
            assertThat(logger.stats().pending()).isEqualTo(stats.pending() + 1);
        }
    }

    @Test
    void a_capacity_that_is_no_power_of_two_is_kept_exactly() {
        for (int capacity : new int[] {1, 2, 3, 1_023, 1_024, 1_025}) {
            try (DriftLogger logger = down().queueCapacity(capacity).build()) {
                log(logger, 2 * capacity);
                assertThat(logger.stats().pending()).isEqualTo(capacity);
            }
        }
    }

    @Test
    void flush_says_that_nothing_was_written_and_why() {
        try (DriftLogger logger = down().build()) {
            log(logger, 5);
            Eventually.hold(
                    "an attempt",
                    () -> logger.flush(Duration.ofMillis(1)).lastError().isPresent());
            FlushResult result = logger.flush(Duration.ofMillis(20));
            assertThat(result.complete()).isFalse();
            assertThat(result.written()).isZero();
            assertThat(result.dropped()).isZero();
            assertThat(result.pending()).isEqualTo(5);
            assertThat(result.lastError()).hasValueSatisfying(e -> assertThat(e)
                    .contains("nobody listens", "08001", "check host and port")
                    .doesNotContain("\n"));
        }
    }

    @Test
    void flush_of_an_empty_queue_is_complete_at_once() {
        try (DriftLogger logger = down().build()) {
            assertThat(logger.flush(Duration.ZERO).complete()).isTrue();
        }
    }

    @Test
    void flush_returns_when_its_thread_is_interrupted_and_stays_so() {
        try (DriftLogger logger = down().build()) {
            log(logger, 1);
            Thread.currentThread().interrupt();
            FlushResult result = logger.flush(Duration.ofDays(100_000));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.pending()).isEqualTo(1);
        }
    }

    @Test
    void close_gives_up_in_time_and_accounts_for_what_is_lost() {
        DriftLogger logger = down().closeTimeout(Duration.ofMillis(50)).build();
        log(logger, 7);
        logger.close();
        assertThat(logger.stats()).isEqualTo(books(logger, 7, 0, sorted("closed", 7)));
        assertThat(logger.flush(Duration.ZERO).complete()).isTrue();
        logger.close();
    }

    @Test
    void a_flush_that_waits_while_the_logger_is_closed_hears_of_the_loss() throws Exception {
        DriftLogger logger = down().closeTimeout(Duration.ofMillis(50)).build();
        log(logger, 3);
        FutureTask<FlushResult> flush = new FutureTask<>(() -> logger.flush(Duration.ofMinutes(1)));
        Thread thread = new Thread(flush);
        thread.start();
        Eventually.hold("flush waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
        logger.close();
        assertThat(flush.get())
                .extracting(FlushResult::complete, FlushResult::dropped)
                .containsExactly(false, 3L);
    }

    @Test
    void an_outage_is_told_once() {
        Heard heard = new Heard();
        try (DriftLogger logger = down().listener(heard).build()) {
            log(logger, 1);
            Eventually.hold("told", () -> !heard.outages.isEmpty());
        }
        assertThat(heard.outages).hasSize(1);
    }

    private static SortedMap<String, Long> sorted() {
        return new TreeMap<>();
    }

    private static SortedMap<String, Long> sorted(String reason, long count) {
        return new TreeMap<>(Map.of(reason, count));
    }
}
