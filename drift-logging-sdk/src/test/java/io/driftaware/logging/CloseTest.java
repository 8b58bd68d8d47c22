package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing writes what waits, within its time, and gives the connection back. */
final class CloseTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private static void log(DriftLogger logger, int events) {
        for (int i = 0; i < events; i++) {
            logger.log(Interaction.builder().build());
        }
    }

    private static long connections() {
        return DB.count(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    @Test
    void everything_that_waits_is_written() {
        DriftLogger logger = DriftLogger.builder(DB.dataSource()).build();
        log(logger, 5_000);
        logger.close();
        assertThat(logger.stats().written()).isEqualTo(5_000);
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(5_000);
        Eventually.hold("the connection is closed", () -> connections() == 0);
    }

    @Test
    void an_interrupted_thread_closes_as_thoroughly() {
        DriftLogger logger = DriftLogger.builder(DB.dataSource()).build();
        log(logger, 500);
        Thread.currentThread().interrupt();
        logger.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(500);
    }

    private static Set<Thread> loggersThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("drift-logger-"))
                .collect(Collectors.toSet());
    }

    @Test
    void a_network_that_swallows_everything_does_not_hold_it_up() {
        Set<Thread> others = loggersThreads();
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            DriftLogger logger = DriftLogger.builder(network.dataSource())
                    .closeTimeout(Duration.ofMillis(200))
                    .build();
            log(logger, 1);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            network.freeze();
            log(logger, 10);
            Eventually.hold("the write hangs", network::holdsBack);
            logger.close();
            assertThat(logger.stats().written()).isEqualTo(1);
            assertThat(logger.stats().dropped()).containsEntry("closed", 10L);
            Eventually.hold("its threads have ended", () -> others.containsAll(loggersThreads()));
            network.thaw();
        }
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(1);
    }

    @Test
    void events_logged_while_it_closes_are_stored_or_accounted_for() throws InterruptedException {
        for (int round = 0; round < 8; round++) {
            DriftLogger logger = DriftLogger.builder(DB.dataSource()).build();
            Thread[] threads = new Thread[3];
            for (int t = 0; t < threads.length; t++) {
                threads[t] = new Thread(() -> log(logger, 300));
                threads[t].start();
            }
            logger.close();
            for (Thread thread : threads) {
                thread.join();
            }
            LoggerStats stats = logger.stats();
            assertThat(stats.pending()).isZero();
            assertThat(stats.accepted() + stats.rejected().getOrDefault("closed", 0L))
                    .isEqualTo(900);
            assertThat(stats.written()).isEqualTo(stats.accepted());
            assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(stats.written());
            DB.reset();
        }
    }

    @Test
    void an_idle_logger_gives_its_connection_back_and_takes_another_later() {
        Databases.Scripted source = Databases.counted(DB.dataSource());
        try (DriftLogger logger =
                DriftLogger.builder(source).idleTimeout(Duration.ZERO).build()) {
            assertThat(source.taken()).isZero();
            log(logger, 1);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            Eventually.hold("the connection is back", () -> connections() == 0);
            log(logger, 1);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            assertThat(source.taken()).isEqualTo(2);
        }
    }

    @Test
    void one_connection_serves_all_batches() {
        Databases.Scripted source = Databases.counted(DB.dataSource());
        try (DriftLogger logger = DriftLogger.builder(source).batchSize(10).build()) {
            log(logger, 1_000);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            assertThat(source.taken()).isEqualTo(1);
        }
    }

    @TempDir
    Path folder;

    /** It holds what it was given, and nobody else. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_redactor_that_hangs_holds_up_neither_sync_nor_close(boolean durable) throws Exception {
        Set<Thread> others = loggersThreads();
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        DriftLogger logger = DriftLogger.builder(DB.dataSource())
                .spoolDirectory(folder)
                .overflow(durable ? OverflowPolicy.DURABLE : OverflowPolicy.OVERFLOW)
                .closeTimeout(Duration.ofMillis(100))
                .redactor(text -> {
                    hanging.countDown();
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        // As one does that is not made for it.
                        return text;
                    }
                    return text;
                })
                .build();
        for (int i = 0; i < 10; i++) {
            logger.log(Interaction.builder().query("text").build());
        }
        hanging.await();
        AtomicReference<FlushResult> synced = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            synced.set(logger.sync(Duration.ofMillis(100)));
            logger.close();
        });
        caller.start();
        try {
            Eventually.hold("both return", () -> !caller.isAlive());
        } finally {
            released.countDown();
        }
        Eventually.hold("its threads have ended", () -> others.containsAll(loggersThreads()));
        assertThat(synced.get()).extracting(FlushResult::pending).isEqualTo(10L);
        LoggerStats stats = logger.stats();
        assertThat(stats.accepted()).isEqualTo(10);
        assertThat(stats.written() + stats.pending() + stats.spooled() + stats.droppedTotal())
                .isEqualTo(10);
    }
}
