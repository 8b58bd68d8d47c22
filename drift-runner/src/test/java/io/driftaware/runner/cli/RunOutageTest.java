package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Eventually;
import io.driftaware.testdb.OwnServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a monitor that runs says while the database cannot be worked with, and that it goes on by itself, each row counted once. */
class RunOutageTest {
    private static final String COUNTED =
            "SELECT coalesce(sum(row_count), 0)::bigint FROM drift_profiles WHERE stream = 'interactions'";

    private final OwnServer server = OwnServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    /** 100 interactions, one each 90 minutes, so that each needs a profile of its own. */
    private static void write(OwnServer server) {
        server.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query, model_response, model_name, refusal_flag)
                SELECT now() - i * interval '90 minutes', 'q', 'r', 'm', i % 10 = 0 FROM generate_series(1, 100) i
                """);
    }

    private static void assertCounted(OwnServer server, long rows) throws Exception {
        Eventually.isTrue(rows + " rows are counted", () -> server.count(COUNTED) >= rows);
        assertThat(server.count(COUNTED)).isEqualTo(rows);
    }

    @Test
    void a_failover_to_another_address_is_followed() throws Exception {
        server.setUp(3);
        // The tests' server forgets the last commits in a crash unless asked not to; a real one does not.
        server.execute("ALTER DATABASE postgres SET synchronous_commit = on");
        write(server);
        int port = RunningMonitor.freePort();
        RunningMonitor run = new RunningMonitor("postgresql://postgres@127.0.0.1:" + server.port() + ",127.0.0.1:"
                + port + "/postgres?target_session_attrs=primary");
        try {
            assertCounted(server, 100);
            Eventually.isTrue("ready", () -> run.answers("/readyz", 200, "ok"));
            server.kill();
            Eventually.isTrue("says so", () -> run.answers("/readyz", 503, "the connection was refused"));
            try (OwnServer successor = server.successor(port)) {
                write(successor);
                assertCounted(successor, 200);
                Eventually.isTrue("ready again", () -> run.answers("/readyz", 200, "ok"));
                assertThat(run.stop().code()).isZero();
            }
        } finally {
            run.stop();
        }
    }

    @Test
    void a_leader_whose_network_swallows_everything_is_taken_over_from_and_follows_when_it_is_back() throws Exception {
        server.setUp(3);
        write(server);
        try (Relay relay = new Relay(server.port())) {
            RunningMonitor cutOff = new RunningMonitor("postgresql://postgres@127.0.0.1:" + relay.port() + "/postgres");
            Eventually.isTrue("leads", () -> cutOff.answers("/metrics", 200, "drift_leader 1.0"));
            RunningMonitor other = new RunningMonitor(server.url());
            try {
                Eventually.isTrue("follows", () -> other.answers("/metrics", 200, "drift_leader 0.0"));
                relay.freeze();
                Eventually.isTrue("takes over", () -> other.answers("/metrics", 200, "drift_leader 1.0"));
                assertThat(relay.hasSwallowed()).isTrue();
                write(server);
                assertCounted(server, 200);
                Eventually.isTrue("says so", () -> cutOff.answers("/readyz", 503, ""));

                relay.thaw();
                Eventually.isTrue("is back", () -> cutOff.answers("/readyz", 200, "ok"));
                assertThat(cutOff.get("/metrics").body()).contains("drift_leader 0.0");
                assertThat(server.count(COUNTED)).isEqualTo(200);
            } finally {
                relay.thaw();
                cutOff.stop();
                other.stop();
            }
        }
    }

    @Test
    void a_server_that_takes_no_writes_is_waited_for() throws Exception {
        server.setUp(3);
        RunningMonitor run = new RunningMonitor(server.url());
        try {
            Eventually.isTrue("ready", () -> run.answers("/readyz", 200, "ok"));
            server.execute("ALTER SYSTEM SET default_transaction_read_only = on");
            server.execute("SELECT pg_reload_conf()");
            Eventually.isTrue("says so", () -> run.answers("/readyz", 503, "the server is read-only"));

            server.execute("ALTER SYSTEM RESET default_transaction_read_only");
            server.execute("SELECT pg_reload_conf()");
            write(server);
            assertCounted(server, 100);
            Eventually.isTrue("ready again", () -> run.answers("/readyz", 200, "ok"));
        } finally {
            assertThat(run.stop().code()).isZero();
        }
    }

    @Test
    void a_full_disk_at_the_server_is_named_and_costs_no_row(@TempDir Path small) throws Exception {
        Assumptions.assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=48m,mode=777", "tmpfs", small.toString()) == 0,
                "needs a user who may mount a tmpfs: run as root");
        RunningMonitor run = null;
        try {
            Path space = Files.createDirectory(small.resolve("space"));
            assertThat(command("chmod", "777", space.toString())).isZero();
            server.execute("CREATE TABLESPACE small LOCATION '" + space + "'");
            server.setUp(3);
            server.execute(
                    """
                    DO $$
                    DECLARE
                      of_monitor regclass;
                    BEGIN
                      FOR of_monitor IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname LIKE 'drift\\_%' LOOP
                        EXECUTE 'ALTER TABLE ' || of_monitor || ' SET TABLESPACE small';
                      END LOOP;
                    END $$
                    """);
            RunningMonitor started = new RunningMonitor(server.url());
            run = started;
            Eventually.isTrue("ready", () -> started.answers("/readyz", 200, "ok"));
            write(server);
            assertCounted(server, 100);

            Path filler = small.resolve("filler");
            fill(filler);
            write(server);
            Eventually.isTrue(
                    "says so",
                    () -> started.answers("/readyz", 503, "failing\nrefusals: reading failed: could not extend file"));
            assertThat(server.count(COUNTED)).isEqualTo(100);
            assertThat(started.get("/metrics").body())
                    .contains("drift_state{stream=\"refusals\",state=\"insufficient\",} 1.0")
                    .doesNotContain("drift_detection_errors_total 0.0");
            assertThat(CommandLineRun.of(Map.of("DATABASE_URL", server.url(), "EMBEDDING_DIM", "3"), "doctor"))
                    .satisfies(told -> assertThat(told.out())
                            .contains("could not judge refusals")
                            .contains("make room on the database server's disk"));

            Files.delete(filler);
            assertCounted(server, 200);
            Eventually.isTrue("ready again", () -> started.answers("/readyz", 200, "ok"));
        } finally {
            if (run != null) {
                run.stop();
            }
            server.close();
            command("umount", small.toString());
        }
    }

    private static void fill(Path filler) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(filler.toFile(), "rw")) {
            byte[] page = new byte[4096];
            while (true) {
                file.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static int command(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
