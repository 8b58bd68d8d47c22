package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A logger with a folder: what goes there, when, and how it comes back. */
final class SpoolFolderTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path folder;

    private final Heard heard = new Heard();

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    static Stream<OverflowPolicy> policies() {
        return Stream.of(
                OverflowPolicy.OVERFLOW,
                OverflowPolicy.DURABLE,
                OverflowPolicy.DROP_NEWEST,
                OverflowPolicy.block(Duration.ofMillis(1)));
    }

    private DriftLogger.Builder builder(DataSource source) {
        return DriftLogger.builder(source)
                .embeddingModel("m", 3)
                .spoolDirectory(folder)
                .listener(heard)
                .closeTimeout(Duration.ofSeconds(30));
    }

    private static void log(DriftLogger logger, int rounds) {
        for (int i = 0; i < rounds; i++) {
            UUID id = logger.log(
                    Interaction.builder().query("q" + i).refusal(false).build());
            logger.log(EmbeddingRecord.query(new float[] {i + 1, 2, 3}).withInteraction(id));
            logger.feedback(id, 0.5);
        }
    }

    private static void assertStored(int rounds) {
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(rounds);
        assertThat(Stored.rows(DB, "embeddings_log")).isEqualTo(rounds);
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(rounds);
        assertThat(
                        DB.count(
                                """
                        SELECT count(*) FROM embeddings_log e JOIN interaction_log i USING (interaction_id)
                            JOIN feedback_log f USING (interaction_id)
                        WHERE e.embedding::real[] = ARRAY[substr(i.user_query, 2)::int + 1, 2, 3]::real[] AND f.score = 0.5
                        """))
                .isEqualTo(rounds);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString())
                    .filter(f -> !f.equals("owner.lock"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void with_every_policy_all_is_stored_and_nothing_stays_on_disk(OverflowPolicy policy) throws IOException {
        FlushResult closed;
        try (DriftLogger logger = builder(DB.dataSource()).overflow(policy).build()) {
            log(logger, 500);
            FlushResult result = logger.flush(LONG);
            assertThat(result.complete()).isTrue();
            assertThat(result.written()).isEqualTo(1_500);
            log(logger, 1);
            closed = logger.close(LONG);
        }
        assertThat(closed)
                .extracting(FlushResult::complete, FlushResult::written)
                .containsExactly(true, 3L);
        assertRows(501);
        assertThat(files()).isEmpty();
    }

    private static void assertRows(int rounds) {
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(rounds);
        assertThat(Stored.rows(DB, "embeddings_log")).isEqualTo(rounds);
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(rounds);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void what_is_not_written_when_a_logger_closes_is_written_by_the_next(OverflowPolicy policy) throws IOException {
        DriftLogger first = builder(Databases.nowhere())
                .overflow(policy)
                .closeTimeout(Duration.ZERO)
                .build();
        log(first, 200);
        first.close();
        LoggerStats before = first.stats();
        assertThat(before.spooled()).isEqualTo(600);
        assertThat(before.pending() + before.droppedTotal()).isZero();
        assertThat(files()).isNotEmpty();

        try (DriftLogger second = builder(DB.dataSource()).overflow(policy).build()) {
            assertThat(second.stats().recovered()).isEqualTo(600);
            FlushResult result = second.flush(LONG);
            assertThat(result)
                    .extracting(FlushResult::complete, FlushResult::written)
                    .containsExactly(true, 600L);
            assertThat(second.stats().written()).isEqualTo(600);
        }
        assertStored(200);
        assertThat(files()).isEmpty();
    }

    @Test
    void during_an_outage_events_go_to_disk_and_memory_stays_free() {
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger =
                        builder(network.dataSource()).queueCapacity(100).build()) {
            network.goDown();
            for (int i = 0; i < 40; i++) {
                log(logger, 10);
                assertThat(logger.sync(LONG).durable()).isTrue();
            }
            LoggerStats down = logger.stats();
            assertThat(down.spooled()).isEqualTo(1_200);
            assertThat(down.pending() + down.droppedTotal()).isZero();
            FlushResult result = logger.flush(Duration.ofMillis(10));
            assertThat(result.complete()).isFalse();
            assertThat(result.durable()).isTrue();
            assertThat(result.spooled()).isEqualTo(1_200);

            network.comeUp();
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(1_200);
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).hasSize(400).doesNotHaveDuplicates();
    }

    @Test
    void without_an_outage_a_queue_that_is_half_full_goes_to_disk() {
        DB.execute(
                """
                CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END $$;
                CREATE TRIGGER slow BEFORE INSERT ON feedback_log FOR EACH ROW EXECUTE FUNCTION slow()
                """);
        try (DriftLogger logger =
                builder(DB.dataSource()).queueCapacity(100).batchSize(5).build()) {
            for (int i = 0; i < 45; i++) {
                logger.feedback(new UUID(1, i), 1);
            }
            Eventually.hold("the writer has a batch", () -> logger.stats().pending() <= 45);
            assertThat(logger.stats().spooled()).isZero();
            for (int i = 0; i < 40; i++) {
                logger.feedback(new UUID(2, i), 1);
            }
            Eventually.hold("the rest is on disk", () -> logger.stats().spooled() > 0);
            DB.execute("ALTER TABLE feedback_log DISABLE TRIGGER slow");
            assertThat(logger.flush(LONG).complete()).isTrue();
        } finally {
            DB.execute("DROP TRIGGER slow ON feedback_log; DROP FUNCTION slow()");
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).hasSize(85).doesNotHaveDuplicates();
    }

    @Test
    void with_durable_every_event_is_on_disk_by_itself_soon() {
        try (DriftLogger logger = builder(Databases.nowhere())
                .overflow(OverflowPolicy.DURABLE)
                .closeTimeout(Duration.ZERO)
                .build()) {
            log(logger, 7);
            Eventually.hold("all on disk", () -> logger.stats().spooled() == 21);
            assertThat(logger.stats().pending()).isZero();
        }
    }

    @Test
    void a_second_logger_on_the_folder_goes_on_without_and_says_so() {
        try (DriftLogger first = builder(DB.dataSource()).build();
                DriftLogger second = builder(DB.dataSource()).build()) {
            Eventually.hold("told", () -> heard.outages.stream().anyMatch(o -> o.contains("is in use by a logger")));
            log(first, 1);
            log(second, 1);
            assertThat(first.flush(LONG).complete()).isTrue();
            assertThat(second.flush(LONG).complete()).isTrue();
        }
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(2);
    }

    @Test
    void a_second_durable_logger_on_the_folder_is_an_error() {
        try (DriftLogger first = builder(DB.dataSource()).build()) {
            DriftLogger.Builder second = builder(DB.dataSource()).overflow(OverflowPolicy.DURABLE);
            assertThatThrownBy(second::build)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use by a logger")
                    .hasMessageContaining("a folder of its own");
            log(first, 1);
            assertThat(first.flush(LONG).complete()).isTrue();
        }
        builder(DB.dataSource()).overflow(OverflowPolicy.DURABLE).build().close();
    }

    @Test
    void policies_that_need_a_folder_say_so() {
        assertThatThrownBy(() -> DriftLogger.builder(DB.dataSource())
                        .overflow(OverflowPolicy.DURABLE)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("DURABLE")
                .hasMessageContaining("spoolDirectory");
        assertThatThrownBy(() -> builder(DB.dataSource()).spoolBytes(5).build())
                .hasMessageContaining("spoolBytes is 5")
                .hasMessageContaining("at least 1048576");
    }

    @Test
    void records_that_are_damaged_are_counted_and_the_rest_is_stored() throws IOException {
        DriftLogger first =
                builder(Databases.nowhere()).closeTimeout(Duration.ZERO).build();
        log(first, 100);
        first.close();
        Path segment = folder.resolve(files().get(0));
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 2] ^= 1;
        Files.write(segment, Arrays.copyOf(bytes, bytes.length - 3));
        try (DriftLogger second = builder(DB.dataSource()).build()) {
            assertThat(second.stats().recovered()).isEqualTo(300);
            assertThat(second.stats().dropped()).containsEntry("spool_damaged", 2L);
            FlushResult result = second.flush(LONG);
            assertThat(result.written()).isEqualTo(298);
        }
        assertThat(Stored.rows(DB, "interaction_log")
                        + Stored.rows(DB, "embeddings_log")
                        + Stored.rows(DB, "feedback_log"))
                .isEqualTo(298);
    }

    @Test
    void rows_that_were_stored_before_they_are_found_in_the_spool_are_stored_once() throws IOException {
        DriftLogger first =
                builder(Databases.nowhere()).closeTimeout(Duration.ZERO).build();
        log(first, 50);
        first.close();
        Path copy = Files.copy(folder.resolve(files().get(0)), folder.resolve("copy"));
        builder(DB.dataSource()).build().close();
        assertStored(50);
        Files.move(copy, folder.resolve("events-0000000000000042.spool"));
        try (DriftLogger again = builder(DB.dataSource()).build()) {
            assertThat(again.flush(LONG).written()).isEqualTo(150);
        }
        assertStored(50);
    }

    @Test
    void a_spool_may_hold_more_than_memory_can() {
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = builder(network.dataSource())
                        .queueBytes(1 << 20)
                        .spoolBytes(64 << 20)
                        .build()) {
            network.goDown();
            String text = "x".repeat(20_000);
            for (int i = 0; i < 1_000; i++) {
                logger.log(Interaction.builder().query(text).build());
                if (i % 10 == 0) {
                    assertThat(logger.sync(LONG).durable()).isTrue();
                }
            }
            assertThat(logger.sync(LONG).durable()).isTrue();
            assertThat(logger.stats().spooled()).isEqualTo(1_000);
            assertThat(logger.spoolBytes()).isGreaterThan(20_000_000);
            network.comeUp();
            assertThat(logger.flush(LONG).complete()).isTrue();
        }
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE length(user_query) = 20000"))
                .isEqualTo(1_000);
    }

    /** 80 MB on disk; all of it in memory would not fit. */
    @Test
    void a_process_with_little_memory_brings_a_large_spool_to_the_database() throws Exception {
        int events = 4_000;
        DriftLogger first =
                builder(Databases.nowhere()).closeTimeout(Duration.ZERO).build();
        SplittableRandom random = new SplittableRandom(5);
        byte[] noise = new byte[10_000];
        for (int i = 0; i < events; i++) {
            random.nextBytes(noise);
            first.log(
                    Interaction.builder().query(HexFormat.of().formatHex(noise)).build());
            if (i % 500 == 0) {
                assertThat(first.sync(LONG).durable()).isTrue();
            }
        }
        first.close();
        assertThat(first.stats().spooled()).isEqualTo(events);
        assertThat(first.spoolBytes()).isGreaterThan(80_000_000);

        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RecoveringApplication.class.getName(),
                        DB.jdbcUrl(),
                        folder.toString(),
                        String.valueOf(events))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(() -> text(output)).isZero();
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE length(user_query) = 20000"))
                .isEqualTo(events);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** A directory in its place can be opened and not be read. */
    @Test
    void a_segment_that_cannot_be_read_is_left_for_the_next_logger_and_keeps_no_others_from_the_database()
            throws IOException {
        Set<UUID> logged = new HashSet<>();
        Path segment;
        Path aside = folder.resolve("aside");
        long lost;
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger =
                        builder(network.dataSource()).spoolBytes(1 << 20).build()) {
            network.goDown();
            for (int i = 0; i < 60; i++) {
                logged.add(logger.feedback(Feedback.of(new UUID(1, i), 1).withComment("long ".repeat(1_000))));
                if (i % 5 == 4) {
                    assertThat(logger.sync(LONG).durable()).isTrue();
                }
            }
            // The first may be open already.
            segment = folder.resolve(files().stream()
                    .filter(f -> f.endsWith(".spool"))
                    .skip(1)
                    .findFirst()
                    .orElseThrow());
            Files.move(segment, aside);
            Files.createDirectory(segment);
            network.comeUp();
            Eventually.hold("it is said", () -> logger.flush(Duration.ofMillis(10))
                    .lastError()
                    .filter(e -> e.contains("can't be read"))
                    .isPresent());
            logged.add(logger.feedback(new UUID(9, 9), 1));
            Eventually.hold("it is given up", () -> logger.stats().droppedTotal() > 0);
            lost = logger.stats().dropped().getOrDefault("spool_damaged", 0L);
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(61 - lost);
        }
        assertThat(lost).isBetween(5L, 40L);
        assertThat(Stored.eventIds(DB, "feedback_log")).hasSize((int) (61 - lost));
        Files.delete(segment);
        Files.move(aside, segment);
        try (DriftLogger next = builder(DB.dataSource()).build()) {
            assertThat(next.stats().recovered()).isEqualTo(lost);
            assertThat(next.flush(LONG).complete()).isTrue();
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).containsExactlyInAnyOrderElementsOf(logged);
    }
}
