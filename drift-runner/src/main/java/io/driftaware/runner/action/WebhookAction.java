package io.driftaware.runner.action;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Posts the request's payload as JSON. {@code Idempotency-Key} is the same at every attempt; with a secret, {@code
 * X-Drift-Timestamp} and {@code X-Drift-Signature} are as in {@link Signature}. A status of 2xx is success, unless the answer
 * says {@code X-Drift-State: running}: then the receiver is asked again later with the same key, or calls back. 408, 425, 429,
 * 5xx and network failures are tried again, no earlier than Retry-After says; anything else fails. Redirects are not followed.
 */
public final class WebhookAction implements DriftAction {
    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "webhook";

    /** Header by which a receiver says that it is at it. */
    public static final String STATE_HEADER = "X-Drift-State";

    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMinutes(10);
    private static final Duration LONGEST_BETWEEN = Duration.ofHours(1);

    private final URI url;
    private final @Nullable Signature signature;
    private final InstantSource clock;
    private final HttpPost http;

    /**
     * A webhook that gives up an attempt after 10 seconds.
     *
     * @param url http or https; never logged, since it may hold a secret
     * @param secret key of the signature, null for none
     * @param allowed hosts that it may be at
     * @param clock dates the requests
     * @throws IllegalArgumentException if the address cannot be used; the message does not show it
     */
    public WebhookAction(URI url, @Nullable String secret, AllowedHosts allowed, InstantSource clock) {
        this(url, secret, allowed, clock, CALL_LIMIT);
    }

    WebhookAction(URI url, @Nullable String secret, AllowedHosts allowed, InstantSource clock, Duration limit) {
        String scheme = url.getScheme();
        if (url.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            throw new IllegalArgumentException("DRIFT_WEBHOOK_URL must be an address such as https://example.org/hook");
        }
        if (!allowed.allows(url)) {
            throw new IllegalArgumentException("DRIFT_WEBHOOK_URL is at a host or port that DRIFT_WEBHOOK_ALLOW="
                    + allowed + " does not name; add it there, or correct the address");
        }
        this.url = url;
        this.signature = secret == null ? null : new Signature(secret);
        this.clock = clock;
        this.http = new HttpPost(limit, clock);
    }

    @Override
    public boolean heldIfInVain() {
        return false;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ActionResult run(ActionRequest request) throws InterruptedException {
        byte[] body = request.payload().getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder post = HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", request.idempotencyKey().toString());
        String second = Long.toString(clock.instant().getEpochSecond());
        if (signature != null) {
            post.header(Signature.TIMESTAMP_HEADER, second).header(Signature.HEADER, signature.of(second, body));
        }
        HttpPost.Outcome outcome = http.send(post, body);
        if (outcome instanceof HttpPost.Outcome.Answered answered) {
            return judge(answered);
        }
        return new ActionResult.TryAgain(
                outcome instanceof HttpPost.Outcome.NotSent notSent
                        ? "the webhook " + notSent.kind()
                        : "the webhook: " + ((HttpPost.Outcome.NoAnswer) outcome).kind());
    }

    private static ActionResult judge(HttpPost.Outcome.Answered answer) {
        int status = answer.status();
        String state = answer.headers().firstValue(STATE_HEADER).orElse("").strip();
        if (answer.succeeded() && state.toLowerCase(Locale.ROOT).equals("running")) {
            Duration asked = answer.retryAfter().isZero() ? BETWEEN_QUESTIONS : answer.retryAfter();
            return new ActionResult.Running(
                    "the receiver is at it", asked.compareTo(LONGEST_BETWEEN) < 0 ? asked : LONGEST_BETWEEN);
        }
        if (answer.succeeded()) {
            return new ActionResult.Succeeded();
        }
        String error = "the webhook answered " + status;
        boolean mayPass = status >= 500 || status == 408 || status == 425 || status == 429;
        return mayPass ? new ActionResult.TryAgain(error, answer.retryAfter()) : new ActionResult.Failed(error);
    }
}
