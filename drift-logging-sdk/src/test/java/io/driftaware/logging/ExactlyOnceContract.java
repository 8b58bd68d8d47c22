package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections break at every point of a transaction, and every accepted event is in the database exactly once. */
abstract class ExactlyOnceContract {
    private static final Duration LONG = Duration.ofSeconds(60);

    abstract TestDatabase db();

    @BeforeEach
    void empty_tables() {
        db().reset();
    }

    @ParameterizedTest
    @EnumSource(FaultyNetwork.Cut.class)
    void a_cut_connection_loses_and_doubles_nothing(FaultyNetwork.Cut cut) {
        try (FaultyNetwork network = new FaultyNetwork(db());
                DriftLogger logger = DriftLogger.builder(network.impatientDataSource())
                        .embeddingModel("m", 32)
                        .batchSize(100)
                        .build()) {
            Ledger ledger = new Ledger(db());
            log(logger, ledger, 150, 1);
            assertThat(logger.flush(LONG).complete()).isTrue();

            network.cutNext(cut);
            log(logger, ledger, 350, 2);
            FlushResult result = logger.flush(LONG);

            assertThat(network.cuts()).isEqualTo(1);
            assertThat(result).isEqualTo(new FlushResult(true, 350, 0, 0, 0, 0, Optional.empty()));
            ledger.assertStored();
        }
    }

    @Test
    void many_threads_over_a_network_that_keeps_breaking() throws InterruptedException {
        Ledger ledger = new Ledger(db());
        LoggerStats stats;
        try (FaultyNetwork network = new FaultyNetwork(db());
                DriftLogger logger = DriftLogger.builder(network.dataSource())
                        .embeddingModel("m", 32)
                        .batchSize(64)
                        .queueCapacity(100_000)
                        .build()) {
            ExecutorService threads = Executors.newFixedThreadPool(4);
            for (int t = 0; t < 4; t++) {
                int seed = t;
                threads.execute(() -> log(logger, ledger, 2_000, seed));
            }
            SplittableRandom random = new SplittableRandom(7);
            List<FaultyNetwork.Cut> cuts =
                    List.copyOf(EnumSet.complementOf(EnumSet.of(FaultyNetwork.Cut.SILENT_BEFORE_COMMIT)));
            for (int i = 1; i <= 12 && logger.stats().written() < 8_000; i++) {
                network.cutNext(cuts.get(random.nextInt(cuts.size())));
                int expected = i;
                long before = logger.stats().written();
                Eventually.hold(
                        "progress after cut " + i,
                        () -> network.cuts() >= expected && logger.stats().written() > before
                                || logger.stats().written() == 8_000);
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(network.cuts()).isPositive();
            stats = logger.stats();
        }
        assertThat(stats.written()).isEqualTo(8_000);
        ledger.assertStored();
    }

    /** An attempt that did get through, of which the writer knows nothing, not even that the outcome was unknown. */
    @Test
    void an_event_id_that_is_there_already_counts_as_written_and_takes_nothing_along() {
        try (DriftLogger logger =
                DriftLogger.builder(db().dataSource()).embeddingModel("m", 32).build()) {
            db().execute(
                            """
                    CREATE FUNCTION echo() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        IF NEW.tenant = 'twice' THEN
                            NEW.tenant := 'echo';
                            INSERT INTO embeddings_log SELECT NEW.*;
                            NEW.id := nextval('embeddings_log_id_seq');
                        END IF;
                        RETURN NEW;
                    END $$;
                    CREATE TRIGGER echo BEFORE INSERT ON embeddings_log FOR EACH ROW EXECUTE FUNCTION echo();
                    """);
            Ledger ledger = new Ledger(db());
            log(logger, ledger, 30, 3);
            float[] vector = new float[32];
            vector[0] = 1;
            ledger.embeddings.add(logger.log(EmbeddingRecord.query(vector).withTenant("twice")));
            log(logger, ledger, 30, 4);
            assertThat(logger.flush(LONG))
                    .extracting(FlushResult::complete, FlushResult::written)
                    .containsExactly(true, 61L);
            ledger.assertStored();
        } finally {
            db().execute("DROP TRIGGER IF EXISTS echo ON embeddings_log; DROP FUNCTION IF EXISTS echo()");
        }
    }

    private static void log(DriftLogger logger, Ledger ledger, int events, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] vector = new float[32];
        for (int i = 0; i < events; i++) {
            switch (random.nextInt(3)) {
                case 0 ->
                    ledger.interactions.add(
                            logger.log(Interaction.builder().query("q" + i).build()));
                case 1 -> ledger.feedback.add(logger.feedback(UUID.randomUUID(), random.nextDouble()));
                default -> {
                    vector[random.nextInt(32)] = i + 1;
                    ledger.embeddings.add(logger.log(EmbeddingRecord.query(vector)));
                }
            }
        }
    }
}
