package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A network that is slow, or swallows everything for a while: the application does not wait for it, the books balance at every
 * look, and each event is stored once.
 */
final class SlowNetworkTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int DIMENSION = 128;
    /** With embeddings of half a kilobyte, a megabyte. */
    private static final int ROUNDS = 1_000;

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(DIMENSION);

    @TempDir
    Path folder;

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    static OverflowPolicy[] policies() {
        return new OverflowPolicy[] {OverflowPolicy.OVERFLOW, OverflowPolicy.DURABLE};
    }

    private DriftLogger.Builder builder(FaultyNetwork network, OverflowPolicy policy) {
        return DriftLogger.builder(network.impatientDataSource())
                .embeddingModel("m", DIMENSION)
                .batchSize(100)
                .spoolDirectory(folder)
                .overflow(policy);
    }

    private static void log(DriftLogger logger, Ledger ledger, int rounds) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < rounds; i++) {
            vector[i % DIMENSION] = i + 1;
            UUID id = logger.log(Interaction.builder().query("q" + i).build());
            ledger.interactions.add(id);
            ledger.embeddings.add(logger.log(EmbeddingRecord.query(vector).withInteraction(id)));
            ledger.feedback.add(logger.feedback(id, 0.5));
        }
    }

    /** Looks at the books all the time, and counts; those that do not balance are refused by their constructor, and end it. */
    private static FutureTask<Integer> auditor(DriftLogger logger, AtomicBoolean running) {
        FutureTask<Integer> auditor = new FutureTask<>(() -> {
            int looks = 0;
            while (running.get()) {
                logger.stats();
                looks++;
            }
            return looks;
        });
        new Thread(auditor, "auditor").start();
        return auditor;
    }

    private static void end(FutureTask<Integer> auditor, AtomicBoolean running) throws Exception {
        running.set(false);
        assertThat(auditor.get()).as("looks at books that balanced").isPositive();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void a_slow_network_delays_the_writer_and_nobody_else(OverflowPolicy policy) throws Exception {
        Ledger ledger = new Ledger(DB);
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = builder(network, policy).build()) {
            log(logger, ledger, 1);
            assertThat(logger.flush(LONG).complete()).isTrue();
            AtomicBoolean running = new AtomicBoolean(true);
            FutureTask<Integer> auditor = auditor(logger, running);
            network.slowDown(256_000, Duration.ofMillis(5));
            log(logger, ledger, ROUNDS);
            LoggerStats ahead = logger.stats();
            // A megabyte takes seconds: the caller has not waited for it.
            assertThat(ahead.accepted()).isEqualTo(3 + 3 * ROUNDS);
            assertThat(ahead.pending() + ahead.spooled()).isPositive();

            FlushResult result = logger.flush(LONG);
            assertThat(result.complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(3 + 3 * ROUNDS);
            end(auditor, running);
        }
        ledger.assertStored();
    }

    /** The client gives up after two seconds; what it had sent arrives later, a commit perhaps among it. */
    @ParameterizedTest
    @MethodSource("policies")
    void what_a_black_hole_lets_out_at_last_doubles_nothing(OverflowPolicy policy) throws Exception {
        Ledger ledger = new Ledger(DB);
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = builder(network, policy).build()) {
            log(logger, ledger, 1);
            assertThat(logger.flush(LONG).complete()).isTrue();
            AtomicBoolean running = new AtomicBoolean(true);
            FutureTask<Integer> auditor = auditor(logger, running);
            log(logger, ledger, ROUNDS / 2);
            network.freeze();
            log(logger, ledger, ROUNDS / 2);
            Eventually.hold(
                    "the outage is noticed",
                    () -> logger.stats().circuit() != Circuit.CLOSED
                            || logger.flush(Duration.ofMillis(1)).lastError().isPresent());
            assertThat(logger.sync(LONG).durable()).isTrue();
            network.thaw();
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(3 + 3 * ROUNDS);
            end(auditor, running);
        }
        ledger.assertStored();
    }

    /** At this speed what waits would take a quarter of an hour. */
    @ParameterizedTest
    @MethodSource("policies")
    void a_logger_on_a_slow_network_closes_and_leaves_the_rest_for_the_next(OverflowPolicy policy) {
        Ledger ledger = new Ledger(DB);
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            DriftLogger logger = builder(network, policy)
                    .closeTimeout(Duration.ofMillis(200))
                    .build();
            log(logger, ledger, 1);
            assertThat(logger.flush(LONG).complete()).isTrue();
            network.slowDown(1_000, Duration.ofMillis(50));
            log(logger, ledger, ROUNDS);
            Thread closing = new Thread(logger::close);
            closing.start();
            Eventually.hold("it is closed", () -> !closing.isAlive());
            LoggerStats stats = logger.stats();
            assertThat(stats.pending() + stats.droppedTotal()).isZero();
            assertThat(stats.spooled()).isPositive();
            assertThat(stats.written() + stats.spooled()).isEqualTo(3 + 3 * ROUNDS);
        }
        try (DriftLogger next = DriftLogger.builder(DB.dataSource())
                .embeddingModel("m", DIMENSION)
                .spoolDirectory(folder)
                .build()) {
            assertThat(next.flush(LONG).complete()).isTrue();
        }
        ledger.assertStored();
    }
}
