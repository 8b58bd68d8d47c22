package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Eventually;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MonitorRunTest {
    @RegisterExtension
    static final TestDatabase empty = TestDatabase.empty();

    private final HttpClient client = HttpClient.newHttpClient();

    /** The program on a thread of its own; {@link #stop} ends it as SIGTERM would, by an interrupt. */
    private static final class Running {
        private final CompletableFuture<CommandLineRun> result = new CompletableFuture<>();
        private final Thread thread;
        private final int port;

        Running(String url, String... more) throws IOException {
            port = freePort();
            Map<String, String> environment = Map.of(
                    "DATABASE_URL", url,
                    "EMBEDDING_DIM", "3",
                    "DRIFT_BIND", "127.0.0.1",
                    "CHECK_INTERVAL_SECONDS", "1",
                    "PROMETHEUS_PORT", Integer.toString(port));
            thread = new Thread(() -> result.complete(CommandLineRun.of(environment, more)), "drift-run");
            thread.start();
        }

        CommandLineRun stop() throws Exception {
            thread.interrupt();
            return end();
        }

        CommandLineRun end() throws Exception {
            return result.get(60, TimeUnit.SECONDS);
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                return socket.getLocalPort();
            }
        }
    }

    private HttpResponse<String> get(Running run, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + run.port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private boolean answers(Running run, String path, int status, String text) throws Exception {
        try {
            HttpResponse<String> response = get(run, path);
            return response.statusCode() == status && response.body().contains(text);
        } catch (IOException notYetOpen) {
            return false;
        }
    }

    @Test
    void run_creates_the_schema_checks_becomes_ready_and_stops_with_exit_code_0() throws Exception {
        Running run =
                new Running(empty.url(), "run", "--init-db", "--drift-pgvector", empty.hasPgvector() ? "on" : "off");
        try {
            Eventually.isTrue("ready", () -> answers(run, "/readyz", 200, "ok"));
            assertThat(get(run, "/metrics").body())
                    .contains("drift_detection_runs_total", "process_cpu_seconds_total", "jvm_memory_bytes_used")
                    .contains("drift_state{stream=\"refusals\",state=\"insufficient\",} 1.0")
                    .doesNotContain("refusal_rate ");
            assertThat(get(run, "/healthz").statusCode()).isEqualTo(200);
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
            Running run = new Running(server.url());
            Eventually.isTrue("waiting", () -> answers(run, "/readyz", 503, "the database system is starting up"));
            assertThat(health(run)).returns(1, CommandLineRun::code).satisfies(told -> assertThat(told.out())
                    .contains("the database system is starting up"));
            assertThat(health(run, "livez").code()).isZero();
            assertThat(get(run, "/livez").statusCode()).isEqualTo(200);

            server.refuse("28P01", "password authentication failed for user \"u\"");
            assertThat(run.end()).returns(1, CommandLineRun::code).satisfies(ended -> assertThat(ended.err())
                    .hasLineCount(1)
                    .contains("password authentication failed for user \"u\": correct user and password")
                    .doesNotContain("geheim"));
        }
    }

    @Test
    void run_says_that_it_waits_for_a_database_that_takes_the_connection_and_is_silent() throws Exception {
        Running run;
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            run = new Running("postgresql://u:geheim@127.0.0.1:" + silent.getLocalPort() + "/app?loginTimeout=1");
            Eventually.isTrue("waiting", () -> answers(run, "/readyz", 503, "waiting for the database"));
        }
        Eventually.isTrue("refused", () -> answers(run, "/readyz", 503, "the connection was refused"));
        assertThat(run.stop().code()).isZero();
    }

    @Test
    void run_does_not_wait_where_the_drivers_parameters_are_wrong() throws Exception {
        try (RefusingServer server = new RefusingServer("57P03", "the database system is starting up")) {
            Running run = new Running(server.url().replace("sslmode=disable", "sslmode=maybe"));

            assertThat(run.end())
                    .returns(1, CommandLineRun::code)
                    .satisfies(ended -> assertThat(ended.err()).hasLineCount(1).contains("sslmode"));
        }
    }

    private static CommandLineRun health(Running run, String... probe) {
        List<String> words = new ArrayList<>(List.of("health"));
        words.addAll(List.of(probe));
        return CommandLineRun.of(Map.of("PROMETHEUS_PORT", Integer.toString(run.port)), words.toArray(String[]::new));
    }

    @Test
    void health_of_nothing_is_exit_code_1_and_says_where_it_asked() throws Exception {
        String port = Integer.toString(Running.freePort());

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
