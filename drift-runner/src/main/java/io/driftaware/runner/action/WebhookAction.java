package io.driftaware.runner.action;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Posts the request's payload as JSON. {@code Idempotency-Key} is the same at every attempt; with a secret,
 * {@code X-Drift-Signature} is {@code sha256=} and the hex HMAC-SHA256 of the body. A status of 2xx is success; 408,
 * 425, 429, 5xx and network failures are tried again; anything else fails. Redirects are not followed.
 */
public final class WebhookAction implements DriftAction {
    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "webhook";

    private static final String ALGORITHM = "HmacSHA256";
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final URI url;
    private final byte @Nullable [] secret;
    private final Duration limit;
    private final HttpClient client;

    /**
     * A webhook that gives up an attempt after 10 seconds.
     *
     * @param url http or https; never logged, since it may hold a secret
     * @param secret key of the signature, null for none
     */
    public WebhookAction(URI url, @Nullable String secret) {
        this(url, secret, Duration.ofSeconds(10));
    }

    WebhookAction(URI url, @Nullable String secret, Duration limit) {
        String scheme = url.getScheme();
        if (url.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            throw new IllegalArgumentException("DRIFT_WEBHOOK_URL must be an address such as https://example.org/hook");
        }
        this.url = url;
        this.secret = secret == null ? null : secret.getBytes(StandardCharsets.UTF_8);
        this.limit = limit;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_LIMIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ActionResult run(ActionRequest request) throws InterruptedException, GeneralSecurityException {
        byte[] body = request.payload().getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder post = HttpRequest.newBuilder(url)
                .timeout(limit)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", request.idempotencyKey().toString())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (secret != null) {
            post.header("X-Drift-Signature", "sha256=" + signature(secret, body));
        }
        // The request's own time-out ends with the headers; the wait bounds a slow body as well.
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(post.build(), HttpResponse.BodyHandlers.discarding());
        try {
            return judge(answer.get(limit.toMillis(), TimeUnit.MILLISECONDS).statusCode());
        } catch (TimeoutException e) {
            return new ActionResult.TryAgain("the webhook did not answer within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            return new ActionResult.TryAgain("the webhook could not be reached: " + name(e.getCause()));
        } finally {
            answer.cancel(true);
        }
    }

    private static ActionResult judge(int status) {
        if (status >= 200 && status < 300) {
            return new ActionResult.Succeeded();
        }
        String error = "the webhook answered " + status;
        boolean mayPass = status >= 500 || status == 408 || status == 425 || status == 429;
        return mayPass ? new ActionResult.TryAgain(error) : new ActionResult.Failed(error);
    }

    /** The kind of failure: its message could hold the address. */
    private static String name(@Nullable Throwable cause) {
        return cause instanceof IOException ? cause.getClass().getSimpleName() : "unexpected failure";
    }

    private static String signature(byte[] secret, byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(secret, ALGORITHM));
        return HexFormat.of().formatHex(mac.doFinal(body));
    }
}
