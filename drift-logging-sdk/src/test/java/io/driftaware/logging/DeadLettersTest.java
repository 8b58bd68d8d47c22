package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.driftaware.logging.spool.Letters;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database refuses is kept, and goes in when what was wrong is mended. */
final class DeadLettersTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String REASON =
            "SQLSTATE 23514, table interaction_log, constraint no_poison, raised by ExecConstraints";

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path folder;

    @BeforeEach
    void refuse_some_rows() {
        DB.reset();
        DB.execute("ALTER TABLE interaction_log ADD CONSTRAINT no_poison CHECK (user_query NOT LIKE 'poison%')");
    }

    @AfterEach
    void refuse_none() {
        DB.execute("ALTER TABLE interaction_log DROP CONSTRAINT IF EXISTS no_poison");
    }

    private DriftLogger.Builder builder() {
        return DriftLogger.builder(DB.dataSource()).embeddingModel("m", 3).spoolDirectory(folder);
    }

    private static void log(DriftLogger logger, int events) {
        for (int i = 0; i < events; i++) {
            logger.log(Interaction.builder()
                    .query((i % 10 == 3 ? "poison " : "good ") + i)
                    .refusal(i % 2 == 0)
                    .build());
            logger.feedback(new UUID(1, i), 0.5);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refused_rows_become_dead_letters_and_are_stored_once_when_they_are_replayed(boolean durable)
            throws IOException {
        try (DriftLogger logger = builder()
                .overflow(durable ? OverflowPolicy.DURABLE : OverflowPolicy.OVERFLOW)
                .build()) {
            log(logger, 100);
            FlushResult result = logger.flush(LONG);
            assertThat(result.complete()).isFalse();
            assertThat(result.durable()).isTrue();
            assertThat(result.deadLettered()).isEqualTo(10);
            assertThat(result.written()).isEqualTo(190);
            assertThat(result.lastError()).contains(REASON);
            assertThat(logger.stats().deadLettered()).isEqualTo(10);
            assertThat(logger.stats().droppedTotal()).isZero();
        }
        assertThat(DeadLetters.reasons(folder)).isEqualTo(Map.of(REASON, 10L));

        assertThat(DeadLetters.replay(folder, DB.dataSource())).isEqualTo(new DeadLetters.Replayed(0, 10, 0));
        assertThat(DeadLetters.reasons(folder)).isEqualTo(Map.of(REASON, 10L));

        refuse_none();
        assertThat(DeadLetters.replay(folder, DB.dataSource())).isEqualTo(new DeadLetters.Replayed(10, 0, 0));
        assertThat(DeadLetters.reasons(folder)).isEmpty();
        assertThat(DeadLetters.replay(folder, DB.dataSource())).isEqualTo(new DeadLetters.Replayed(0, 0, 0));
        assertThat(DB.count(
                        "SELECT count(*) FROM interaction_log WHERE user_query LIKE 'poison%3' AND NOT refusal_flag"))
                .isEqualTo(10);
        assertThat(Stored.eventIds(DB, "interaction_log")).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void they_can_be_replayed_while_the_logger_runs() throws IOException {
        try (DriftLogger logger = builder().build()) {
            log(logger, 20);
            assertThat(logger.flush(LONG).deadLettered()).isEqualTo(2);
            refuse_none();
            Eventually.hold("the file is finished", () -> finished(folder) == 1);
            assertThat(DeadLetters.replay(folder, DB.dataSource()).stored()).isEqualTo(2);
            log(logger, 20);
            assertThat(logger.flush(LONG).complete()).isTrue();
        }
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(40);
    }

    private static int finished(Path folder) {
        try {
            return Letters.files(folder).size();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_replay_that_finds_no_database_leaves_them_where_they_are() throws IOException {
        try (DriftLogger logger = builder().build()) {
            log(logger, 20);
        }
        assertThatThrownBy(() -> DeadLetters.replay(folder, Databases.nowhere()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("stay where they are")
                .hasMessageContaining("nobody listens");
        assertThat(DeadLetters.reasons(folder)).containsEntry(REASON, 2L);
    }

    @Test
    void a_file_that_a_killed_logger_left_open_is_replayed_too() throws IOException {
        try (DriftLogger logger = builder().build()) {
            log(logger, 20);
        }
        Path file = Letters.files(folder).get(0);
        Files.move(file, file.resolveSibling(file.getFileName() + ".open"));
        refuse_none();
        assertThat(DeadLetters.replay(folder, DB.dataSource()).stored()).isEqualTo(2);
    }

    @Test
    void damaged_letters_are_counted_and_the_others_replayed() throws IOException {
        try (DriftLogger logger = builder().build()) {
            log(logger, 30);
        }
        Path file = Letters.files(folder).get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        refuse_none();
        assertThat(DeadLetters.replay(folder, DB.dataSource())).isEqualTo(new DeadLetters.Replayed(2, 0, 1));
    }

    @Test
    void when_there_is_no_room_for_more_they_are_dropped_as_poison() {
        try (DriftLogger logger = builder().deadLetterBytes(3_000).build()) {
            log(logger, 100);
            FlushResult result = logger.flush(LONG);
            assertThat(result.deadLettered()).isBetween(1L, 9L);
            assertThat(result.deadLettered() + result.dropped()).isEqualTo(10);
            assertThat(logger.stats().dropped()).containsEntry("poison", result.dropped());
        }
    }

    @Test
    void a_disk_that_takes_no_letters_costs_the_refused_rows_only() {
        FaultyDisk disk = new FaultyDisk();
        disk.fault(FaultyDisk.Point.CREATE, FaultyDisk.full());
        try (DriftLogger logger = builder().disk(disk).build()) {
            log(logger, 20);
            assertThat(logger.flush(LONG))
                    .extracting(FlushResult::written, FlushResult::dropped)
                    .containsExactly(38L, 2L);
            assertThat(disk.hits(FaultyDisk.Point.CREATE)).isPositive();
        }
    }

    private void deadLetters(int rounds) {
        for (int i = 0; i < rounds; i++) {
            try (DriftLogger logger = builder().build()) {
                log(logger, 20);
            }
        }
    }

    /** Its connection is taken while a file is being replayed, or about to be. */
    private static DataSource meanwhile(Runnable action) {
        return (DataSource) Proxy.newProxyInstance(
                DeadLettersTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    action.run();
                    return method.invoke(DB.dataSource(), args);
                });
    }

    @Test
    void a_logger_that_starts_while_letters_are_replayed_takes_nothing_from_the_replay() throws IOException {
        deadLetters(2);
        DeadLetters.Replayed replayed = DeadLetters.replay(folder, meanwhile(() -> {
            try (DriftLogger logger = builder().build()) {
                log(logger, 10);
                assertThat(logger.flush(LONG).deadLettered()).isEqualTo(1);
            }
        }));
        assertThat(replayed).isEqualTo(new DeadLetters.Replayed(0, 4, 0));
        assertThat(DeadLetters.reasons(folder)).isEqualTo(Map.of(REASON, 5L));
    }

    /** It is about to be renamed when a logger starts, which finishes what it finds open. */
    @Test
    void what_a_replay_is_writing_is_not_finished_by_a_logger_and_what_a_killed_one_left_is_removed()
            throws IOException {
        deadLetters(1);
        Path file = Letters.files(folder).get(0);
        Path again = folder.resolve("dead-0000000000000fff.letters.again");
        Files.copy(file, again);
        builder().build().close();
        assertThat(again).exists();
        assertThat(DeadLetters.reasons(folder)).isEqualTo(Map.of(REASON, 2L));
        assertThat(DeadLetters.replay(folder, DB.dataSource())).isEqualTo(new DeadLetters.Replayed(0, 2, 0));
        assertThat(again).doesNotExist();
        assertThat(DeadLetters.reasons(folder)).isEqualTo(Map.of(REASON, 2L));
    }

    @Test
    void two_replays_at_once_are_one_too_many_and_an_erasure_is_told_as_well() throws IOException {
        deadLetters(1);
        List<Throwable> refused = new ArrayList<>();
        DeadLetters.replay(folder, meanwhile(() -> {
            refused.add(catchThrowable(() -> DeadLetters.replay(folder, DB.dataSource())));
            refused.add(catchThrowable(() -> SpoolFolder.eraseUser(folder, "alice")));
        }));
        assertThat(refused).hasSize(2).allSatisfy(e -> assertThat(e)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("having its dead letters replayed"));
        assertThat(DeadLetters.reasons(folder)).isEqualTo(Map.of(REASON, 2L));
    }

    @Test
    void a_file_that_a_killed_logger_never_began_hinders_nothing() throws IOException {
        deadLetters(1);
        byte[] whole = Files.readAllBytes(Letters.files(folder).get(0));
        Files.write(folder.resolve("dead-0000000000000ffa.letters.open"), new byte[0]);
        Files.write(folder.resolve("dead-0000000000000ffc.letters.open"), Arrays.copyOf(whole, 30));
        refuse_none();
        assertThat(DeadLetters.replay(folder, DB.dataSource())).isEqualTo(new DeadLetters.Replayed(2, 0, 0));
        assertThat(Letters.files(folder)).isEmpty();
    }

    /** A file that is listed and gone when its size is asked for. */
    @Test
    void a_letter_is_kept_although_a_replay_removes_files_meanwhile() throws IOException {
        Files.createSymbolicLink(folder.resolve("dead-0000000000000001.letters"), folder.resolve("gone"));
        try (DriftLogger logger = builder().build()) {
            log(logger, 20);
            assertThat(logger.flush(LONG).deadLettered()).isEqualTo(2);
        }
    }

    @Test
    void a_folder_that_is_not_there_is_said_and_not_made() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> DeadLetters.reasons(missing)).hasMessageContaining("spoolDirectory");
        assertThatThrownBy(() -> DeadLetters.replay(missing, DB.dataSource())).hasMessageContaining("spoolDirectory");
        assertThat(missing).doesNotExist();
    }
}
