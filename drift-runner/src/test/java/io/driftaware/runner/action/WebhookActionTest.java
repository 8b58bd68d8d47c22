package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookActionTest {
    private static final ActionRequest REQUEST = new ActionRequest(
            "retrain",
            "high_refusal_rate",
            UUID.fromString("00000000-0000-0000-0000-00000000002a"),
            1,
            "{\"kind\": \"retrain\", \"text\": \"é\"}");

    private static final Instant NOW = Instant.ofEpochSecond(1_772_366_400);

    private HttpServer server;
    private final Map<String, String> answerHeaders = new ConcurrentHashMap<>();
    private volatile boolean endless;
    private volatile int status = 204;
    private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    private final List<HttpExchange> exchanges = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean slow;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchanges.add(exchange);
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", "/elsewhere");
            }
            answerHeaders.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            if (endless) {
                exchange.sendResponseHeaders(status, 0);
                writeUntilCutOff(exchange);
            } else if (slow) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            } else {
                exchange.sendResponseHeaders(status, -1);
            }
            exchange.close();
        });
        server.start();
    }

    private static void writeUntilCutOff(HttpExchange exchange) {
        byte[] block = new byte[8192];
        try {
            for (int i = 0; i < 100_000; i++) {
                exchange.getResponseBody().write(block);
            }
        } catch (IOException e) {
            exchange.close();
        }
    }

    private static WebhookAction webhook(URI url, @Nullable String secret) {
        return webhook(url, secret, AllowedHosts.any());
    }

    private static WebhookAction webhook(URI url, @Nullable String secret, AllowedHosts allowed) {
        return new WebhookAction(url, secret, allowed, () -> NOW);
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.stop(0);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?token=hidden");
    }

    private String header(String name) {
        return exchanges.get(0).getRequestHeaders().getFirst(name);
    }

    @Test
    void it_posts_the_payload_with_key_and_signature() throws Exception {
        ActionResult result = webhook(url(), "a key of sixteen").run(REQUEST);

        assertThat(result).isInstanceOf(ActionResult.Succeeded.class);
        assertThat(bodies).containsExactly(REQUEST.payload());
        assertThat(exchanges.get(0).getRequestMethod()).isEqualTo("POST");
        assertThat(header("Content-Type")).isEqualTo("application/json");
        assertThat(header("Idempotency-Key")).isEqualTo("00000000-0000-0000-0000-00000000002a");
        assertThat(header("X-Drift-Timestamp")).isEqualTo("1772366400");
        // printf 'request.1772366400.00000000-0000-0000-0000-00000000002a.{"kind": "retrain", "text": "é"}' \
        //     | openssl dgst -sha256 -hmac 'a key of sixteen'
        assertThat(header("X-Drift-Signature"))
                .isEqualTo("sha256=25cf1adcf344979026088c2a94fc89760283dc0ba4b12e22548bd500bceb5413");
    }

    @Test
    void without_a_secret_there_is_no_signature() throws Exception {
        webhook(url(), null).run(REQUEST);

        assertThat(header("X-Drift-Signature")).isNull();
        assertThat(header("X-Drift-Timestamp")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 408, 429})
    void what_may_pass_is_tried_again(int answer) throws Exception {
        status = answer;
        assertThat(webhook(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("the webhook answered " + answer));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 404, 410, 422})
    void what_will_not_pass_fails_and_no_redirect_is_followed(int answer) throws Exception {
        status = answer;
        assertThat(webhook(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.Failed("the webhook answered " + answer));
        assertThat(bodies).hasSize(1);
    }

    @Test
    void a_receiver_that_is_away_is_tried_again_and_its_address_stays_secret() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ActionResult result = webhook(URI.create("http://127.0.0.1:" + port + "/?token=hidden"), null)
                .run(REQUEST);

        assertThat(result).isInstanceOf(ActionResult.TryAgain.class);
        assertThat(result.toString()).contains("ConnectException").doesNotContain("hidden");
    }

    @Test
    void a_receiver_that_never_ends_its_answer_is_given_up() throws Exception {
        slow = true;
        ActionResult result =
                new WebhookAction(url(), null, AllowedHosts.any(), () -> NOW, Duration.ofMillis(300)).run(REQUEST);

        assertThat(result).isEqualTo(new ActionResult.TryAgain("the webhook: no answer within 300 ms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org/x", "/mine", "mailto:a@example.org"})
    void an_address_that_is_none_is_refused_without_showing_it(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> webhook(URI.create(address), null))
                .withMessageContaining("DRIFT_WEBHOOK_URL")
                .withMessageNotContaining(address);
    }

    @Test
    void a_wait_that_the_receiver_asks_for_is_handed_on_in_seconds_or_as_a_date() throws Exception {
        status = 503;
        answerHeaders.put("Retry-After", "120");
        assertThat(webhook(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("the webhook answered 503", Duration.ofMinutes(2)));

        answerHeaders.put("Retry-After", "Sun, 01 Mar 2026 12:10:00 GMT");
        assertThat(webhook(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("the webhook answered 503", Duration.ofMinutes(10)));

        answerHeaders.put("Retry-After", "soon");
        assertThat(webhook(url(), null).run(REQUEST)).isEqualTo(new ActionResult.TryAgain("the webhook answered 503"));
    }

    @Test
    void an_answer_that_never_ends_is_cut_off_and_its_status_counts() throws Exception {
        status = 200;
        endless = true;
        ActionResult result =
                new WebhookAction(url(), null, AllowedHosts.any(), () -> NOW, Duration.ofMinutes(1)).run(REQUEST);

        assertThat(result).isEqualTo(new ActionResult.Succeeded());
    }

    @Test
    void a_receiver_that_says_it_is_at_it_is_asked_again_later() throws Exception {
        status = 202;
        assertThat(webhook(url(), null).run(REQUEST)).isEqualTo(new ActionResult.Succeeded());

        answerHeaders.put("X-Drift-State", "running");
        assertThat(webhook(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.Running("the receiver is at it", Duration.ofMinutes(10)));

        answerHeaders.put("Retry-After", "30");
        assertThat(webhook(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.Running("the receiver is at it", Duration.ofSeconds(30)));

        answerHeaders.put("Retry-After", "999999999");
        assertThat(webhook(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.Running("the receiver is at it", Duration.ofHours(1)));
    }

    @Test
    void a_host_that_is_not_allowed_is_refused_without_showing_the_address() {
        AllowedHosts allowed = AllowedHosts.parse("example.org, *.hooks.example.org, 127.0.0.1:8443");

        for (String refused : List.of(
                "https://elsewhere.org/?token=hidden",
                "https://example.org.evil.net/?token=hidden",
                "https://example.org:8443/?token=hidden",
                "https://example.org@evil.net/?token=hidden",
                "https://hooks.example.org/?token=hidden",
                "http://127.0.0.1/?token=hidden")) {
            assertThatIllegalArgumentException()
                    .as(refused)
                    .isThrownBy(() -> webhook(URI.create(refused), null, allowed))
                    .withMessageContaining("DRIFT_WEBHOOK_ALLOW")
                    .withMessageNotContaining("hidden");
        }
        for (String fine : List.of(
                "https://EXAMPLE.org/x",
                "https://a.hooks.example.org/x",
                "http://127.0.0.1:8443/",
                "http://example.org")) {
            assertThat(allowed.allows(URI.create(fine))).as(fine).isTrue();
        }
    }

    @Test
    void a_list_of_hosts_with_something_else_in_it_is_refused() {
        for (String wrong : List.of("https://example.org", "example.org/path", "a b", "*", "example.org,,b", "-x")) {
            assertThatIllegalArgumentException().as(wrong).isThrownBy(() -> AllowedHosts.parse(wrong));
        }
        assertThat(AllowedHosts.parse("[::1]:9000").allows(URI.create("http://[::1]:9000/")))
                .isTrue();
        assertThat(AllowedHosts.parse("[::1]").allows(URI.create("http://[::1]:9000/")))
                .isFalse();
    }
}
