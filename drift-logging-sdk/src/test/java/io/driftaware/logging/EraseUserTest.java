package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.logging.privacy.UserIds;
import io.driftaware.logging.spool.FrameReader;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A user is erased from the files of a folder, the others' rows stay to the byte, and nothing in between is lost. */
final class EraseUserTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ALICE = "alice@example.com";
    /** In every text of hers: which records are hers is seen without the code under test. */
    private static final String HERS = "M4RK3R";

    private static final int SPOOLED = 90;
    private static final int EACH_THIRD = 3;
    private static final long HER_SPOOLED = SPOOLED / EACH_THIRD;
    private static final long HER_DEAD = 3;
    private static final long OTHERS_DEAD = 2;

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path temporary;

    private Path folder = Path.of("none");

    /** As a process that is killed: whatever would clean up does not run. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void empty_tables() {
        folder = temporary.resolve("folder");
        DB.reset();
        DB.execute("ALTER TABLE interaction_log ADD CONSTRAINT no_poison CHECK (user_query NOT LIKE 'poison%')");
    }

    @AfterEach
    void refuse_none() {
        DB.execute("ALTER TABLE interaction_log DROP CONSTRAINT IF EXISTS no_poison");
    }

    private DriftLogger.Builder closing(DriftLogger.Builder builder) {
        return builder.embeddingModel("m", 3).spoolDirectory(folder).spoolBytes(1 << 20);
    }

    /** A file of dead letters, hers and others'. */
    private List<UUID> refused(byte[] key, boolean... whetherHers) {
        List<UUID> dead = new ArrayList<>();
        try (DriftLogger logger = keyed(closing(DriftLogger.builder(DB.dataSource())), key)) {
            for (boolean hers : whetherHers) {
                dead.add(logger.log(interaction(hers, "poison")));
            }
        }
        return dead;
    }

    /** Dead letters; and segments in which feedback stands far from its interaction, some of it on a dead letter. */
    private void fill(byte... key) {
        List<UUID> hersDead = refused(key, true);
        List<UUID> mixedDead = refused(key, true, false, true, false);
        List<UUID> spooled = new ArrayList<>();
        try (DriftLogger logger =
                keyed(closing(DriftLogger.builder(Databases.nowhere())).closeTimeout(Duration.ZERO), key)) {
            for (int i = 0; i < SPOOLED; i++) {
                spooled.add(logger.log(interaction(i % EACH_THIRD == 0, "good")));
                toDisk(logger, i);
            }
            for (int i = 0; i < SPOOLED; i++) {
                String text = text(i % EACH_THIRD == 0);
                logger.log(EmbeddingRecord.query(new float[] {i + 1, 2, 3})
                        .withInteraction(spooled.get(i))
                        .withMetadataJson("{\"of\":\"" + text + "\"}"));
                logger.feedback(Feedback.of(spooled.get(i), 0.5).withComment(text));
                toDisk(logger, i);
            }
            for (int i = 0; i < mixedDead.size(); i++) {
                logger.feedback(Feedback.of(mixedDead.get(i), 1).withComment(text(i % 2 == 0)));
            }
            logger.feedback(Feedback.of(new UUID(1, 1), 1).withComment("of an interaction that is elsewhere"));
        }
        // A segment that has nothing but what belongs to one of hers.
        try (DriftLogger logger =
                keyed(closing(DriftLogger.builder(Databases.nowhere())).closeTimeout(Duration.ZERO), key)) {
            logger.feedback(Feedback.of(hersDead.get(0), 1).withComment(text(true)));
        }
    }

    /** In pieces, for several segments. */
    private static void toDisk(DriftLogger logger, int event) {
        if (event % 15 == 14) {
            assertThat(logger.sync(LONG).durable()).isTrue();
        }
    }

    private static DriftLogger keyed(DriftLogger.Builder builder, byte... key) {
        return (key.length == 0 ? builder : builder.userIdKey(key)).build();
    }

    private static String text(boolean hers) {
        return (hers ? HERS : "bobs") + " text".repeat(200);
    }

    private static Interaction interaction(boolean hers, String start) {
        return Interaction.builder()
                .query(start + " " + text(hers))
                .userId(hers ? ALICE : "bob")
                .build();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> !f.toString().endsWith(".lock")).sorted().toList();
        }
    }

    private static boolean isHers(String record) {
        return record.contains(HERS);
    }

    /** Every record of the files that a logger or a replay would read, headers included, one character for a byte. */
    private static List<String> records(Path folder) throws IOException {
        List<String> records = new ArrayList<>();
        for (Path file : files(folder)) {
            if (!file.toString().endsWith(".new") && !file.toString().endsWith(".count")) {
                try (FrameReader reader = FrameReader.open(file)) {
                    assertThat(reader.header()).as(file.toString()).isNotNull();
                    for (byte[] r = reader.next(reader.length()); r != null; r = reader.next(reader.length())) {
                        records.add(new String(r, StandardCharsets.ISO_8859_1));
                    }
                    assertThat(reader.damaged()).as(file.toString()).isZero();
                }
            }
        }
        return records;
    }

    private static boolean anywhere(Path folder, String marker) throws IOException {
        for (Path file : files(folder)) {
            if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(marker)) {
                return true;
            }
        }
        return false;
    }

    private static Path copy(Path folder, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : files(folder)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
        return to;
    }

    @Test
    void nothing_of_the_user_stays_and_all_others_are_as_they_were_and_reach_the_database() throws IOException {
        fill();
        assertThat(files(folder)).as("several segments, and letters").hasSizeGreaterThan(4);
        List<String> before = records(folder);
        assertThat(anywhere(folder, HERS)).isTrue();

        assertThat(SpoolFolder.eraseUser(folder, ALICE))
                .isEqualTo(new SpoolFolder.Erased(HER_SPOOLED + HER_DEAD, HER_SPOOLED, HER_SPOOLED + HER_DEAD, 0));

        assertThat(anywhere(folder, HERS)).isFalse();
        assertThat(anywhere(folder, ALICE)).isFalse();
        assertThat(records(folder))
                .isEqualTo(before.stream()
                        .filter(Predicate.not(EraseUserTest::isHers))
                        .toList());
        assertThat(SpoolFolder.eraseUser(folder, ALICE)).isEqualTo(new SpoolFolder.Erased(0, 0, 0, 0));

        refuse_none();
        try (DriftLogger next = closing(DriftLogger.builder(DB.dataSource())).build()) {
            assertThat(next.flush(LONG).complete()).isTrue();
        }
        assertThat(DeadLetters.replay(folder, DB.dataSource())).isEqualTo(new DeadLetters.Replayed(OTHERS_DEAD, 0, 0));
        long others = SPOOLED - HER_SPOOLED;
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(others + OTHERS_DEAD);
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE user_id = 'bob'"))
                .isEqualTo(others + OTHERS_DEAD);
        assertThat(Stored.rows(DB, "embeddings_log")).isEqualTo(others);
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(others + OTHERS_DEAD + 1);
    }

    @ParameterizedTest
    @EnumSource(FaultyDisk.Point.class)
    void stopped_anywhere_it_has_lost_no_other_row_and_the_next_run_erases_the_rest(FaultyDisk.Point point)
            throws IOException {
        fill();
        List<String> others = records(folder).stream()
                .filter(Predicate.not(EraseUserTest::isHers))
                .toList();
        int stops = 0;
        for (boolean stopped = true; stopped; stops++) {
            Path copy = copy(folder, temporary.resolve("copy-" + stops));
            stopped = eraseAndStop(copy, point, stops);
            assertThat(records(copy).stream().filter(Predicate.not(EraseUserTest::isHers)))
                    .as("after stop %d", stops)
                    .containsExactlyElementsOf(others);
            SpoolFolder.eraseUser(copy, ALICE);
            assertThat(records(copy)).as("after stop %d", stops).isEqualTo(others);
            assertThat(anywhere(copy, HERS)).isFalse();
            assertThat(files(copy)).noneMatch(file -> file.toString().endsWith(".new"));
        }
        assertThat(stops)
                .as("the point was hit, and once more than that was run")
                .isGreaterThan(1);
    }

    private static boolean eraseAndStop(Path folder, FaultyDisk.Point point, int before) throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.fault(point, at -> {
            if (disk.hits(point) > before) {
                throw new Killed();
            }
        });
        try {
            SpoolFolder.eraseUser(folder, Set.of(ALICE), disk);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    @Test
    void a_logger_that_finds_what_a_killed_erasure_left_removes_it_and_writes_each_row_once() throws IOException {
        fill();
        assertThat(eraseAndStop(folder, FaultyDisk.Point.BEFORE_REPLACE, 0)).isTrue();
        assertThat(files(folder)).anyMatch(file -> file.toString().endsWith(".new"));
        try (DriftLogger next = closing(DriftLogger.builder(DB.dataSource())).build()) {
            assertThat(next.flush(LONG).complete()).isTrue();
        }
        assertThat(files(folder)).noneMatch(file -> file.toString().endsWith(".new"));
        assertThat(Stored.eventIds(DB, "interaction_log")).hasSize(SPOOLED).doesNotHaveDuplicates();
    }

    @Test
    void a_full_disk_is_said_and_leaves_the_folder_as_it_was() throws IOException {
        fill();
        List<String> before = records(folder);
        FaultyDisk disk = new FaultyDisk();
        disk.fault(FaultyDisk.Point.WITHIN_WRITE, FaultyDisk.full());
        assertThatThrownBy(() -> SpoolFolder.eraseUser(folder, Set.of(ALICE), disk))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(records(folder)).isEqualTo(before);
        assertThat(files(folder)).noneMatch(file -> file.toString().endsWith(".new"));
    }

    @Test
    void a_user_who_is_stored_as_a_pseudonym_is_found_by_it() throws IOException {
        byte[] key = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        fill(key);
        assertThat(SpoolFolder.eraseUser(folder, ALICE)).isEqualTo(new SpoolFolder.Erased(0, 0, 0, 0));
        assertThat(SpoolFolder.eraseUser(folder, Set.of(ALICE, new UserIds(key).pseudonym(ALICE)))
                        .interactions())
                .isEqualTo(HER_SPOOLED + HER_DEAD);
        assertThat(anywhere(folder, HERS)).isFalse();
    }

    @Test
    void what_is_damaged_is_counted_and_kept_since_nobody_can_tell_whose_it_is() throws IOException {
        fill();
        Path segment = files(folder).stream()
                .filter(f -> f.toString().endsWith(".spool"))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(segment);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int damaged = text.indexOf(HERS, text.indexOf(HERS) + 1) + 10;
        bytes[damaged] ^= 1;
        Files.write(segment, bytes);
        Path foreign = folder.resolve("events-00000000000000ff.spool");
        byte[] later = "of a version to come".getBytes(StandardCharsets.US_ASCII);
        Files.write(foreign, later);

        SpoolFolder.Erased erased = SpoolFolder.eraseUser(folder, ALICE);
        assertThat(erased.interactions()).isEqualTo(HER_SPOOLED + HER_DEAD - 1);
        assertThat(erased.unreadable()).isEqualTo(2);
        String after = Files.readString(segment, StandardCharsets.ISO_8859_1);
        assertThat(after).contains(new String(bytes, damaged - 10, 500, StandardCharsets.ISO_8859_1));
        assertThat(after.split(HERS, -1)).as("the one that is damaged").hasSize(2);
        assertThat(Files.readAllBytes(foreign)).isEqualTo(later);
    }

    @Test
    void a_wrong_call_says_what_is_right_and_changes_nothing() throws IOException {
        Path missing = temporary.resolve("missing");
        assertThatThrownBy(() -> SpoolFolder.eraseUser(missing, ALICE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("spoolDirectory");
        assertThat(missing).doesNotExist();
        fill();
        List<String> before = records(folder);
        assertThatThrownBy(() -> SpoolFolder.eraseUser(folder, " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name one user");
        assertThatThrownBy(() -> SpoolFolder.eraseUser(folder, Set.of())).isInstanceOf(IllegalArgumentException.class);
        DriftLogger running = closing(DriftLogger.builder(Databases.nowhere()))
                .closeTimeout(Duration.ZERO)
                .build();
        assertThatThrownBy(() -> SpoolFolder.eraseUser(folder, ALICE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing was erased")
                .hasMessageContaining("close it first");
        running.close();
        assertThat(records(folder)).isEqualTo(before);
    }

    /** Some of it is on its way to the database, some on disk, some in memory, and nobody may say "erased" of it. */
    @Test
    void of_a_logger_that_runs_nothing_is_erased_and_when_it_is_closed_all_of_it_is() throws IOException {
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            DriftLogger running = closing(DriftLogger.builder(network.dataSource()))
                    .batchSize(10)
                    .closeTimeout(Duration.ofMillis(100))
                    .build();
            running.log(interaction(true, "poison"));
            assertThat(running.flush(LONG).deadLettered()).isEqualTo(1);
            network.freeze();
            for (int i = 0; i < 40; i++) {
                UUID id = running.log(interaction(i % 2 == 0, "good"));
                running.feedback(Feedback.of(id, 1).withComment(text(i % 2 == 0)));
                if (i == 20) {
                    Eventually.hold("a batch is on its way", network::holdsBack);
                    assertThat(running.sync(LONG).durable()).isTrue();
                }
            }
            assertThat(running.stats().spooled()).isPositive();
            assertThat(running.stats().pending()).isPositive();
            List<String> before = records(folder);
            assertThatThrownBy(() -> SpoolFolder.eraseUser(folder, ALICE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nothing was erased")
                    .hasMessageContaining("close it first");
            assertThat(records(folder)).containsAll(before);

            running.close();
            assertThat(running.stats().droppedTotal()).isZero();
            assertThat(SpoolFolder.eraseUser(folder, ALICE)).isEqualTo(new SpoolFolder.Erased(21, 0, 20, 0));
            assertThat(anywhere(folder, HERS)).isFalse();
        }
        try (DriftLogger next = closing(DriftLogger.builder(DB.dataSource())).build()) {
            assertThat(next.flush(LONG).complete()).isTrue();
        }
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE user_id = 'bob'"))
                .isEqualTo(20);
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE user_id <> 'bob'"))
                .isZero();
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(20);
    }
}
