package io.driftaware.runner.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.driftaware.runner.Health;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers each path; whatever goes wrong in making an answer is a 500 with one line, and the server lives on. */
final class Pages implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(Pages.class);

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

    private final CollectorRegistry registry;
    private final Supplier<Health> health;
    private final @Nullable ApiV1 api;
    private final @Nullable Assets assets;
    private final JsonFactory json = new JsonFactory();

    /**
     * @param dashboard null for none: the first page then lists the others
     * @param nanoTime by which the answers of the API grow old
     */
    Pages(CollectorRegistry registry, Supplier<Health> health, @Nullable Dashboard dashboard, LongSupplier nanoTime) {
        this.registry = registry;
        this.health = health;
        this.api = dashboard == null ? null : new ApiV1(dashboard, nanoTime);
        this.assets = dashboard == null ? null : new Assets();
    }

    /** From here on. */
    void baselinesCanBeAccepted() {
        if (api != null) {
            api.baselinesCanBeAccepted();
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                Sending.send(exchange, Answer.of(405, Answer.TEXT, "only GET and HEAD\n"));
                return;
            }
            Sending.send(exchange, answer(exchange));
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        try {
            if (api != null && path != null && path.startsWith(ApiV1.PREFIX)) {
                return api.answer(Request.of(exchange));
            }
            Answer asset = assets == null || path == null ? null : assets.get(path);
            if (asset != null) {
                return asset;
            }
            return switch (path == null ? "" : path) {
                case "/" -> Answer.of(200, Answer.HTML, LINKS);
                case "/metrics" -> metrics(exchange);
                case "/livez" -> livez(health.get());
                case "/readyz" -> readyz(health.get());
                case "/healthz" -> healthz(health.get());
                default -> Answer.of(404, Answer.TEXT, "no such page; / lists what is here\n");
            };
        } catch (IOException | RuntimeException e) {
            log.warn("{} could not be answered: {}", path, e.toString(), e);
            return Answer.of(500, Answer.TEXT, "this page could not be made; the log says why\n");
        }
    }

    private Answer metrics(HttpExchange exchange) throws IOException {
        String contentType =
                TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
        StringWriter body = new StringWriter(4096);
        Set<String> names = names(exchange.getRequestURI().getRawQuery());
        TextFormat.writeFormat(contentType, body, registry.filteredMetricFamilySamples(names));
        return Answer.of(200, contentType, body.toString());
    }

    // Prometheus' own filter: /metrics?name[]=A&name[]=B; no name means every metric.
    private static Set<String> names(@Nullable String query) {
        Set<String> names = new LinkedHashSet<>();
        if (query != null) {
            for (String pair : query.split("&")) {
                String decoded = Request.decoded(pair);
                if (decoded.startsWith("name[]=")) {
                    names.add(decoded.substring("name[]=".length()));
                }
            }
        }
        return names;
    }

    private static Answer livez(Health now) {
        return now.live() ? Answer.of(200, Answer.TEXT, "ok\n") : Answer.of(503, Answer.TEXT, why(now));
    }

    private static Answer readyz(Health now) {
        return Answer.of(now.ready() ? 200 : 503, Answer.TEXT, why(now));
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
        return Answer.of(now.live() && now.ready() ? 200 : 503, Answer.JSON, body + "\n");
    }
}
