package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.Health;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MonitorServerTest {
    private static final Health READY =
            new Health(true, true, "ok", Optional.of(Instant.parse("2026-11-22T12:00:00Z")), Optional.empty());
    private static final Health FAILING =
            new Health(true, false, "failing", Optional.empty(), Optional.of("the password is \"wrong\""));

    private final CollectorRegistry registry = new CollectorRegistry();
    private final AtomicReference<Health> health = new AtomicReference<>(READY);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private MonitorServer server;

    @BeforeEach
    void start() throws IOException {
        server = MonitorServer.start("127.0.0.1", 0, registry, health::get);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("(none)");
    }

    @Test
    void metrics_are_served_as_text_unless_open_metrics_is_asked_for() throws Exception {
        Counter.build("requests_total", "Requests.").register(registry).inc(3);

        HttpResponse<String> text = send("GET", "/metrics");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(header(text, "content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text.body()).contains("# TYPE requests_total counter\nrequests_total 3.0\n");

        HttpResponse<String> open =
                send("GET", "/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertThat(header(open, "content-type"))
                .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(open.body()).contains("# TYPE requests counter\n").endsWith("# EOF\n");
    }

    @Test
    void metrics_can_be_asked_for_by_name() throws Exception {
        Gauge.build("wanted", "A.").register(registry).set(1);
        Gauge.build("other", "B.").register(registry).set(2);

        assertThat(send("GET", "/metrics?name%5B%5D=wanted").body())
                .contains("wanted 1.0")
                .doesNotContain("other");
        assertThat(send("GET", "/metrics?x=1").body()).contains("wanted 1.0", "other 2.0");
    }

    @Test
    void a_collector_that_throws_makes_an_error_page_and_the_server_lives_on() throws Exception {
        registry.register(new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                throw new IllegalStateException("geheim");
            }
        });

        assertThat(send("GET", "/metrics"))
                .returns(500, HttpResponse::statusCode)
                .satisfies(response -> assertThat(response.body()).doesNotContain("geheim"));
        assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void health_pages_follow_the_monitor_and_say_why() throws Exception {
        assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/healthz"))
                .returns(200, HttpResponse::statusCode)
                .returns(
                        "{\"live\":true,\"ready\":true,\"state\":\"ok\","
                                + "\"last_success\":\"2026-11-22T12:00:00Z\",\"last_error\":null,"
                                + "\"failed_streams\":[]}\n",
                        HttpResponse::body);

        health.set(new Health(
                true,
                true,
                "degraded",
                Optional.of(Instant.parse("2026-11-22T12:00:00Z")),
                Optional.empty(),
                List.of("refusals: reading failed: no space")));
        assertThat(send("GET", "/readyz"))
                .returns(200, HttpResponse::statusCode)
                .returns("degraded\nrefusals: reading failed: no space\n", HttpResponse::body);
        assertThat(send("GET", "/healthz").body())
                .contains("\"failed_streams\":[\"refusals: reading failed: no space\"]");

        health.set(FAILING);
        assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/readyz"))
                .returns(503, HttpResponse::statusCode)
                .returns("failing: the password is \"wrong\"\n", HttpResponse::body);
        assertThat(send("GET", "/healthz"))
                .returns(503, HttpResponse::statusCode)
                .satisfies(response ->
                        assertThat(response.body()).contains("\"last_error\":\"the password is \\\"wrong\\\"\""));

        health.set(new Health(false, false, "closed", Optional.empty(), Optional.empty()));
        assertThat(send("GET", "/livez"))
                .returns(503, HttpResponse::statusCode)
                .returns("closed\n", HttpResponse::body);
    }

    @Test
    void the_first_page_links_to_the_others_and_loads_nothing() throws Exception {
        HttpResponse<String> page = send("GET", "/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "content-security-policy")).startsWith("default-src 'none'");
        assertThat(page.body())
                .contains("href=\"/metrics\"", "href=\"/healthz\"", "href=\"/readyz\"", "href=\"/livez\"")
                .doesNotContain("http:", "https:", "<script", "<img", "<link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metric", "/metrics/", "/metricsx", "/livez/x", "/favicon.ico", "/..%2fetc"})
    void any_other_path_is_not_found(String path) throws Exception {
        assertThat(send("GET", path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
    void other_methods_are_not_allowed(String method) throws Exception {
        if (method.equals("TRACE")) {
            assertThat(raw("TRACE /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 405");
            return;
        }
        assertThat(send(method, "/metrics"))
                .returns(405, HttpResponse::statusCode)
                .returns("GET, HEAD", response -> header(response, "allow"));
    }

    @Test
    void head_answers_with_the_length_and_no_body() throws Exception {
        Gauge.build("one", "A.").register(registry).set(1);
        int length = send("GET", "/metrics").body().getBytes(StandardCharsets.UTF_8).length;

        assertThat(send("HEAD", "/metrics"))
                .returns(200, HttpResponse::statusCode)
                .returns(Integer.toString(length), response -> header(response, "content-length"))
                .returns("", HttpResponse::body);
        assertThat(send("HEAD", "/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void clients_that_send_half_a_request_do_not_keep_others_waiting() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                slow.add(socket);
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void a_port_in_use_is_an_error_that_names_it_and_the_setting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> MonitorServer.start("127.0.0.1", port, registry, health::get))
                    .isInstanceOf(IOException.class)
                    .hasMessage("port " + port + " is already in use; stop what listens there, or set PROMETHEUS_PORT"
                            + " to another port (0 takes a free one)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "no.such.host.invalid"})
    void an_address_of_another_machine_is_an_error_that_names_the_setting(String address) {
        assertThatThrownBy(() -> MonitorServer.start(address, 0, registry, health::get))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(address)
                .hasMessageContaining("DRIFT_BIND");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
