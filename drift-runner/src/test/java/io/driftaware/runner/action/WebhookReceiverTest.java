package io.driftaware.runner.action;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.driftaware.runner.FixedClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The receiver that docs/actions.md shows (PagesTest compares them), and the monitor's webhook on the other side. */
class WebhookReceiverTest {
    private static final String SECRET = "a shared key of 16 or more";

    private static final String KEY = "00000000-0000-0000-0000-00000000002a";

    private final FixedClock time = new FixedClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return time.instant();
        }
    };
    private final byte[] secret = SECRET.getBytes(UTF_8);
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private volatile boolean fails;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            try {
                receive(exchange);
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void reindex(String json) {
        if (fails) {
            throw new IllegalStateException("not today");
        }
        done.add(json);
    }

    // snippet: receiver
    void receive(HttpExchange exchange) throws IOException, GeneralSecurityException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(1 << 20);
            String timestamp = exchange.getRequestHeaders().getFirst("X-Drift-Timestamp");
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            String signature = exchange.getRequestHeaders().getFirst("X-Drift-Signature");
            if (timestamp == null
                    || !timestamp.matches("[0-9]{1,12}")
                    || signature == null
                    || key == null
                    || !key.matches("[0-9a-f-]{36}")) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(("request." + timestamp + "." + key + ".").getBytes(UTF_8));
            String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
            // Not equals(): how long that takes tells how much is right.
            boolean ours = MessageDigest.isEqual(expected.getBytes(UTF_8), signature.getBytes(UTF_8));
            long age = Math.abs(clock.instant().getEpochSecond() - Long.parseLong(timestamp));
            if (!ours || age > 300) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            if (!seen.contains(key)) { // keep the keys in your database
                reindex(new String(body, UTF_8));
                seen.add(key); // after the work, in its transaction: what failed has to be done at the next attempt
            }
            exchange.sendResponseHeaders(204, -1);
        }
    }
    // end

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
    }

    private WebhookAction webhook(String key) {
        return new WebhookAction(url(), key, AllowedHosts.any(), time);
    }

    private static ActionRequest request() {
        return new ActionRequest("reindex", "embedding_drift", new UUID(0, 42), 1, "{\"text\": \"é\"}");
    }

    @Test
    void the_receiver_of_the_manual_takes_what_the_monitor_sends_and_acts_once() throws Exception {
        assertThat(webhook(SECRET).run(request())).isEqualTo(new ActionResult.Succeeded());
        time.advance(Duration.ofMinutes(30));
        assertThat(webhook(SECRET).run(request())).isEqualTo(new ActionResult.Succeeded());

        assertThat(done).containsExactly("{\"text\": \"é\"}");
    }

    @Test
    void it_refuses_another_key_no_key_and_what_was_recorded_and_sent_again_later() throws Exception {
        assertThat(webhook("another key of 16 or more").run(request()))
                .isEqualTo(new ActionResult.Failed("the webhook answered 401"));
        assertThat(new WebhookAction(url(), null, AllowedHosts.any(), time).run(request()))
                .isEqualTo(new ActionResult.Failed("the webhook answered 401"));

        String second = Long.toString(time.instant().getEpochSecond());
        byte[] body = "{}".getBytes(UTF_8);
        HttpRequest recorded = HttpRequest.newBuilder(url())
                .header("X-Drift-Timestamp", second)
                .header("X-Drift-Signature", new Signature(SECRET).of(Signature.Direction.REQUEST, second, KEY, body))
                .header("Idempotency-Key", KEY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        time.advance(Duration.ofSeconds(301));
        assertThat(HttpClient.newHttpClient()
                        .send(recorded, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(401);
        assertThat(done).isEmpty();
    }

    @Test
    void it_does_at_the_next_attempt_what_failed_at_the_first() throws Exception {
        fails = true;
        assertThat(webhook(SECRET).run(request())).isInstanceOf(ActionResult.TryAgain.class);
        fails = false;
        assertThat(webhook(SECRET).run(request())).isEqualTo(new ActionResult.Succeeded());

        assertThat(done).hasSize(1);
    }

    @Test
    void it_refuses_a_recorded_request_under_another_key_and_a_call_back() throws Exception {
        String second = Long.toString(time.instant().getEpochSecond());
        byte[] body = "{}".getBytes(UTF_8);
        Signature signature = new Signature(SECRET);
        String request = signature.of(Signature.Direction.REQUEST, second, KEY, body);
        String callBack = signature.of(Signature.Direction.CALL_BACK, second, KEY, body);

        assertThat(post(second, KEY.replace('a', 'b'), request, body)).isEqualTo(401);
        assertThat(post(second, KEY, callBack, body)).isEqualTo(401);
        assertThat(done).isEmpty();
        assertThat(post(second, KEY, request, body)).isEqualTo(204);
    }

    private int post(String second, String key, String signature, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url())
                .header("X-Drift-Timestamp", second)
                .header("X-Drift-Signature", signature)
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
