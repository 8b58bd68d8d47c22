package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.logging.spool.FolderInUseException;
import io.driftaware.logging.spool.FolderLock;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills applications with -9 and compares what their ledgers say with what the database has. Rounds: 5, or
 * {@code -Ddrift.kill.rounds=50}.
 */
final class KillTest {
    private static final Logger LOG = LoggerFactory.getLogger(KillTest.class);
    private static final int ROUNDS = Integer.getInteger("drift.kill.rounds", 5);
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path temporary;

    private final SplittableRandom random = new SplittableRandom(20_261_128);
    private Path folder = Path.of("none");

    @BeforeEach
    void empty_tables() {
        DB.reset();
        DB.execute("DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (round int, thread int, first int, behind int)");
    }

    /** One process, and the ledger that it leaves. */
    private final class Round {
        private final int number;
        private final Path ledger;
        private final Process process;

        Round(int number, String url, String policy, String point, int before) throws IOException {
            this.number = number;
            this.ledger = temporary.resolve("ledger-" + number);
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            process = new ProcessBuilder(
                            java.toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledApplication.class.getName(),
                            url,
                            folder.toString(),
                            policy,
                            String.valueOf(number),
                            ledger.toString(),
                            point,
                            String.valueOf(before))
                    .redirectErrorStream(true)
                    .redirectOutput(temporary.resolve("output-" + number).toFile())
                    .start();
        }

        /** Waits until the ledger has such a line. */
        void await(String line) {
            Eventually.hold("a line " + line, () -> {
                assertThat(process.isAlive()).as(this::output).isTrue();
                return lines(line.substring(0, line.indexOf(' '))).stream().anyMatch(l -> l.startsWith(line));
            });
        }

