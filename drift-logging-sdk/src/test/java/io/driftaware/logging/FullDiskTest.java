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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A device that is really full: a tmpfs of 4 MB. Skipped where this user may not mount one. */
final class FullDiskTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path folder;

    private final Heard heard = new Heard();

    @BeforeEach
    void mount() throws Exception {
        DB.reset();
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.toString()) == 0,
                "needs a user who may mount a tmpfs: run as root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", folder.toString());
    }

    private static int run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void what_fits_neither_on_disk_nor_in_memory_is_counted_and_the_rest_is_stored() throws IOException {
        Set<UUID> logged = new HashSet<>();
        long lost;
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = DriftLogger.builder(network.dataSource())
                        .spoolDirectory(folder)
                        .queueBytes(1 << 20)
                        .spoolBytes(64 << 20)
                        .listener(heard)
                        .build()) {
            network.goDown();
            log(logger, logged, 600);
            Eventually.hold("told", () -> heard.outages.stream().anyMatch(o -> o.contains("No space left on device")));
            LoggerStats full = logger.stats();
            assertThat(full.spooled()).isPositive();
            assertThat(full.dropped()).containsOnlyKeys("spool_full");

            network.comeUp();
            Eventually.hold(
                    "all is written",
                    () -> logger.stats().pending() + logger.stats().spooled() == 0);
            lost = logger.stats().droppedTotal();
            network.goDown();
            log(logger, logged, 20);
            FlushResult safe = logger.sync(LONG);
            assertThat(safe.durable()).isTrue();
            assertThat(safe.spooled()).isEqualTo(20);
            network.comeUp();
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().droppedTotal()).isEqualTo(lost);
        }
        Set<UUID> stored = new HashSet<>(Stored.eventIds(DB, "feedback_log"));
        assertThat(logged.containsAll(stored)).isTrue();
        assertThat(logged.size() - stored.size()).isEqualTo(lost).isPositive();
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    /** 600 of them are 6 MB on disk and 12 MB in memory. */
    private static void log(DriftLogger logger, Set<UUID> logged, int events) {
        String text = "x".repeat(10_000);
        for (int i = 0; i < events; i++) {
            logged.add(logger.feedback(Feedback.of(new UUID(1, i), 1).withComment(text)));
            if (i % 20 == 0) {
                logger.sync(Duration.ofMillis(100));
            }
        }
    }
}
