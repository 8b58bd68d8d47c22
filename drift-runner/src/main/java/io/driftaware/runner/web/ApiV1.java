package io.driftaware.runner.web;

import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.OpenApi;
import io.driftaware.runner.view.ViewJson;
import io.driftaware.runner.view.Views;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The read-only JSON API. At most {@value #READING} requests read the database at once and {@value #INSIDE} are let in at all,
 * so that however many ask, threads are left for the metrics; equal requests within a few seconds share an answer.
 */
final class ApiV1 {
    static final String PREFIX = "/api/";

    private static final Logger log = LoggerFactory.getLogger(ApiV1.class);
    private static final String V1 = "/api/v1/";
    private static final int READING = 4;
    private static final int INSIDE = 10;
    private static final long WAIT_SECONDS = 3;
    private static final long PATIENCE_SECONDS = 20;
    private static final int USUAL_POINTS = 180;
    private static final int USUAL_PAGE = 20;

    private final Dashboard dashboard;
    private final AnswerCache cache;
    private final Map<String, CompletableFuture<Answer>> underWay = new ConcurrentHashMap<>();
    private final Semaphore inside = new Semaphore(INSIDE);
    private final Semaphore reading = new Semaphore(READING, true);
    private final byte[] openApi = OpenApi.document().getBytes(StandardCharsets.UTF_8);

    private volatile boolean accepting;

    /** @param nanoTime by which answers grow old */
    ApiV1(Dashboard dashboard, LongSupplier nanoTime) {
        this.dashboard = dashboard;
        this.cache = new AnswerCache(nanoTime);
    }

    void baselinesCanBeAccepted() {
        accepting = true;
    }

    Answer answer(Request request) {
        if (request.path().equals(V1 + "openapi.json")) {
            return new Answer(200, Answer.JSON, openApi, Map.of());
        }
        String token = request.token();
        boolean known = token != null && dashboard.knows(token);
        if (token != null && !known && !dashboard.readTokens().isEmpty()) {
            return problem(401, "this token is not the one of DRIFT_READ_TOKEN").with("WWW-Authenticate", "Bearer");
        }
        // A proxy that says nothing of itself makes everybody seem to be here: with a token it takes the token.
        boolean texts = known || (dashboard.readTokens().isEmpty() && request.fromThisMachine());
        if (request.queryTooLong()) {
            return problem(400, "the query of this address is too long");
        }
        String key = texts + request.key();
        Answer kept = cache.get(key);
        if (kept != null) {
            return kept;
        }
        if (!inside.tryAcquire()) {
            return busy();
        }
        try {
            CompletableFuture<Answer> own = new CompletableFuture<>();
            CompletableFuture<Answer> another = underWay.putIfAbsent(key, own);
            return another == null ? first(request, texts, key, own) : another.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return busy();
        } catch (ExecutionException | TimeoutException e) {
            return busy();
        } finally {
            inside.release();
        }
    }

    /** Equal requests that come meanwhile wait for its answer. */
    private Answer first(Request request, boolean texts, String key, CompletableFuture<Answer> own) {
        try {
            Answer made = inTurn(request, texts);
            if (made.status() == 200) {
                cache.put(key, made);
            }
            own.complete(made);
            return made;
        } finally {
            underWay.remove(key);
            own.completeExceptionally(new IllegalStateException("it was not answered"));
        }
    }

    private Answer inTurn(Request request, boolean texts) {
        try {
            if (!reading.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                return busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return busy();
        }
        try {
            return made(request, texts);
        } finally {
            reading.release();
        }
    }

    private Answer made(Request request, boolean texts) {
        try {
            return view(request, texts)
                    .map(view -> new Answer(200, Answer.JSON, ViewJson.bytes(view), Map.of()))
                    .orElseGet(() -> problem(404, "there is nothing here; /api/v1/openapi.json lists what there is"));
        } catch (SQLException e) {
            log.debug("{} could not be answered", request.path(), e);
            return problem(503, DatabaseErrors.describe(e)).with("Retry-After", "15");
        } catch (DriftMonitorException e) {
            log.debug("{} could not be answered", request.path(), e);
            return problem(503, String.valueOf(e.getMessage())).with("Retry-After", "15");
        } catch (BadParameterException e) {
            return problem(400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.warn("{} could not be answered: {}", request.path(), e.toString(), e);
            return problem(500, "what is stored cannot be read; the log of the monitor says why");
        }
    }

    private Optional<? extends Record> view(Request request, boolean texts) throws SQLException {
        Views views = dashboard.views();
        if (!request.path().startsWith(V1)) {
            return Optional.empty();
        }
        String[] parts = request.path().substring(V1.length()).split("/", -1);
        return switch (parts[0]) {
            case "overview" -> parts.length == 1 ? Optional.of(views.overview(texts)) : Optional.empty();
            case "coverage" -> parts.length == 1 ? Optional.of(views.coverage(texts)) : Optional.empty();
            case "baselines" ->
                parts.length == 1
                        ? Optional.of(
                                views.baselines(before(request), limit(request)).accepting(accepting))
                        : Optional.empty();
            case "episodes" -> episodes(views, request, parts, texts);
            case "streams" -> stream(views, request, parts, texts);
            default -> Optional.empty();
        };
    }

    private static Optional<? extends Record> episodes(Views views, Request request, String[] parts, boolean texts)
            throws SQLException {
        if (parts.length == 1) {
            return Optional.of(views.episodes(before(request), limit(request), open(request), texts));
        }
        return parts.length == 2 && parts[1].matches("[0-9]{1,18}")
                ? views.episode(Long.parseLong(parts[1]), texts)
                : Optional.empty();
    }

    private static Optional<? extends Record> stream(Views views, Request request, String[] parts, boolean texts)
            throws SQLException {
        Optional<WatchedStream> named = parts.length < 2 || parts.length > 3
                ? Optional.empty()
                : Arrays.stream(WatchedStream.values())
                        .filter(one -> one.label().equals(parts[1]))
                        .findFirst();
        if (named.isEmpty()) {
            return Optional.empty();
        }
        WatchedStream stream = named.get();
        return switch (parts.length == 2 ? "" : parts[2]) {
            case "" -> parts.length == 2 ? views.detail(stream, texts) : Optional.empty();
            case "series" -> Optional.of(series(views, stream, request));
            case "picture" -> Optional.of(views.picture(stream, texts));
            case "proposal" -> Optional.of(proposal(views, stream, request));
            case "examples" -> Optional.of(views.examples(stream, texts));
            case "segments" -> Optional.of(views.segments(stream, texts));
            default -> Optional.empty();
        };
    }

    private static Record series(Views views, WatchedStream stream, Request request) throws SQLException {
        int points = (int) whole(request, "points", USUAL_POINTS, 10, 1_000);
        Views.Stretch stretch;
        try {
            stretch = views.stretch(instant(request, "from"), instant(request, "to"));
        } catch (IllegalArgumentException e) {
            throw new BadParameterException(String.valueOf(e.getMessage()));
        }
        return views.series(stream, stretch, points);
    }

    private static Record proposal(Views views, WatchedStream stream, Request request) throws SQLException {
        try {
            return views.proposal(stream, instant(request, "from"), instant(request, "to"));
        } catch (IllegalArgumentException e) {
            throw new BadParameterException(String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Long before(Request request) {
        return request.parameter("before").isEmpty() ? null : whole(request, "before", 1, 1, Long.MAX_VALUE);
    }

    private static boolean open(Request request) {
        String open = request.parameter("open").orElse("false");
        if (!open.equals("true") && !open.equals("false")) {
            throw new BadParameterException("open is neither true nor false");
        }
        return open.equals("true");
    }

    private static int limit(Request request) {
        return (int) whole(request, "limit", USUAL_PAGE, 1, 100);
    }

    private static long whole(Request request, String name, long usual, long least, long most) {
        String value = request.parameter(name).orElse(Long.toString(usual));
        long number = value.matches("[0-9]{1,19}") ? atMost(value) : -1;
        if (number < least || number > most) {
            throw new BadParameterException(name + " is not a whole number from " + least + " to " + most);
        }
        return number;
    }

    private static long atMost(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable Instant instant(Request request, String name) {
        Optional<String> value = request.parameter(name);
        if (value.isEmpty()) {
            return null;
        }
        try {
            Instant instant = Instant.parse(value.get());
            if (instant.getEpochSecond() >= 0 && instant.getEpochSecond() < 1L << 35) {
                return instant;
            }
        } catch (DateTimeException e) {
            // As one that is out of range.
        }
        throw new BadParameterException(name + " is no time such as 2026-01-31T12:00:00Z");
    }

    private static Answer busy() {
        return problem(503, "too many ask at once, try again in a moment").with("Retry-After", "2");
    }

    private static Answer problem(int status, String error) {
        return new Answer(status, Answer.JSON, ViewJson.bytes(new OpenApi.Problem(error)), Map.of());
    }

    /** A parameter that cannot be used; the message names it. */
    private static final class BadParameterException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadParameterException(String message) {
            super(message);
        }
    }
}
