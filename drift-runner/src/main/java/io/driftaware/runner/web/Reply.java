package io.driftaware.runner.web;

import com.sun.net.httpserver.HttpExchange;
import io.driftaware.runner.openai.Json;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.view.ViewJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answer of the part of the API that changes something. */
record Reply(int status, String json) {
    private static final Logger log = LoggerFactory.getLogger(Reply.class);
    private static final int COME_AGAIN_SECONDS = 10;

    /** Makes one. */
    interface Maker {
        Reply make() throws IOException, SQLException;
    }

    static Reply of(int status, Map<String, ? extends @Nullable Object> body) {
        return new Reply(status, Json.write(body));
    }

    static Reply of(int status, Record view) {
        return new Reply(status, new String(ViewJson.bytes(view), StandardCharsets.UTF_8));
    }

    static Reply problem(int status, String error) {
        return of(status, Map.of("error", error));
    }

    static Reply wrongMethod(HttpExchange exchange, String right) {
        exchange.getResponseHeaders().set("Allow", right);
        return problem(405, "only " + right);
    }

    /**
     * Answers a request, whatever goes wrong in it.
     *
     * @param ready whether the database can be asked; until then whoever comes is told to come again
     */
    static void to(HttpExchange exchange, BooleanSupplier ready, Maker maker) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Reply reply;
            try {
                reply = ready.getAsBoolean() ? maker.make() : problem(503, "the monitor starts: come again");
            } catch (SQLException e) {
                log.debug("{} could not be answered", path, e);
                reply = problem(503, DatabaseErrors.describe(e));
            } catch (RuntimeException e) {
                log.warn("{} could not be answered", path, e);
                reply = problem(500, "this could not be answered; the log says why");
            }
            reply.send(exchange);
        }
    }

    private void send(HttpExchange exchange) throws IOException {
        byte[] body = (json + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (status == 503) {
            exchange.getResponseHeaders().set("Retry-After", Integer.toString(COME_AGAIN_SECONDS));
        }
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
