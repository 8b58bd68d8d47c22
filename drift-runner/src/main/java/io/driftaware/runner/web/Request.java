package io.driftaware.runner.web;

import com.sun.net.httpserver.HttpExchange;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an answer of the API may depend on.
 *
 * @param path decoded
 * @param query parameters by name, the last of each; a request with too long a query has none
 * @param queryTooLong whether the query was not looked at
 * @param token that was given, null without one
 * @param fromThisMachine whether the caller seems to sit at this machine: loopback, by a loopback name, and no sign of a proxy
 */
record Request(
        String path, Map<String, String> query, boolean queryTooLong, @Nullable String token, boolean fromThisMachine) {
    private static final int LONGEST_QUERY = 1_000;
    private static final String BEARER = "bearer ";
    private static final Set<String> PROXIED = Set.of("Forwarded", "X-forwarded-for", "X-real-ip", "Via");
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    static Request of(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getRawQuery();
        boolean tooLong = query != null && query.length() > LONGEST_QUERY;
        return new Request(
                path == null ? "" : path,
                query == null || tooLong ? Map.of() : parameters(query),
                tooLong,
                token(exchange),
                fromThisMachine(exchange));
    }

    /** Path and parameters in one text; of no two that differ the same one. */
    String key() {
        StringBuilder key = new StringBuilder(path).append('\n');
        query.forEach((name, value) -> key.append(name.length())
                .append(':')
                .append(name)
                .append(value.length())
                .append(':')
                .append(value));
        return key.toString();
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static @Nullable String token(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)
                ? null
                : header.substring(BEARER.length()).strip();
    }

    /**
     * A page of somebody else's whose host name leads here (DNS rebinding) has that name in Host. A proxy on this machine makes
     * everybody's requests come from loopback: it is known by its headers, and many by HTTP/1.0, which no browser speaks. One
     * that forwards bytes, or rewrites Host and adds no header, cannot be told from a browser here: that takes a token.
     */
    private static boolean fromThisMachine(HttpExchange exchange) {
        InetAddress caller = exchange.getRemoteAddress().getAddress();
        String host = exchange.getRequestHeaders().getFirst("Host");
        boolean proxied = exchange.getProtocol().equals("HTTP/1.0")
                || PROXIED.stream().anyMatch(exchange.getRequestHeaders()::containsKey);
        return caller != null
                && caller.isLoopbackAddress()
                && !proxied
                && host != null
                && LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", ""));
    }
}
