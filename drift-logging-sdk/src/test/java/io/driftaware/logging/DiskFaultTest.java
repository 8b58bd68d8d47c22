package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The disk fails at every point of the spool's code: nothing is lost that was accepted, and what could not be is counted. */
final class DiskFaultTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();
    private final Heard heard = new Heard();
    private final Set<UUID> logged = new HashSet<>();

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private DriftLogger.Builder builder(DataSource source) {
        return DriftLogger.builder(source)
                .embeddingModel("m", 3)
                .spoolDirectory(folder)
                .spoolBytes(1 << 20)
                .listener(heard)
                .disk(disk);
    }

    private void log(DriftLogger logger, int events) {
        for (int i = 0; i < events; i++) {
            logged.add(logger.feedback(Feedback.of(new UUID(1, i), 1).withComment("x".repeat(1_000))));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Point.class,
            names = {"BEFORE_DELETE", "AFTER_DELETE", "BEFORE_REPLACE", "AFTER_REPLACE"},
            mode = EnumSource.Mode.EXCLUDE)
    void a_disk_that_fails_while_the_database_is_down_costs_nothing_that_memory_can_hold(FaultyDisk.Point point) {
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = builder(network.dataSource()).build()) {
            network.goDown();
            log(logger, 100);
            assertThat(logger.sync(LONG).durable()).isTrue();
            disk.fault(point, FaultyDisk.full());
            if (point == FaultyDisk.Point.CREATE) {
                // Enough for a new segment.
                log(logger, 100);
            }
            log(logger, 100);
            Eventually.hold("the fault was hit", () -> disk.hits(point) > 0);
            Eventually.hold("told", () -> heard.outages.stream().anyMatch(o -> o.contains("No space left on device")));
            assertThat(logger.stats().pending()).isPositive();
            assertThat(logger.stats().droppedTotal()).isZero();

            disk.mend();
            assertThat(logger.sync(LONG).durable()).isTrue();
            assertThat(logger.stats().pending()).isZero();
            network.comeUp();
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(logged.size());
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).containsExactlyInAnyOrderElementsOf(logged);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Point.class,
            names = {"WITHIN_WRITE", "BEFORE_FORCE", "AFTER_FORCE"})
    void what_a_write_that_failed_left_is_cut_off_before_more_goes_to_the_same_file(FaultyDisk.Point point)
            throws IOException {
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = builder(network.dataSource()).build()) {
            network.goDown();
            log(logger, 10);
            assertThat(logger.sync(LONG).durable()).isTrue();
            disk.fault(point, FaultyDisk.full());
            log(logger, 10);
            Eventually.hold("the fault was hit", () -> disk.hits(point) > 0);
            disk.mend();
            assertThat(logger.sync(LONG).durable()).isTrue();
            try (Stream<Path> segments = Files.list(folder)) {
                assertThat(segments.filter(file -> file.toString().endsWith(".spool")))
                        .hasSize(1);
            }
            network.comeUp();
            assertThat(logger.flush(LONG).complete()).isTrue();
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).containsExactlyInAnyOrderElementsOf(logged);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Point.class,
            names = {"BEFORE_DELETE", "AFTER_DELETE"})
    void a_segment_that_cannot_be_removed_doubles_nothing_now_nor_later(FaultyDisk.Point point) {
        disk.fault(point, FaultyDisk.full());
        try (DriftLogger logger =
                builder(DB.dataSource()).overflow(OverflowPolicy.DURABLE).build()) {
            log(logger, 300);
            assertThat(logger.flush(LONG).complete()).isTrue();
            Eventually.hold("the fault was hit", () -> disk.hits(point) > 0);
        }
        disk.mend();
        try (DriftLogger next = builder(DB.dataSource()).build()) {
            assertThat(next.flush(LONG).complete()).isTrue();
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).containsExactlyInAnyOrderElementsOf(logged);
    }

    @Test
    void a_durable_logger_whose_disk_fails_writes_to_the_database_and_says_what_is_safe() {
        disk.fault(FaultyDisk.Point.BEFORE_WRITE, FaultyDisk.full());
        try (DriftLogger logger =
                builder(DB.dataSource()).overflow(OverflowPolicy.DURABLE).build()) {
            log(logger, 100);
            FlushResult result = logger.sync(LONG);
            assertThat(result.durable()).isTrue();
            assertThat(result.written()).isEqualTo(100);
            assertThat(disk.hits(FaultyDisk.Point.BEFORE_WRITE)).isPositive();
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).containsExactlyInAnyOrderElementsOf(logged);
    }

    @Test
    void a_durable_logger_goes_back_to_its_disk_when_that_works_again() {
        disk.fault(FaultyDisk.Point.BEFORE_WRITE, FaultyDisk.full());
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = builder(network.dataSource())
                        .overflow(OverflowPolicy.DURABLE)
                        .build()) {
            log(logger, 10);
            assertThat(logger.sync(LONG).written()).isEqualTo(10);
            network.goDown();
            log(logger, 10);
            Eventually.hold("the outage is noticed", () -> logger.stats().circuit() == Circuit.OPEN);
            assertThat(logger.stats().pending()).isEqualTo(10);
            disk.mend();
            assertThat(logger.sync(LONG).durable()).isTrue();
            assertThat(logger.stats().spooled()).isEqualTo(10);
            network.comeUp();
            assertThat(logger.flush(LONG).complete()).isTrue();
        }
        assertThat(Stored.eventIds(DB, "feedback_log")).containsExactlyInAnyOrderElementsOf(logged);
    }

    @Test
    void when_neither_memory_nor_disk_has_room_the_reason_says_so() {
        disk.fault(FaultyDisk.Point.BEFORE_FORCE, FaultyDisk.full());
        try (DriftLogger logger = builder(Databases.nowhere())
                .queueCapacity(50)
                .closeTimeout(Duration.ZERO)
                .build()) {
            log(logger, 40);
            Eventually.hold("the fault was hit", () -> disk.hits(FaultyDisk.Point.BEFORE_FORCE) > 0);
            Eventually.hold("told", () -> !heard.outages.isEmpty());
            log(logger, 40);
            assertThat(logger.stats().dropped()).containsEntry("spool_full", 30L);
            disk.mend();
            assertThat(logger.sync(LONG).durable()).isTrue();
            log(logger, 20);
            assertThat(logger.sync(LONG).durable()).isTrue();
            assertThat(logger.stats().spooled()).isEqualTo(70);
        }
    }

    @Test
    void a_spool_that_reaches_its_cap_keeps_embeddings_out_first_and_feedback_last() {
        try (DriftLogger logger = builder(Databases.nowhere())
                .queueCapacity(200)
                .closeTimeout(Duration.ZERO)
                .build()) {
            String text = "{\"x\":\"" + "x".repeat(9_000) + "\"}";
            for (int i = 0; i < 400; i++) {
                logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}).withMetadataJson(text));
                logger.log(Interaction.builder().metadataJson(text).build());
                logger.feedback(Feedback.of(new UUID(1, i), 1).withMetadataJson(text));
                // Forces what is in memory to disk, or finds that there is no room.
                logger.sync(Duration.ofMillis(20));
            }
            LoggerStats full = logger.stats();
            assertThat(full.spooled()).isBetween(90L, 120L);
            assertThat(full.droppedTotal()).isPositive();
            assertThat(full.dropped()).containsKeys("shed", "spool_full").doesNotContainKey("queue_full");
            assertThat(logger.spoolBytes()).isBetween((long) (0.98 * (1 << 20)), (long) (1 << 20));
        }
        LoggerStats recovered;
        disk.mend();
        try (DriftLogger next = builder(DB.dataSource()).build()) {
            assertThat(next.flush(LONG).complete()).isTrue();
            recovered = next.stats();
        }
        long embeddings = Stored.rows(DB, "embeddings_log");
        long interactions = Stored.rows(DB, "interaction_log");
        long feedback = Stored.rows(DB, "feedback_log");
        assertThat(embeddings + interactions + feedback).isEqualTo(recovered.recovered());
        assertThat(embeddings).isLessThan(interactions);
        assertThat(interactions).isLessThan(feedback);
    }
}
