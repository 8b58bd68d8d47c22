package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class GithubActionTest {
    private static final String TOKEN = "ghp_planted";
    private static final ActionRequest REQUEST =
            new ActionRequest("reindex", "embedding_drift", new UUID(0, 42), 1, "{\"kind\": \"reindex\"}");

    private HttpServer server;
    private volatile int status = 204;
    private final Map<String, String> answerHeaders = new ConcurrentHashMap<>();
    private final List<HttpExchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchanges.add(exchange);
            answerHeaders.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private GithubAction action(boolean repeatable) {
        return action(server.getAddress().getPort(), repeatable, Duration.ofSeconds(20));
    }

    private static GithubAction action(int port, boolean repeatable, Duration limit) {
        URI base = URI.create("http://127.0.0.1:" + port + "/api/v3/");
        return new GithubAction(
                new GithubAction.Settings(base, "owner/name", "drift", TOKEN, repeatable),
                InstantSource.system(),
                limit);
    }

    @Test
    void it_dispatches_an_event_with_the_request_as_payload() throws Exception {
        assertThat(action(false).run(REQUEST)).isEqualTo(new ActionResult.Succeeded("dispatched to owner/name"));

        HttpExchange exchange = exchanges.get(0);
        assertThat(exchange.getRequestMethod() + " " + exchange.getRequestURI())
                .isEqualTo("POST /api/v3/repos/owner/name/dispatches");
        assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(exchange.getRequestHeaders().getFirst("Accept")).isEqualTo("application/vnd.github+json");
        assertThat(bodies)
                .containsExactly("{\"event_type\":\"drift\",\"client_payload\":{"
                        + "\"idempotency_key\":\"00000000-0000-0000-0000-00000000002a\",\"attempt\":1,\"kind\":\"reindex\","
                        + "\"reason\":\"embedding_drift\",\"request\":{\"kind\": \"reindex\"}}}");
    }

    @Test
    void a_payload_beyond_what_github_takes_is_left_out() throws Exception {
        action(false).run(new ActionRequest("reindex", "r", new UUID(0, 1), 1, "\"" + "x".repeat(70_000) + "\""));

        assertThat(bodies.get(0)).endsWith("\"request\":null}}").hasSizeLessThan(300);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void what_was_not_taken_is_tried_again_when_github_says(int answer) throws Exception {
        status = answer;
        answerHeaders.put("Retry-After", "90");
        assertThat(action(false).run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("GitHub answered " + answer, Duration.ofSeconds(90)));
    }

    @Test
    void a_403_is_a_limit_where_github_says_so_and_a_refusal_elsewhere() throws Exception {
        status = 403;
        assertThat(action(false).run(REQUEST)).isInstanceOf(ActionResult.Failed.class);
        answerHeaders.put("X-RateLimit-Remaining", "0");
        assertThat(action(false).run(REQUEST)).isInstanceOf(ActionResult.TryAgain.class);
        answerHeaders.clear();
        answerHeaders.put("Retry-After", "60");
        assertThat(action(false).run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("GitHub answered 403", Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504})
    void an_answer_that_leaves_the_outcome_open_waits_for_the_operator_or_is_repeated_by_a_workflow_that_can_bear_it(
            int answer) throws Exception {
        status = answer;
        assertThat(action(false).run(REQUEST)).isEqualTo(new ActionResult.Unknown("GitHub answered " + answer));
        assertThat(action(true).run(REQUEST)).isEqualTo(new ActionResult.TryAgain("GitHub answered " + answer));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 400, 401, 404, 422})
    void what_will_not_pass_fails(int answer) throws Exception {
        status = answer;
        ActionResult result = action(true).run(REQUEST);

        assertThat(result).isInstanceOf(ActionResult.Failed.class);
        assertThat(result.toString()).contains("GitHub answered " + answer).doesNotContain(TOKEN);
    }

    @Test
    void nobody_at_the_address_is_tried_again_and_a_silence_or_a_cut_is_not_known() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(action(free, false, Duration.ofSeconds(20)).run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("GitHub could not be reached: ConnectException"));

        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(action(silent.getLocalPort(), false, Duration.ofMillis(300))
                            .run(REQUEST))
                    .isEqualTo(new ActionResult.Unknown("GitHub: no answer within 300 ms"));
        }
        try (ServerSocket cutting = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = cutting.accept()) {
                    socket.getInputStream().read(new byte[1000]);
                } catch (IOException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
            assertThat(action(cutting.getLocalPort(), false, Duration.ofSeconds(20))
                            .run(REQUEST))
                    .isInstanceOf(ActionResult.Unknown.class)
                    .asString()
                    .contains("the connection broke");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"planted\nsecret", "planted secret", "planted\u00e9", "planted\r"})
    void a_token_that_is_none_is_refused_without_showing_it(String token) {
        Map<String, String> given = Map.of("DRIFT_GITHUB_REPOSITORY", "o/n", "DRIFT_GITHUB_TOKEN", token);
        ActionContext context = new ActionContext(given, new PGSimpleDataSource(), InstantSource.system());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GithubAction.Provider().create(context))
                .withMessageContaining("DRIFT_GITHUB_TOKEN")
                .withMessageNotContaining("planted");
    }

    @Test
    void its_settings_do_not_print_the_token_and_a_repository_cannot_lead_elsewhere() {
        assertThat(new GithubAction.Settings(URI.create("https://x"), "o/n", "drift", TOKEN, false).toString())
                .doesNotContain(TOKEN);
        for (String wrong : List.of("name", "o/n/x", "o/..", "../n", "o/n?x", "o/ n", "")) {
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> GithubAction.checkedRepository(wrong));
        }
    }

    @Test
    void an_address_that_would_send_the_token_unencrypted_is_refused() {
        for (String wrong :
                List.of("http://github.example/api/v3", "http://127.0.0.1.example.org", "http://localhost.example")) {
            assertThatIllegalArgumentException()
                    .as(wrong)
                    .isThrownBy(() -> new GithubAction.Settings(URI.create(wrong), "o/n", "drift", TOKEN, false))
                    .withMessageContaining("https")
                    .withMessageNotContaining(TOKEN);
        }
        new GithubAction.Settings(URI.create("https://github.example/api/v3"), "o/n", "drift", TOKEN, false);
    }
}
