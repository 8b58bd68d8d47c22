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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
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

    private HttpServer server;
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
            if (slow) {
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
        ActionResult result = new WebhookAction(url(), "secret").run(REQUEST);

        assertThat(result).isInstanceOf(ActionResult.Succeeded.class);
        assertThat(bodies).containsExactly(REQUEST.payload());
        assertThat(exchanges.get(0).getRequestMethod()).isEqualTo("POST");
        assertThat(header("Content-Type")).isEqualTo("application/json");
        assertThat(header("Idempotency-Key")).isEqualTo("00000000-0000-0000-0000-00000000002a");
        // printf '{"kind": "retrain", "text": "é"}' | openssl dgst -sha256 -hmac secret
        assertThat(header("X-Drift-Signature"))
                .isEqualTo("sha256=759ef42ce3dafaaebcd33c4e04a27924ea450008f8b27d321ec7d7973191ffc0");
    }

    @Test
    void without_a_secret_there_is_no_signature() throws Exception {
        new WebhookAction(url(), null).run(REQUEST);

        assertThat(header("X-Drift-Signature")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 408, 429})
    void what_may_pass_is_tried_again(int answer) throws Exception {
        status = answer;
        assertThat(new WebhookAction(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.TryAgain("the webhook answered " + answer));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 401, 404, 410, 422})
    void what_will_not_pass_fails_and_no_redirect_is_followed(int answer) throws Exception {
        status = answer;
        assertThat(new WebhookAction(url(), null).run(REQUEST))
                .isEqualTo(new ActionResult.Failed("the webhook answered " + answer));
        assertThat(bodies).hasSize(1);
    }

    @Test
    void a_receiver_that_is_away_is_tried_again_and_its_address_stays_secret() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ActionResult result =
                new WebhookAction(URI.create("http://127.0.0.1:" + port + "/?token=hidden"), null).run(REQUEST);

        assertThat(result).isInstanceOf(ActionResult.TryAgain.class);
        assertThat(result.toString()).contains("ConnectException").doesNotContain("hidden");
    }

    @Test
    void a_receiver_that_never_ends_its_answer_is_given_up() throws Exception {
        slow = true;
        ActionResult result = new WebhookAction(url(), null, Duration.ofMillis(300)).run(REQUEST);

        assertThat(result).isEqualTo(new ActionResult.TryAgain("the webhook did not answer within 300 ms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://example.org/x", "/mine", "mailto:a@example.org"})
    void an_address_that_is_none_is_refused_without_showing_it(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookAction(URI.create(address), null))
                .withMessageContaining("DRIFT_WEBHOOK_URL")
                .withMessageNotContaining(address);
    }
}
