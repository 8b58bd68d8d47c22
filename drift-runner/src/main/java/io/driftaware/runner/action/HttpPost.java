package io.driftaware.runner.action;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * One bounded POST: no redirect is followed, of the answer's body no more than 64 kB is taken and nothing kept, and the whole
 * of it ends at a limit. What goes wrong is told by its kind alone, since messages can hold addresses and headers.
 */
final class HttpPost {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 64 << 10;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Duration limit;
    private final InstantSource clock;

    HttpPost(Duration limit, InstantSource clock) {
        this.limit = limit;
        this.clock = clock;
    }

    /** How it ended. */
    sealed interface Outcome {
        /**
         * There was an answer.
         *
         * @param retryAfter how long it asks to wait, zero if it does not
         */
        record Answered(int status, HttpHeaders headers, Duration retryAfter) implements Outcome {
            boolean succeeded() {
                return status >= 200 && status < 300;
            }

            /** The receiver said that it did nothing, and may do it later. */
            boolean refusedForNow() {
                return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
            }
        }

        /** The request did not leave: nothing can have come of it. */
        record NotSent(String kind) implements Outcome {}

        /** It left, and nobody knows what came of it. */
        record NoAnswer(String kind) implements Outcome {}
    }

    Outcome send(HttpRequest.Builder request, byte[] body) throws InterruptedException {
        HttpRequest post = request.timeout(limit)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        // The request's own time-out ends with the headers; the wait bounds a slow body as well.
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(post, head -> new Swallow());
        try {
            HttpResponse<Void> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Outcome.Answered(response.statusCode(), response.headers(), retryAfter(response.headers()));
        } catch (TimeoutException e) {
            return new Outcome.NoAnswer("no answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            return failure(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private Outcome failure(@Nullable Throwable cause) {
        if (cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof SSLHandshakeException) {
            return new Outcome.NotSent(
                    "could not be reached: " + cause.getClass().getSimpleName());
        }
        if (cause instanceof java.net.http.HttpTimeoutException) {
            return new Outcome.NoAnswer("no answer within " + limit.toMillis() + " ms");
        }
        return new Outcome.NoAnswer("the connection broke: "
                + (cause instanceof IOException ? cause.getClass().getSimpleName() : "unexpected failure"));
    }

    /** Seconds, or a date; anything else asks for nothing. */
    private Duration retryAfter(HttpHeaders headers) {
        String asked = headers.firstValue("Retry-After").orElse("").strip();
        if (asked.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(asked));
        }
        try {
            Duration wait =
                    Duration.between(clock.instant(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(asked, Instant::from));
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    /** Takes a body that nobody reads; one that goes on and on is cut off. */
    private static final class Swallow implements HttpResponse.BodySubscriber<Void> {
        private final CompletableFuture<Void> body = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;
        private long bytes;

        @Override
        public CompletionStage<Void> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription coming) {
            subscription = coming;
            coming.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> parts) {
            parts.forEach(part -> bytes += part.remaining());
            if (bytes > MOST_BYTES && subscription != null) {
                subscription.cancel();
                body.complete(null);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(null);
        }
    }
}
