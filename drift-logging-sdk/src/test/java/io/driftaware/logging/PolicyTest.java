package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.testdb.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Blocking, shedding, the circuit, short lives. */
final class PolicyTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path folder;

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private static void log(DriftLogger logger, int events) {
        for (int i = 0; i < events; i++) {
            logger.feedback(new UUID(1, i), 1);
        }
    }

    @Test
    void a_caller_that_may_wait_waits_for_room_and_loses_nothing() {
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource())
                .queueCapacity(10)
                .batchSize(5)
                .overflow(OverflowPolicy.block(LONG))
                .build()) {
            log(logger, 500);
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(500);
        }
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(500);
    }

    @Test
    void after_its_limit_the_event_is_dropped() {
        try (DriftLogger logger = DriftLogger.builder(Databases.nowhere())
                .queueCapacity(10)
                .overflow(OverflowPolicy.block(Duration.ofMillis(5)))
                .closeTimeout(Duration.ZERO)
                .build()) {
            log(logger, 13);
            assertThat(logger.stats().dropped()).isEqualTo(Map.of("queue_full", 3L));
        }
    }

    @Test
    void an_interrupt_ends_the_wait_and_stays() throws Exception {
        try (DriftLogger logger = DriftLogger.builder(Databases.nowhere())
                .queueCapacity(1)
                .overflow(OverflowPolicy.block(Duration.ofDays(1)))
                .closeTimeout(Duration.ZERO)
                .build()) {
            log(logger, 1);
            FutureTask<Boolean> waits = new FutureTask<>(() -> {
                log(logger, 1);
                return Thread.currentThread().isInterrupted();
            });
            Thread thread = new Thread(waits);
            thread.start();
            Eventually.hold("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
            thread.interrupt();
            assertThat(waits.get()).isTrue();
            assertThat(logger.stats().dropped()).isEqualTo(Map.of("queue_full", 1L));
        }
    }

    @Test
    void a_limit_that_is_none_is_refused() {
        assertThatThrownBy(() -> OverflowPolicy.block(Duration.ZERO)).hasMessageContaining("PT0S");
    }

    @Test
    void without_a_disk_embeddings_find_no_room_first_and_feedback_last() {
        try (DriftLogger logger = DriftLogger.builder(Databases.nowhere())
                .embeddingModel("m", 3)
                .queueCapacity(100)
                .closeTimeout(Duration.ZERO)
                .build()) {
            for (int i = 0; i < 200; i++) {
                logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}));
            }
            assertThat(logger.stats().pending()).isEqualTo(90);
            for (int i = 0; i < 200; i++) {
                logger.log(Interaction.builder().build());
            }
            assertThat(logger.stats().pending()).isEqualTo(95);
            log(logger, 200);
            assertThat(logger.stats().pending()).isEqualTo(100);
        }
    }

    @Test
    void the_circuit_opens_after_three_failures_and_closes_with_the_first_success() {
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = DriftLogger.builder(network.dataSource()).build()) {
            log(logger, 1);
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().circuit()).isEqualTo(Circuit.CLOSED);
            network.goDown();
            log(logger, 1);
            Eventually.hold("open", () -> logger.stats().circuit() == Circuit.OPEN);
            network.comeUp();
            assertThat(logger.flush(LONG).complete()).isTrue();
            Eventually.hold("closed", () -> logger.stats().circuit() == Circuit.CLOSED);
        }
    }

    @Test
    void the_breaker_counts_failures_in_a_row_and_tries_one_batch_after_the_pause() {
        CircuitBreaker breaker = new CircuitBreaker(new Backoff(1));
        breaker.failed();
        breaker.failed();
        breaker.trying();
        assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
        assertThat(breaker.isFailing()).isTrue();
        breaker.succeeded();
        assertThat(breaker.isFailing()).isFalse();
        for (int i = 0; i < 3; i++) {
            breaker.failed();
        }
        assertThat(breaker.state()).isEqualTo(Circuit.OPEN);
        breaker.trying();
        assertThat(breaker.state()).isEqualTo(Circuit.HALF_OPEN);
        breaker.failed();
        assertThat(breaker.state()).isEqualTo(Circuit.OPEN);
        breaker.trying();
        breaker.succeeded();
        assertThat(breaker.state()).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void a_short_life_leaves_on_disk_what_the_database_did_not_take_in_time() {
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            network.goDown();
            DriftLogger logger = DriftLogger.builder(network.dataSource())
                    .spoolDirectory(folder)
                    .overflow(OverflowPolicy.DROP_NEWEST)
                    .shortLived()
                    .build();
            log(logger, 10);
            FlushResult result = logger.flush(Duration.ofSeconds(2));
            assertThat(result.complete()).isFalse();
            assertThat(result.durable()).isTrue();
            assertThat(result.spooled()).isEqualTo(10);
            log(logger, 5);
            assertThat(logger.close(Duration.ZERO))
                    .extracting(FlushResult::spooled, FlushResult::durable)
                    .containsExactly(15L, true);
        }
        try (DriftLogger next = DriftLogger.builder(DB.dataSource())
                .spoolDirectory(folder)
                .shortLived()
                .build()) {
            assertThat(next.flush(LONG).written()).isEqualTo(15);
        }
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(15);
    }

    @Test
    void a_sync_while_a_write_hangs_leaves_that_batch_on_disk_and_it_is_stored_once() {
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = DriftLogger.builder(network.dataSource())
                        .embeddingModel("m", 3)
                        .spoolDirectory(folder)
                        .build()) {
            log(logger, 1);
            assertThat(logger.flush(LONG).complete()).isTrue();
            network.freeze();
            for (int i = 1; i <= 10; i++) {
                logger.log(EmbeddingRecord.query(new float[] {i, i, i}));
            }
            Eventually.hold("the write hangs", network::holdsBack);
            FlushResult result = logger.sync(LONG);
            assertThat(result.durable()).isTrue();
            assertThat(result.spooled()).isEqualTo(10);
            // Would be written over the vectors that hang, if their arrays were used again.
            for (int i = 11; i <= 30; i++) {
                logger.log(EmbeddingRecord.query(new float[] {i, i, i}));
            }
            network.thaw();
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(31);
        }
        assertThat(DB.value("SELECT string_agg((embedding::real[])[1]::text, ',' ORDER BY (embedding::real[])[1])"
                        + " FROM embeddings_log WHERE (embedding::real[])[1] = (embedding::real[])[3]"))
                .isEqualTo(
                        IntStream.rangeClosed(1, 30).mapToObj(String::valueOf).collect(Collectors.joining(",")));
    }

    /** The writer is stuck with its batch in a network that swallows everything: the batch is not lost with it. */
    @Test
    void a_logger_that_closes_while_a_write_hangs_leaves_that_batch_on_disk() {
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            DriftLogger logger = DriftLogger.builder(network.dataSource())
                    .spoolDirectory(folder)
                    .closeTimeout(Duration.ofMillis(200))
                    .build();
            log(logger, 1);
            assertThat(logger.flush(LONG).complete()).isTrue();
            network.freeze();
            log(logger, 10);
            Eventually.hold("the write hangs", network::holdsBack);
            logger.close();
            assertThat(logger.stats().spooled()).isEqualTo(10);
            assertThat(logger.stats().droppedTotal()).isZero();
            network.thaw();
        }
        try (DriftLogger next =
                DriftLogger.builder(DB.dataSource()).spoolDirectory(folder).build()) {
            assertThat(next.flush(LONG).written()).isEqualTo(10);
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).hasSize(11).doesNotHaveDuplicates();
    }
}
