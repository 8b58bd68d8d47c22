package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Eventually;
import io.driftaware.testdb.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MonitorRunTest {
    @RegisterExtension
    static final TestDatabase empty = TestDatabase.empty();

    @Test
    void run_creates_the_schema_checks_becomes_ready_and_stops_with_exit_code_0() throws Exception {
        RunningMonitor run = new RunningMonitor(
                empty.url(), "run", "--init-db", "--drift-pgvector", empty.hasPgvector() ? "on" : "off");
        try {
            Eventually.isTrue("ready", () -> run.answers("/readyz", 200, "ok"));
            assertThat(run.get("/metrics").body())
                    .contains("drift_detection_runs_total", "process_cpu_seconds_total", "jvm_memory_bytes_used")
                    .contains("drift_state{stream=\"refusals\",state=\"insufficient\",} 1.0")
                    .doesNotContain("refusal_rate ");
            assertThat(run.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(health(run)).isEqualTo(new CommandLineRun(0, "ok\n", ""));
            assertThat(health(run, "livez")).isEqualTo(new CommandLineRun(0, "ok\n", ""));
        } finally {
            assertThat(run.stop()).returns(0, CommandLineRun::code).returns("", CommandLineRun::err);
        }
        assertThat(empty.count("SELECT count(*) FROM drift_schema")).isPositive();
    }

    @Test
    void run_waits_for_a_database_that_is_starting_and_gives_up_where_waiting_cannot_help() throws Exception {
        try (RefusingServer server = new RefusingServer("57P03", "the database system is starting up")) {
            RunningMonitor run = new RunningMonitor(server.url());
            Eventually.isTrue("waiting", () -> run.answers("/readyz", 503, "the database system is starting up"));
            assertThat(health(run)).returns(1, CommandLineRun::code).satisfies(told -> assertThat(told.out())
                    .contains("the database system is starting up"));
            assertThat(health(run, "livez").code()).isZero();
            assertThat(run.get("/livez").statusCode()).isEqualTo(200);

            server.refuse("28P01", "password authentication failed for user \"u\"");
            assertThat(run.end()).returns(1, CommandLineRun::code).satisfies(ended -> assertThat(ended.err())
                    .hasLineCount(1)
                    .contains("password authentication failed for user \"u\": correct user and password")
                    .doesNotContain("geheim"));
        }
    }

    @Test
    void run_says_that_it_waits_for_a_database_that_takes_the_connection_and_is_silent() throws Exception {
        RunningMonitor run;
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            run = new RunningMonitor(
                    "postgresql://u:geheim@127.0.0.1:" + silent.getLocalPort() + "/app?loginTimeout=1");
            Eventually.isTrue("waiting", () -> run.answers("/readyz", 503, "waiting for the database"));
        }
        Eventually.isTrue("refused", () -> run.answers("/readyz", 503, "the connection was refused"));
        assertThat(run.stop().code()).isZero();
    }

    @Test
    void run_does_not_wait_where_the_drivers_parameters_are_wrong() throws Exception {
        try (RefusingServer server = new RefusingServer("57P03", "the database system is starting up")) {
            RunningMonitor run = new RunningMonitor(server.url().replace("sslmode=disable", "sslmode=maybe"));

            assertThat(run.end())
                    .returns(1, CommandLineRun::code)
                    .satisfies(ended -> assertThat(ended.err()).hasLineCount(1).contains("sslmode"));
        }
    }

    private static CommandLineRun health(RunningMonitor run, String... probe) {
        List<String> words = new ArrayList<>(List.of("health"));
        words.addAll(List.of(probe));
        return CommandLineRun.of(Map.of("PROMETHEUS_PORT", Integer.toString(run.port())), words.toArray(String[]::new));
    }

    @Test
    void health_of_nothing_is_exit_code_1_and_says_where_it_asked() throws Exception {
        String port = Integer.toString(RunningMonitor.freePort());

        assertThat(CommandLineRun.of(Map.of("PROMETHEUS_PORT", port), "health"))
                .returns(1, CommandLineRun::code)
                .satisfies(run -> assertThat(run.err())
                        .hasLineCount(1)
                        .contains("http://127.0.0.1:" + port + "/readyz does not answer"));
        assertThat(CommandLineRun.of(Map.of("PROMETHEUS_PORT", "0"), "health"))
                .returns(1, CommandLineRun::code)
                .satisfies(run -> assertThat(run.err()).hasLineCount(1).contains("port 0 means any free port"));
    }

    @Test
    void check_with_a_refused_password_is_one_line() throws Exception {
        try (RefusingServer server = new RefusingServer("28P01", "password authentication failed for user \"u\"")) {
            assertThat(CommandLineRun.of(Map.of("DATABASE_URL", server.url()), "check"))
                    .returns(1, CommandLineRun::code)
                    .satisfies(run -> assertThat(run.err())
                            .hasLineCount(1)
                            .startsWith("drift-runner: check of postgresql://u@127.0.0.1")
                            .contains("correct user and password in DATABASE_URL")
                            .doesNotContain("geheim"));
        }
    }
}
