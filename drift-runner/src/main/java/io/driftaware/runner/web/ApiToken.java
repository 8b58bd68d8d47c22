package io.driftaware.runner.web;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The token that lets somebody decide. It is never kept by a browser as a cookie is, so a page of somebody else's cannot use it;
 * such a page's requests are refused all the same, where the browser says whose they are.
 */
final class ApiToken {
    /** What browsers say of a request of the page itself, and of an address that was typed. */
    private static final Set<String> OWN_PAGE = Set.of("same-origin", "none");

    private final byte @Nullable [] hash;

    /** @param token null for nobody */
    ApiToken(@Nullable String token) {
        this.hash = token == null ? null : hash(token);
    }

    boolean isSet() {
        return hash != null;
    }

    /**
     * Why a request is not let in; empty if it is. Both tokens are hashed first, so that the time of the comparison tells neither
     * content nor length.
     */
    Optional<Reply> refusal(HttpExchange exchange) {
        if (hash == null) {
            return Optional.of(Reply.problem(403, "this is switched off: set DRIFT_API_TOKEN or DRIFT_API_TOKEN_FILE"));
        }
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        if (site != null && !OWN_PAGE.contains(site)) {
            return Optional.of(Reply.problem(403, "a page of another address asks for this: open the monitor's own"));
        }
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        boolean bearer = given != null && given.regionMatches(true, 0, "Bearer ", 0, 7);
        if (bearer && MessageDigest.isEqual(hash, hash(given.substring(7).strip()))) {
            return Optional.empty();
        }
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        return Optional.of(Reply.problem(401, "send the token of DRIFT_API_TOKEN: Authorization: Bearer TOKEN"));
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256, which every JVM has to have", e);
        }
    }
}
