package io.driftaware.runner.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.driftaware.runner.Acceptance;
import io.driftaware.runner.BaselineAdmin;
import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.RolledUpStretchException;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.AcceptedBaseline;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepting a baseline over HTTP, under {@value #PATH}: {@code POST accept} of a stretch of time, {@code POST ID/accept} of a
 * candidate or a retired one, with the bearer token, and off without one. It is what the command {@code baseline accept} does.
 *
 * <p>One is at work at a time. It may take longer than a request should, and then goes on by itself: whoever asks for the same
 * meanwhile is told of the same work, so a second click does nothing twice. Each request names the baseline that was in use when it was
 * decided, and changes nothing if another one is by now.
 */
public final class BaselinesApi implements HttpHandler {
    /** Where it is served. */
    public static final String PATH = "/api/v1/baselines/";

    private static final Logger log = LoggerFactory.getLogger(BaselinesApi.class);
    private static final Pattern STEP = Pattern.compile("(?:([0-9]{1,18})/)?accept");
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final BaselineAdmin admin;
    private final ApiToken token;
    private final BooleanSupplier ready;
    private final Duration patience;
    private final AtomicReference<@Nullable Work> underWay = new AtomicReference<>();

    /**
     * The baselines of a database.
     *
     * @param token that lets somebody decide; null for nobody
     */
    public BaselinesApi(BaselineAdmin admin, @Nullable String token) {
        this(admin, token, () -> true);
    }

    /**
     * The same, where the database may not be ready yet.
     *
     * @param ready whether it can be asked; until then whoever comes is told to come again
     */
    public BaselinesApi(BaselineAdmin admin, @Nullable String token, BooleanSupplier ready) {
        this(admin, token, ready, PATIENCE);
    }

    BaselinesApi(BaselineAdmin admin, @Nullable String token, BooleanSupplier ready, Duration patience) {
        this.admin = admin;
        this.token = new ApiToken(token);
        this.ready = ready;
        this.patience = patience;
    }

    private record Work(String request, CompletableFuture<Optional<Acceptance>> outcome) {}

    /** Whether there is a token, so that somebody can be let in. */
    boolean isOn() {
        return token.isSet();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Reply.to(exchange, ready, () -> reply(exchange));
    }

    private Reply reply(HttpExchange exchange) throws SQLException {
        Matcher step =
                STEP.matcher(String.valueOf(exchange.getRequestURI().getPath()).substring(PATH.length()));
        if (!step.matches()) {
            return Reply.problem(404, "there is nothing here");
        }
        Optional<Reply> refusal = token.refusal(exchange);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            return Reply.wrongMethod(exchange, "POST");
        }
        Request request = Request.of(exchange);
        if (request.queryTooLong()) {
            return Reply.problem(400, "the query of this address is too long");
        }
        try {
            return outcome(request.key(), step.group(1) == null ? stretch(request) : one(request, step.group(1)));
        } catch (IllegalArgumentException e) {
            return Reply.problem(400, String.valueOf(e.getMessage()));
        }
    }

    private Supplier<Optional<Acceptance>> one(Request request, String id) {
        BaselineAdmin.Seen seen = seen(request);
        return () -> admin.accept(Long.parseLong(id), seen);
    }

    private Supplier<Optional<Acceptance>> stretch(Request request) {
        BaselineAdmin.Seen seen = seen(request);
        String stream = request.parameter("stream").orElse("");
        if (Arrays.stream(WatchedStream.values()).noneMatch(one -> one.label().equals(stream))) {
            throw new IllegalArgumentException("stream is none of "
                    + Arrays.stream(WatchedStream.values())
                            .map(WatchedStream::label)
                            .collect(Collectors.joining(", ")));
        }
        // As the database keeps them: what is empty there is empty here.
        Instant from = instant(request, "from").truncatedTo(ChronoUnit.MICROS);
        Instant to = instant(request, "to").truncatedTo(ChronoUnit.MICROS);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("from " + from + " is not before to " + to);
        }
        return () -> Optional.of(admin.accept(stream, from, to, seen));
    }

    private static BaselineAdmin.Seen seen(Request request) {
        String seen = request.parameter("replaces").orElse("");
        if (seen.equals("none")) {
            return new BaselineAdmin.Seen(null);
        }
        if (!seen.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(
                    "replaces is neither the number of the baseline that is in use now, nor none");
        }
        return new BaselineAdmin.Seen(Long.parseLong(seen));
    }

    private static Instant instant(Request request, String name) {
        try {
            Instant instant = Instant.parse(request.parameter(name).orElse(""));
            if (instant.getEpochSecond() >= 0 && instant.getEpochSecond() < 1L << 35) {
                return instant;
            }
        } catch (DateTimeParseException e) {
            // As one that is out of range.
        }
        throw new IllegalArgumentException(name + " is no time such as 2026-01-31T12:00:00Z");
    }

    private Reply outcome(String request, Supplier<Optional<Acceptance>> step) throws SQLException {
        Work own = new Work(request, new CompletableFuture<>());
        Work other = underWay.compareAndExchange(null, own);
        if (other == null) {
            Thread thread = new Thread(() -> work(own, step), "drift-baseline");
            thread.setDaemon(true);
            try {
                thread.start();
            } catch (Error e) {
                // No more threads: the next request may find one.
                finished();
                throw e;
            }
        } else if (!other.request().equals(request)) {
            return Reply.problem(409, "another baseline is being accepted: try again when it is");
        }
        try {
            return (other == null ? own : other)
                    .outcome()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .map(acceptance -> Reply.of(200, AcceptedBaseline.of(acceptance)))
                    .orElseGet(() -> Reply.problem(404, "there is no baseline of this number"));
        } catch (TimeoutException e) {
            return Reply.of(202, AcceptedBaseline.Working.NOW);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Reply.problem(503, "the monitor stops");
        } catch (ExecutionException e) {
            return refused(e.getCause());
        }
    }

    private void work(Work work, Supplier<Optional<Acceptance>> step) {
        try {
            Optional<Acceptance> done = step.get();
            done.filter(acceptance -> !acceptance.already())
                    .map(Acceptance::baseline)
                    .ifPresent(baseline -> log.info(
                            "baseline {} of {} is in use now, by the API",
                            baseline.id(),
                            baseline.stream().label()));
            finished();
            work.outcome().complete(done);
        } catch (RuntimeException | Error e) {
            log.info("no baseline was accepted by the API: {}", e.getMessage());
            finished();
            work.outcome().completeExceptionally(e);
        }
    }

    /** Before the outcome is told: whoever is told may ask for the next. */
    private void finished() {
        underWay.set(null);
    }

    private static Reply refused(@Nullable Throwable cause) throws SQLException {
        if (cause instanceof DriftMonitorException e && e.getCause() instanceof SQLException sql) {
            throw sql;
        }
        if (cause instanceof DriftMonitorException || cause instanceof RolledUpStretchException) {
            return Reply.problem(409, String.valueOf(cause.getMessage()));
        }
        throw new IllegalStateException("a baseline could not be accepted", cause);
    }
}
