package io.driftaware.runner.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Sends answers: with the headers that every one has, compressed where that pays and the client takes it. */
final class Sending {
    private static final int WORTH_COMPRESSING = 1_400;
    private static final String NONE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";

    private Sending() {}

    static void send(HttpExchange exchange, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Content-Security-Policy", NONE);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cache-Control", "no-store");
        answer.headers().forEach(headers::set);
        String tag = answer.headers().get("ETag");
        if (tag != null && tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        byte[] body = answer.body();
        if (body.length >= WORTH_COMPRESSING && !answer.contentType().equals(Answer.TEXT)) {
            headers.set("Vary", "Accept-Encoding");
            if (takesGzip(exchange)) {
                body = compressed(body);
                headers.set("Content-Encoding", "gzip");
            }
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static boolean takesGzip(HttpExchange exchange) {
        List<String> accepted = exchange.getRequestHeaders().getOrDefault("Accept-encoding", List.of());
        for (String coding : String.join(",", accepted).toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = coding.strip().split(";");
            boolean refused = parts.length > 1 && parts[1].strip().matches("q=0(\\.0*)?");
            if (parts[0].strip().equals("gzip") && !refused) {
                return true;
            }
        }
        return false;
    }

    private static byte[] compressed(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 3);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }
}
