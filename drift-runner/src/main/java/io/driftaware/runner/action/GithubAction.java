package io.driftaware.runner.action;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Starts workflows of a GitHub repository by an event of the kind {@code repository_dispatch}, whose {@code client_payload} is
 * the request as JSON. GitHub knows no idempotency key: where nobody knows whether an event arrived, the operator decides,
 * unless the settings say that the workflow itself acts once per key.
 */
public final class GithubAction implements DriftAction {
    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "github";

    /** GitHub's own address, for a setting that is not there. */
    static final String BASE = "https://api.github.com";

    private static final Duration CALL_LIMIT = Duration.ofSeconds(20);
    private static final int MOST_BYTES = 60_000;
    private static final Pattern REPOSITORY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}");
    private static final Pattern EVENT = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
    private static final int FORBIDDEN = 403;

    private final URI address;
    private final Settings settings;
    private final HttpPost http;

    /**
     * Where and as whom.
     *
     * @param base address of the API
     * @param repository OWNER/NAME
     * @param event the event's type, which a workflow names under {@code types}
     * @param token that may write to the repository's contents; never printed
     * @param repeatable whether the workflow acts once per key
     */
    record Settings(URI base, String repository, String event, String token, boolean repeatable) {
        Settings {
            checkedRepository(repository);
            checkedEvent(event);
            requireEncrypted(base);
            if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new IllegalArgumentException(
                        "DRIFT_GITHUB_TOKEN has a space, a line break or another character that"
                                + " no token has; set the token alone");
            }
        }

        /** A token must not be readable on the way. */
        private static void requireEncrypted(URI base) {
            String host = String.valueOf(base.getHost());
            boolean here = host.equals("localhost") || host.matches("127\\.[0-9.]+") || host.equals("[::1]");
            if (!here && !"https".equalsIgnoreCase(base.getScheme())) {
                throw new IllegalArgumentException("DRIFT_GITHUB_API=" + base.getScheme() + "://" + host
                        + "/... would send the token unencrypted; set an address with https");
            }
        }

        @Override
        public String toString() {
            return "Settings[" + repository + "]";
        }
    }

    GithubAction(Settings settings, InstantSource clock, Duration limit) {
        this.settings = settings;
        String base = settings.base().toString();
        this.address = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + "/repos/"
                + settings.repository() + "/dispatches");
        this.http = new HttpPost(limit, clock);
    }

    /** Finds the action by its name. */
    public static final class Provider implements DriftActionProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public DriftAction create(ActionContext context) {
            Map<String, String> given = context.settings();
            return new GithubAction(
                    new Settings(
                            URI.create(given.getOrDefault("DRIFT_GITHUB_API", BASE)),
                            required(given, "DRIFT_GITHUB_REPOSITORY"),
                            given.getOrDefault("DRIFT_GITHUB_EVENT", "drift"),
                            required(given, "DRIFT_GITHUB_TOKEN"),
                            given.getOrDefault("DRIFT_GITHUB_REPEATABLE", "off").equalsIgnoreCase("on")),
                    context.clock(),
                    CALL_LIMIT);
        }

        private static String required(Map<String, String> given, String name) {
            String value = given.getOrDefault(name, "");
            if (value.isEmpty()) {
                throw new IllegalArgumentException(
                        "DRIFT_ACTIONS names github, but " + name + " is not set; set it, or remove github");
            }
            return value;
        }
    }

    /** OWNER/NAME, checked. */
    public static String checkedRepository(String value) {
        if (!REPOSITORY.matcher(value).matches() || value.endsWith("/.") || value.endsWith("/..")) {
            throw new IllegalArgumentException("is no repository; set OWNER/NAME");
        }
        return value;
    }

    /** Type of an event, checked. */
    public static String checkedEvent(String value) {
        if (!EVENT.matcher(value).matches()) {
            throw new IllegalArgumentException("is no type of an event; set up to 100 letters, digits, dots, - and _");
        }
        return value;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean repeatable() {
        return settings.repeatable();
    }

    @Override
    public String target() {
        return "github " + settings.repository();
    }

    @Override
    public ActionResult run(ActionRequest request) throws InterruptedException {
        HttpPost.Outcome outcome = http.send(
                HttpRequest.newBuilder(address)
                        .header("Accept", "application/vnd.github+json")
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + settings.token())
                        .header("X-GitHub-Api-Version", "2022-11-28")
                        .header("User-Agent", "drift-aware"),
                body(request));
        if (outcome instanceof HttpPost.Outcome.Answered answered) {
            return judge(answered);
        }
        if (outcome instanceof HttpPost.Outcome.NotSent notSent) {
            return new ActionResult.TryAgain("GitHub " + notSent.kind());
        }
        return notKnown("GitHub: " + ((HttpPost.Outcome.NoAnswer) outcome).kind());
    }

    private byte[] body(ActionRequest request) {
        String whole = RequestJson.of(request);
        String payload = whole.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES
                ? whole
                : RequestJson.withoutPayload(request);
        return ("{\"event_type\":\"" + settings.event() + "\",\"client_payload\":" + payload + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private ActionResult judge(HttpPost.Outcome.Answered answer) {
        String error = "GitHub answered " + answer.status();
        if (answer.succeeded()) {
            return new ActionResult.Succeeded("dispatched to " + settings.repository());
        }
        if (answer.refusedForNow() || limited(answer)) {
            return new ActionResult.TryAgain(error, answer.retryAfter());
        }
        if (answer.status() >= 500) {
            return notKnown(error);
        }
        return new ActionResult.Failed(
                switch (answer.status()) {
                    case 401 -> error + ": DRIFT_GITHUB_TOKEN is not valid";
                    case 403, 404 ->
                        error + ": DRIFT_GITHUB_TOKEN may not write to " + settings.repository()
                                + ", or it is not there";
                    default -> error;
                });
    }

    /** GitHub says 403 for its limits too. */
    private static boolean limited(HttpPost.Outcome.Answered answer) {
        return answer.status() == FORBIDDEN
                && (answer.headers().firstValue("Retry-After").isPresent()
                        || answer.headers()
                                .firstValue("X-RateLimit-Remaining")
                                .filter("0"::equals)
                                .isPresent());
    }

    private ActionResult notKnown(String error) {
        return settings.repeatable() ? new ActionResult.TryAgain(error) : new ActionResult.Unknown(error);
    }
}
