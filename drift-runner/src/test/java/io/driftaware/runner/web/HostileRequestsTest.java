package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.cli.Main;
import io.driftaware.testdb.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program itself, as a process of its own, under requests that no friend sends; it answers a scrape after each. */
class HostileRequestsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(8);

    private static final Duration SCRAPE_TIMEOUT = Duration.ofSeconds(30);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Process monitor;
    private static int port;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run");
        builder.environment().put("DATABASE_URL", db.url());
        builder.environment().put("EMBEDDING_DIM", "8");
        builder.environment().put("PROMETHEUS_PORT", "0");
        builder.environment().put("DRIFT_BIND", "127.0.0.1");
        builder.environment().remove("PORT");
        monitor = builder.redirectErrorStream(true).start();
        BufferedReader log =
                new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8));
        Matcher serves = Pattern.compile("serves http://[^:]+:([0-9]+)/").matcher("");
        String line = "";
        while (line != null && !serves.reset(line).find()) {
            line = log.readLine();
        }
        port = Integer.parseInt(serves.group(1));
        CompletableFuture.runAsync(() -> log.lines().forEach(rest -> {}));
        while (get("/readyz").statusCode() != 200) {
            Thread.onSpinWait();
        }
    }

    @AfterAll
    static void stop() {
        if (monitor != null) {
            monitor.destroyForcibly();
        }
    }

    @AfterEach
    void a_scrape_is_answered() throws Exception {
        assertThat(get("/metrics"))
                .returns(200, HttpResponse::statusCode)
                .satisfies(response -> assertThat(response.body()).contains("drift_leader 1.0"));
        assertThat(monitor.isAlive()).isTrue();
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(SCRAPE_TIMEOUT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String raw(String requestLine) throws IOException {
        return Raw.send(port, requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/../Pages.class",
                "/assets/%2e%2e/Pages.class",
                "/assets/..%2fPages.class",
                "/assets/..%5cPages.class",
                "/assets/..;/Pages.class",
                "/assets//app.js",
                "/assets/app.js%00.css",
                "/assets/./app.js",
                "//etc/passwd",
                "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
                "/assets/",
                "/assets/index.html",
                "/api/v1/../../assets/app.js",
            })
    void a_path_leads_nowhere_but_to_what_is_listed(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1")).startsWith("HTTP/1.1 404").doesNotContain("root:", "import {");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET",
                "\u0000\u0001\u0002\u0003",
                "GET /%zz HTTP/1.1",
                "GET http://[::1 HTTP/1.1",
                "GET /api/v1/episodes?limit=%zz HTTP/1.1",
                "<script>alert(1)</script>",
                "GET /<script>alert(1)</script> HTTP/1.1",
            })
    void what_is_no_request_is_refused_and_never_sent_back_as_html(String request) throws IOException {
        String answer = raw(request);
        assertThat(answer).doesNotContain("<script>", "200 OK");
    }

    @Test
    void huge_paths_queries_and_headers_are_refused() throws Exception {
        assertThat(raw("GET /" + "a".repeat(100_000) + " HTTP/1.1")).doesNotContain("200 OK");
        assertThat(get("/api/v1/episodes?limit=1&x=" + "a".repeat(5_000)).statusCode())
                .isEqualTo(400);
        String many =
                IntStream.range(0, 5_000).mapToObj(i -> "X-" + i + ": b\r\n").collect(Collectors.joining());
        assertThat(rawOrReset("GET /api/v1/overview HTTP/1.1\r\nHost: localhost\r\n" + many + "\r\n"))
                .doesNotContain("200 OK");
        String large = "X-A: " + "b".repeat(1_000_000) + "\r\n";
        assertThat(rawOrReset("GET /api/v1/overview HTTP/1.1\r\nHost: localhost\r\n" + large + "\r\n"))
                .doesNotContain("200 OK");
    }

    /** A server that has heard enough may close while the client still sends. */
    private static String rawOrReset(String request) throws IOException {
        try {
            return Raw.send(port, request);
        } catch (SocketException e) {
            return "reset";
        }
    }

    @Test
    void a_body_is_not_waited_for() throws Exception {
        assertThat(rawOrReset("POST /api/v1/overview HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Content-Length: 1000000000\r\n\r\nabc"))
                .doesNotContain("200 OK");
    }

    @Test
    void a_thousand_idle_connections_are_in_nobodys_way() throws Exception {
        List<Socket> idle = connected(1_000);
        try {
            a_scrape_is_answered();
            assertThat(get("/api/v1/overview").statusCode()).isEqualTo(200);
        } finally {
            closeAll(idle);
        }
    }

    @Test
    void a_thousand_half_requests_delay_a_scrape_and_do_not_stop_it() throws Exception {
        List<Socket> slow = connected(1_000);
        try {
            for (Socket socket : slow) {
                socket.getOutputStream()
                        .write("GET /api/v1/overview HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            }
            a_scrape_is_answered();
        } finally {
            closeAll(slow);
        }
    }

    @Test
    void a_thousand_requests_at_once_are_all_answered_or_told_to_come_back() throws Exception {
        List<Socket> asking = connected(1_000);
        int served = 0;
        try {
            for (int i = 0; i < asking.size(); i++) {
                asking.get(i).setSoTimeout((int) SCRAPE_TIMEOUT.toMillis());
                // Of many kinds, as equal ones share an answer.
                String request = "GET /api/v1/streams/refusals/series?points=" + (10 + i % 900)
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
                asking.get(i).getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            }
            for (Socket socket : asking) {
                String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                assertThat(status).isIn("HTTP/1.1 200", "HTTP/1.1 503");
                served += status.endsWith("200") ? 1 : 0;
            }
        } finally {
            closeAll(asking);
        }
        assertThat(served).isPositive();
        assertThat(db.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"))
                .isLessThan(20);
    }

    @Test
    void a_database_that_says_nothing_holds_up_no_scrape() throws Exception {
        db.execute("ALTER TABLE drift_monitor_state RENAME TO renamed");
        try {
            HttpResponse<String> answer = get("/api/v1/overview?x=1");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("the schema is missing or out of date");
        } finally {
            db.execute("ALTER TABLE renamed RENAME TO drift_monitor_state");
        }
        try (var connection = db.dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE drift_monitor_state IN ACCESS EXCLUSIVE MODE");
            HttpResponse<String> answer = get("/api/v1/overview?x=2");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("error");
            connection.rollback();
        }
    }

    private static List<Socket> connected(int count) throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
        return sockets;
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
