package io.driftaware.runner.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.driftaware.runner.Health;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers each path; whatever goes wrong in making an answer is a 500 with one line, and the server lives on. */
final class Pages implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(Pages.class);
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";

    private static final String LINKS =
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Drift-Aware</title></head>
            <body>
            <h1>Drift-Aware monitor</h1>
            <ul>
            <li><a href="/metrics">/metrics</a>: for Prometheus</li>
            <li><a href="/healthz">/healthz</a>: state, as JSON</li>
            <li><a href="/readyz">/readyz</a>: whether the last check succeeded</li>
            <li><a href="/livez">/livez</a>: whether the process is alive</li>
            </ul>
            </body>
            </html>
            """;

    private record Answer(int status, String contentType, String body) {}

    private final CollectorRegistry registry;
    private final Supplier<Health> health;
    private final JsonFactory json = new JsonFactory();

    Pages(CollectorRegistry registry, Supplier<Health> health) {
        this.registry = registry;
        this.health = health;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                send(exchange, new Answer(405, TEXT, "only GET and HEAD\n"));
                return;
            }
            send(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        try {
            return switch (path == null ? "" : path) {
                case "/" -> new Answer(200, HTML, LINKS);
                case "/metrics" -> metrics(exchange);
                case "/livez" -> livez(health.get());
                case "/readyz" -> readyz(health.get());
                case "/healthz" -> healthz(health.get());
                default -> new Answer(404, TEXT, "no such page; / lists what is here\n");
            };
        } catch (IOException | RuntimeException e) {
            log.warn("{} could not be answered: {}", path, e.toString(), e);
            return new Answer(500, TEXT, "this page could not be made; the log says why\n");
        }
    }

    private Answer metrics(HttpExchange exchange) throws IOException {
        String contentType =
                TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
        StringWriter body = new StringWriter(4096);
        Set<String> names = names(exchange.getRequestURI().getRawQuery());
        TextFormat.writeFormat(contentType, body, registry.filteredMetricFamilySamples(names));
        return new Answer(200, contentType, body.toString());
    }

    // Prometheus' own filter: /metrics?name[]=A&name[]=B; no name means every metric.
    private static Set<String> names(@Nullable String query) {
        Set<String> names = new LinkedHashSet<>();
        if (query != null) {
            for (String pair : query.split("&")) {
                String decoded = decoded(pair);
                if (decoded.startsWith("name[]=")) {
                    names.add(decoded.substring("name[]=".length()));
                }
            }
        }
        return names;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static Answer livez(Health now) {
        return now.live() ? new Answer(200, TEXT, "ok\n") : new Answer(503, TEXT, why(now));
    }

    private static Answer readyz(Health now) {
        return new Answer(now.ready() ? 200 : 503, TEXT, why(now));
    }

    private static String why(Health now) {
        StringBuilder lines = new StringBuilder(now.state());
        now.lastError().ifPresent(error -> lines.append(": ").append(error));
        now.failedStreams().forEach(stream -> lines.append('\n').append(stream));
        return lines.append('\n').toString();
    }

    private Answer healthz(Health now) throws IOException {
        StringWriter body = new StringWriter();
        try (JsonGenerator out = json.createGenerator(body)) {
            out.writeStartObject();
            out.writeBooleanField("live", now.live());
            out.writeBooleanField("ready", now.ready());
            out.writeStringField("state", now.state());
            out.writeStringField(
                    "last_success", now.lastSuccess().map(Instant::toString).orElse(null));
            out.writeStringField("last_error", now.lastError().orElse(null));
            out.writeArrayFieldStart("failed_streams");
            for (String stream : now.failedStreams()) {
                out.writeString(stream);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return new Answer(now.live() && now.ready() ? 200 : 503, JSON, body + "\n");
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
