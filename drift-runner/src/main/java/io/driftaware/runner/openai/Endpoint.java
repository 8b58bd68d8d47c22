package io.driftaware.runner.openai;

import io.driftaware.runner.openai.OpenAiException.Kind;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One server over HTTP: requests with the key, answers bounded in time and size, no redirect. */
final class Endpoint {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private final String base;
    private final @Nullable String key;
    private final Duration limit;
    private final int mostBytes;
    private final HttpClient http;

    /** As {@link OpenAiClient#OpenAiClient}. */
    Endpoint(URI base, @Nullable String key, Duration limit, int mostBytes) {
        if (key != null) {
            check(key);
        }
        String text = base.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.key = key;
        this.limit = limit;
        this.mostBytes = mostBytes;
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_LIMIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** The HTTP client would refuse it too, and show it in its message. */
    private static void check(String key) {
        for (int i = 0; i < key.length(); i++) {
            char one = key.charAt(i);
            if (one <= ' ' || one > '~') {
                throw new IllegalArgumentException("OPENAI_API_KEY has a "
                        + (one == '\n' || one == '\r'
                                ? "line break"
                                : one == ' ' ? "space" : String.format(Locale.ROOT, "character U+%04X", (int) one))
                        + " at position " + (i + 1) + " of " + key.length()
                        + ": give the key alone, on one line and without quotes");
            }
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException("OPENAI_API_KEY is empty: set it, or leave it out");
        }
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(limit);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request;
    }

    HttpRequest.Builder json(String path, Map<String, ? extends @Nullable Object> body) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(Json.write(body)));
    }

    /**
     * Sends it and waits for the whole answer.
     *
     * @return the body of an answer of success
     * @throws OpenAiException for any other answer, for none, and for one that is too long
     */
    byte[] send(HttpRequest.Builder request) throws OpenAiException, InterruptedException {
        // The request's own time-out ends with the headers; the wait bounds a slow body as well.
        CompletableFuture<HttpResponse<byte[]>> coming =
                http.sendAsync(request.build(), information -> new BoundedBody(mostBytes));
        try {
            HttpResponse<byte[]> answer = coming.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() / 100 == 2) {
                return answer.body();
            }
            throw Refusal.of(answer);
        } catch (TimeoutException e) {
            throw Refusal.later(0, "the server gave no answer within " + limit.toSeconds() + " s", Duration.ZERO);
        } catch (ExecutionException e) {
            // Its message could hold the address.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof BoundedBody.TooLong) {
                throw new OpenAiException(
                        Kind.SETTINGS, 0, "the answer is longer than " + mostBytes + " bytes", Duration.ZERO);
            }
            throw Refusal.later(
                    0, "the server could not be read: " + cause.getClass().getSimpleName(), Duration.ZERO);
        } finally {
            coming.cancel(true);
        }
    }
}