        List<String> lines(String kind) {
            try {
                return Files.notExists(ledger)
                        ? List.of()
                        : Files.readAllLines(ledger).stream()
                                .filter(line -> line.startsWith(kind + " "))
                                .toList();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void kill() throws InterruptedException, IOException {
            assertThat(process.isAlive())
                    .as(() -> "the application ended by itself: " + output())
                    .isTrue();
            process.destroyForcibly().waitFor();
            assertThat(output()).doesNotContain("events were dropped");
            for (String kind : List.of("A", "L")) {
                for (String line : lines(kind)) {
                    String[] words = line.split(" ");
                    DB.execute("INSERT INTO ledger VALUES (" + number + "," + words[1] + "," + words[2] + "," + words[3]
                            + ")");
                }
            }
        }

        private String output() {
            try {
                return Files.readString(temporary.resolve("output-" + number));
            } catch (IOException e) {
                return e.toString();
            }
        }
    }

    private static String url() {
        return DB.jdbcUrl();
    }

    private void recover() throws IOException {
        try (DriftLogger logger =
                DriftLogger.builder(DB.dataSource()).spoolDirectory(folder).build()) {
            assertThat(logger.flush(LONG).complete()).isTrue();
        }
        assertThat(DeadLetters.reasons(folder))
                .as("a row that is there already is no dead letter")
                .isEmpty();
    }

    private static final String EVENTS =
            """
            WITH stored AS (
                SELECT interaction_id FROM interaction_log UNION ALL SELECT interaction_id FROM embeddings_log
                UNION ALL SELECT interaction_id FROM feedback_log),
            promised AS (
                SELECT (lpad(to_hex(round), 8, '0') || lpad(to_hex(thread), 8, '0') || lpad(to_hex(n), 16, '0'))::uuid AS id
                FROM ledger, generate_series(first, behind - 1) AS n)
            """;

    private static long promised() {
        return DB.count("SELECT sum(behind - first) FROM ledger");
    }

    private static long missing() {
        // An anti-join: NOT IN would look through a list for each event once that is too long for a hash table.
        return DB.count(EVENTS
                + "SELECT count(*) FROM promised WHERE NOT EXISTS (SELECT FROM stored WHERE interaction_id = id)");
    }

    private static long doubled() {
        return DB.count(EVENTS
                + "SELECT count(*) FROM (SELECT FROM stored GROUP BY interaction_id HAVING count(*) > 1) AS several");
    }

    private void runAndKillDurable(int rounds) throws Exception {
        for (int i = 1; i <= rounds; i++) {
            Round round = new Round(i, url(), "DURABLE", "none", 0);
            Eventually.hold("the first promise", () -> !round.lines("A").isEmpty());
            LockSupport.parkNanos(random.nextLong(Duration.ofMillis(400).toNanos()));
            round.kill();
        }
    }

    @Test
    void killed_at_any_moment_a_durable_logger_has_lost_and_doubled_nothing_that_it_acknowledged() throws Exception {
        folder = temporary.resolve("spool");
        runAndKillDurable(ROUNDS);
        recover();
        LOG.info("{} rounds, {} events acknowledged, {} missing, {} doubled", ROUNDS, promised(), missing(), doubled());
        assertThat(promised()).isPositive();
        assertThat(missing()).isZero();
        assertThat(doubled()).isZero();
    }

    @Test
    void killed_at_each_named_point_a_durable_logger_has_lost_and_doubled_nothing_that_it_acknowledged()
            throws Exception {
        folder = temporary.resolve("spool");
        Set<FaultyDisk.Point> hit = EnumSet.noneOf(FaultyDisk.Point.class);
        int number = 0;
        List<String> log = new ArrayList<>();
        for (FaultyDisk.Point point : FaultyDisk.Point.ofLoggers()) {
            // So that the first time is not always the one, and that some promise comes before.
            int before = point == FaultyDisk.Point.CREATE ? 1 : random.nextInt(1, 4);
            Round round = new Round(++number, url(), "DURABLE", point.name(), before);
            round.await("AT " + point);
            hit.add(point);
            round.kill();
            log.add(point + " after " + round.lines("A").size() + " promises");
        }
        recover();
        LOG.info("killed at {}: {} acknowledged, {} missing, {} doubled", log, promised(), missing(), doubled());
        assertThat(hit).isEqualTo(FaultyDisk.Point.ofLoggers());
        assertThat(promised()).isPositive();
        assertThat(missing()).isZero();
        assertThat(doubled()).isZero();
    }

    @Test
    void killed_while_the_database_comes_and_goes_an_overflowing_logger_has_lost_its_queue_at_most() throws Exception {
        folder = temporary.resolve("spool");
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            for (int i = 1; i <= ROUNDS; i++) {
                DB.execute("TRUNCATE ledger");
                if (i % 2 == 1) {
                    network.goDown();
                }
                Round round = new Round(i, network.jdbcUrl(), "OVERFLOW", "none", 0);
                round.await("L ");
                LockSupport.parkNanos(random.nextLong(Duration.ofMillis(600).toNanos()));
                network.comeUp();
                LockSupport.parkNanos(random.nextLong(Duration.ofMillis(400).toNanos()));
                round.kill();
                recover();
                LOG.info("round {}: {} logged, {} missing, {} doubled", i, promised(), missing(), doubled());
                assertThat(doubled()).isZero();
                assertThat(missing()).isLessThanOrEqualTo(KilledApplication.QUEUE);
            }
        }
    }

    @Test
    void a_folder_that_another_process_owns_is_refused_with_its_number_until_that_process_ends() throws Exception {
        folder = temporary.resolve("spool");
        Round round = new Round(1, url(), "DURABLE", "none", 0);
        round.await("A ");
        assertThatThrownBy(() -> FolderLock.take(folder))
                .isInstanceOf(FolderInUseException.class)
                .hasMessageContaining("process " + round.process.pid());
        round.kill();
        FolderLock.take(folder).close();
    }

    /** With the mechanism taken out, the same check fails. */
    @Test
    void without_a_folder_the_same_check_finds_what_is_missing() throws Exception {
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            network.goDown();
            Round round = new Round(1, network.jdbcUrl(), "OVERFLOW", "none", 0);
            round.await("L ");
            Eventually.hold("it has tried to write", () -> network.refusals() > 0);
            round.kill();
        }
        assertThat(missing()).isEqualTo(promised()).isPositive();
    }
}
