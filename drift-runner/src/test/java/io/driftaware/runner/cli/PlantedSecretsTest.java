package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.driftaware.runner.Eventually;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A monitor in a process of its own with a secret wherever one can be set, at DEBUG, whose every action fails against servers that
 * say back what they were sent; then everything that can be seen is searched for them.
 */
@EnabledOnOs(OS.LINUX)
class PlantedSecretsTest {
    private static final String PLANTED = "planted";
    private static final String API_TOKEN = "planted-api-token-0123456789";
    private static final List<String> ACTIONS =
            List.of("log", "webhook", "command", "notify", "github", "reindex", "retrain");

    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    @TempDir
    Path folder;

    private final String user = "drift_user_" + UUID.randomUUID().toString().substring(0, 8);
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer echo;

    @BeforeEach
    void open() throws IOException {
        db.reset();
        db.execute("CREATE ROLE " + user + " LOGIN PASSWORD 'planted-db-password' IN ROLE drift_monitor");
        echo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        echo.createContext("/", this::sayBack);
        echo.start();
    }

    @AfterEach
    void close() {
        echo.stop(0);
        db.execute("DROP ROLE " + user);
    }

    private void sayBack(HttpExchange exchange) throws IOException {
        String all = exchange.getRequestURI() + " " + new LinkedHashMap<>(exchange.getRequestHeaders()) + " "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        received.add(all);
        byte[] body = ("{\"error\":{\"code\":\"invalid\",\"message\":\"" + all.replaceAll("[^A-Za-z0-9 /_.:-]", " ")
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders()
                .set("Location", "/" + exchange.getRequestHeaders().getFirst("Authorization"));
        exchange.sendResponseHeaders(400, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + echo.getAddress().getPort() + path;
    }

    private Map<String, String> environment(int port) throws IOException {
        Path tokenFile = Files.writeString(folder.resolve("token"), API_TOKEN + "\n");
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("DATABASE_URL", db.url().replaceFirst("//[^@]*@", "//" + user + ":planted-db-password@"));
        environment.put("EMBEDDING_DIM", "4");
        environment.put("DRIFT_BIND", "127.0.0.1");
        environment.put("PROMETHEUS_PORT", Integer.toString(port));
        environment.put("LOG_LEVEL", "DEBUG");
        environment.put("DRIFT_ACTIONS", String.join(",", ACTIONS));
        environment.put("DRIFT_APPROVAL", "none");
        environment.put("DRIFT_API_TOKEN_FILE", tokenFile.toString());
        environment.put("DRIFT_WEBHOOK_URL", url("/hook?token=planted-url-token"));
        environment.put("DRIFT_WEBHOOK_SECRET", "planted-webhook-secret");
        environment.put("DRIFT_GITHUB_API", url(""));
        environment.put("DRIFT_GITHUB_REPOSITORY", "owner/name");
        environment.put("DRIFT_GITHUB_TOKEN", "planted-github-token");
        environment.put("OPENAI_API_KEY", "planted-openai-key");
        environment.put("OPENAI_BASE_URL", url("/v1"));
        environment.put("DRIFT_REINDEX_MODEL", "m");
        environment.put("DRIFT_RETRAIN_MODEL", "m");
        environment.put("DRIFT_RETRAIN_MIN_EXAMPLES", "10");
        environment.put("CLOUD_SECRET_ACCESS_KEY", "planted-elsewhere");
        Files.writeString(
                folder.resolve("said"), "planted-github-token postgresql://me:planted-db-password@host Bearer planted");
        environment.put(
                "DRIFT_COMMAND",
                "[\"/bin/sh\", \"-c\", \"tr '\\\\0' '\\\\n' < /proc/$$/environ > child; tr '\\\\0' ' ' < /proc/$$/cmdline"
                        + " >> child; tr '\\\\0' ' ' < /proc/$PPID/cmdline >> child; cat >> child; cat said; exit 1\"]");
        return environment;
    }

    private Process monitor(Map<String, String> environment, Path output) throws IOException {
        Path logging = Files.writeString(
                folder.resolve("logback.xml"),
                """
                <configuration>
                  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%level %logger: %msg%n%ex</pattern></encoder>
                  </appender>
                  <root level="DEBUG"><appender-ref ref="CONSOLE"/></root>
                </configuration>
                """);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dlogback.configurationFile=" + logging,
                        Main.class.getName(),
                        "run")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Enough for a training set, enough refusals for an episode, and one request of each kind for each action. */
    private static void work() {
        db.execute(
                """
                INSERT INTO documents (source, content, embedding) VALUES ('s', 'text', '%s');
                INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag, user_feedback_score, content_capture)
                SELECT now() - n * interval '1 second', 'question ' || n, 'answer ' || n, n %% 4 = 0, 1, 'REDACTED'
                FROM generate_series(1, 200) n;
                INSERT INTO drift_actions (action, kind, state, reason, payload)
                SELECT a, k, 'APPROVED', 'accuracy_drop', '{"details": {}}'
                FROM unnest('{log,webhook,command,notify,github,reindex,retrain}'::text[]) a, unnest('{reindex,retrain}'::text[]) k
                """
                        .formatted(db.hasPgvector() ? "[1,2,3,4]" : "{1,2,3,4}"));
    }

    private String get(int port, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String database() {
        List<String> tables = new ArrayList<>();
        for (String table : List.of(
                "drift_actions",
                "drift_episodes",
                "drift_events",
                "drift_monitor_state",
                "model_versions",
                "drift_schema")) {
            tables.add(db.value("SELECT string_agg(t::text, E'\\n') FROM " + table + " t"));
        }
        return String.join("\n", tables.toString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void no_secret_is_in_logs_pages_metrics_tables_or_the_processes_that_are_started() throws Exception {
        work();
        int port = freePort();
        Map<String, String> environment = environment(port);
        Path output = folder.resolve("output");
        Process process = monitor(environment, output);
        Map<String, String> seen = new LinkedHashMap<>();
        try {
            Eventually.isTrue(
                    "every action was called",
                    () -> db.count("SELECT count(*) FROM drift_actions WHERE attempts = 0") == 0
                            && db.count("SELECT count(*) FROM drift_actions") > 2L * ACTIONS.size()
                            && db.count("SELECT count(*) FROM drift_actions WHERE state = 'DISPATCHED'") == 0);
            for (String page :
                    List.of("/", "/metrics", "/healthz", "/readyz", "/livez", "/api/v1/actions", "/nothing")) {
                seen.put(page, get(port, page));
            }
            seen.put("actions", get(port, "/api/v1/actions", "Authorization", "Bearer " + API_TOKEN));
            seen.put("refused", get(port, "/api/v1/actions", "Authorization", "Bearer planted-wrong"));
            seen.put("process list", Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
        } finally {
            process.destroy();
            process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
        }
        seen.put("log", Files.readString(output));
        seen.put("child", Files.readString(folder.resolve("child")));
        seen.put("tables", database());
        for (List<String> command : List.of(
                List.of("doctor"),
                List.of("doctor", "--json"),
                List.of("actions", "list"),
                List.of("check"),
                List.of("check", "--json"),
                List.of("health"),
                List.of("reindex", "status"),
                List.of("retrain", "export"),
                List.of("--help"))) {
            CommandLineRun run = CommandLineRun.of(environment, command.toArray(String[]::new));
            seen.put(String.join(" ", command), run.out() + run.err());
        }

        assertThat(String.join("\n", received))
                .as("they were used")
                .contains("planted-url-token", "planted-github-token", "planted-openai-key", "X-drift-signature");
        assertThat(seen.get("log")).contains("DEBUG", "action github for", "action retrain for", "action command for");
        assertThat(seen.get("actions")).contains("\"action\":\"github\"", "GitHub answered 400");
        assertThat(seen.get("child")).contains("PATH=", "idempotency_key", Main.class.getName());
        assertThat(seen.get("tables")).contains("the command failed, exit code 1", "the webhook answered 400");
        assertThat(seen.get("/metrics")).contains("drift_actions_total");
        assertThat(seen).allSatisfy((what, text) -> {
            String told = text.replace(folder.toString(), "");
            assertThat(told.contains(PLANTED) ? context(told) : "").as(what).isEmpty();
        });
    }

    private static String context(String text) {
        int at = text.indexOf(PLANTED);
        return text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 100));
    }

    @Test
    void a_setting_that_cannot_be_used_is_refused_without_its_value() {
        Map<String, String> base = Map.of("DATABASE_URL", db.url(), "EMBEDDING_DIM", "4");
        List<Map<String, String>> wrong = List.of(
                Map.of("DATABASE_URL", "postgresql://me:planted@localhost:port/x"),
                Map.of("DATABASE_URL", "planted://me:planted@localhost/x"),
                Map.of("DATABASE_URL", "postgresql://me:planted%ZZ@localhost/x"),
                Map.of("DATABASE_URL", "postgresql://me:planted@127.0.0.1:1/x"),
                Map.of("DRIFT_API_TOKEN", "planted"),
                Map.of("DRIFT_API_TOKEN", "planted token with spaces"),
                Map.of("DRIFT_ACTIONS", "webhook", "DRIFT_WEBHOOK_URL", "planted nonsense"),
                Map.of(
                        "DRIFT_ACTIONS", "webhook",
                        "DRIFT_WEBHOOK_URL", "https://planted.example/planted",
                        "DRIFT_WEBHOOK_ALLOW", "example.org"),
                Map.of("DRIFT_ACTIONS", "command", "DRIFT_COMMAND", "run planted"),
                Map.of("DRIFT_ACTIONS", "command", "DRIFT_COMMAND", "[\"planted"),
                Map.of(
                        "DRIFT_ACTIONS", "github",
                        "DRIFT_GITHUB_REPOSITORY", "o/n",
                        "DRIFT_GITHUB_TOKEN", "planted\ntoken"),
                Map.of("DRIFT_ACTIONS", "retrain", "DRIFT_RETRAIN_MODEL", "m", "OPENAI_API_KEY", "planted\nkey"),
                Map.of("DRIFT_ACTIONS", "reindex", "DRIFT_REINDEX_MODEL", "m", "OPENAI_API_KEY", "planted\u00e9"),
                Map.of("DRIFT_GITHUB_TOKEN", "planted", "DRIFT_GITHUB_TOKEN_FILE", "x"));
        for (Map<String, String> one : wrong) {
            Map<String, String> environment = new LinkedHashMap<>(base);
            environment.putAll(one);
            CommandLineRun run = CommandLineRun.of(environment, "check");

            assertThat(run.code()).as(one + run.err()).isIn(1, 2);
            assertThat(run.out() + run.err())
                    .as("said of " + one.keySet())
                    .isNotBlank()
                    .doesNotContain(PLANTED);
        }
    }
}
