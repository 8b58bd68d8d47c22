package io.driftaware.runner.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.driftaware.runner.action.CallBack;
import io.driftaware.runner.action.Signature;
import io.driftaware.runner.store.ActionDesk;
import java.io.IOException;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Actions over HTTP, under {@value #PATH}: the list, {@code POST /ID/approve} and {@code /ID/reject}, {@code POST /pause} and {@code
 * /resume}, all with the bearer token, and off without one; and {@code POST /status}, the call-back of receivers that take long,
 * which is signed as the webhook is, and off without its key. Nothing is read of the database before that is checked.
 */
public final class ActionsApi implements HttpHandler {
    /** Where it is served. */
    public static final String PATH = "/api/v1/actions";

    private static final Logger log = LoggerFactory.getLogger(ActionsApi.class);
    private static final Pattern STEP = Pattern.compile("/([0-9]{1,18})/(approve|reject)");
    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final int MOST_BYTES = 16 << 10;

    private final DataSource database;
    private final ApiToken token;
    private final @Nullable Signature signature;
    private final InstantSource clock;
    private final BooleanSupplier ready;

    /**
     * The actions of a database.
     *
     * @param token that lets somebody decide; null for nobody
     * @param callBackKey with which call-backs are signed; null for none
     */
    public ActionsApi(DataSource database, @Nullable String token, @Nullable String callBackKey, InstantSource clock) {
        this(database, token, callBackKey, clock, () -> true);
    }

    /**
     * The same, where the database may not be ready yet.
     *
     * @param ready whether it can be asked; until then whoever comes is told to come again
     */
    public ActionsApi(
            DataSource database,
            @Nullable String token,
            @Nullable String callBackKey,
            InstantSource clock,
            BooleanSupplier ready) {
        this.database = database;
        this.token = new ApiToken(token);
        this.signature = callBackKey == null ? null : new Signature(callBackKey);
        this.clock = clock;
        this.ready = ready;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Reply.to(exchange, ready, () -> reply(exchange));
    }

    private Reply reply(HttpExchange exchange) throws IOException, SQLException {
        String path = String.valueOf(exchange.getRequestURI().getPath()).substring(PATH.length());
        boolean post = exchange.getRequestMethod().equals("POST");
        if (path.equals("/status")) {
            return post ? callBack(exchange) : Reply.wrongMethod(exchange, "POST");
        }
        Matcher step = STEP.matcher(path);
        boolean list = path.isEmpty() || path.equals("/");
        boolean change = step.matches() || path.equals("/pause") || path.equals("/resume");
        if (!list && !change) {
            return Reply.problem(404, "there is nothing here");
        }
        Optional<Reply> refusal = token.refusal(exchange);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (list) {
            return exchange.getRequestMethod().equals("GET")
                    ? list(Request.of(exchange))
                    : Reply.wrongMethod(exchange, "GET");
        }
        if (!post) {
            return Reply.wrongMethod(exchange, "POST");
        }
        return step.matches()
                ? step(ActionDesk.Step.valueOf(step.group(2).toUpperCase(Locale.ROOT)), Long.parseLong(step.group(1)))
                : pause(path.equals("/pause"));
    }

    private Reply list(Request request) throws SQLException {
        String limit = request.parameter("limit").orElse(Integer.toString(USUAL));
        String before = request.parameter("before").orElse(Long.toString(Long.MAX_VALUE));
        if (!limit.matches("[1-9][0-9]{0,8}") || !before.matches("[1-9][0-9]{0,18}")) {
            return Reply.problem(400, "limit and before are whole numbers from 1 on: limit=50&before=1200");
        }
        int count = Math.min(Integer.parseInt(limit), MOST);
        long below =
                new BigInteger(before).min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
        try (Connection connection = ActionDesk.connection(database)) {
            ActionDesk desk = new ActionDesk(connection);
            List<Map<String, Object>> entries = new ArrayList<>();
            List<ActionDesk.Entry> found = desk.latest(below, count + 1);
            for (ActionDesk.Entry entry : found.subList(0, Math.min(count, found.size()))) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("id", entry.id());
                fields.put("action", entry.action());
                fields.put("kind", entry.kind());
                fields.put("state", entry.state());
                fields.put("reason", entry.reason());
                fields.put("created_at", entry.at());
                fields.put("note", entry.note());
                fields.put("outcome", entry.outcome());
                fields.put(
                        "episodes",
                        entry.episodes().stream().map(ActionsApi::fields).toList());
                fields.put("idempotency_key", entry.idempotencyKey());
                entries.add(fields);
            }
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            body.put("paused_since", desk.pausedSince().map(Instant::toString).orElse(null));
            body.put("actions", entries);
            body.put("next", found.size() > count ? found.get(count - 1).id() : null);
            return Reply.of(200, body);
        }
    }

    private static Map<String, Object> fields(ActionDesk.OfEpisode one) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", one.episode());
        fields.put("stream", one.stream());
        fields.put("outcome", one.outcome());
        return fields;
    }

    private Reply step(ActionDesk.Step step, long id) throws SQLException {
        try (Connection connection = ActionDesk.connection(database)) {
            ActionDesk desk = new ActionDesk(connection);
            if (desk.take(step, id, clock.instant())) {
                log.info("action {} is {} now, by the API", id, step.to());
                return Reply.of(200, Map.of("id", id, "state", step.to()));
            }
            return desk.state(id)
                    .map(state -> Reply.problem(
                            409,
                            "action " + id + " is " + state + ", and this is for " + String.join(" or ", step.from())))
                    .orElseGet(() -> Reply.problem(404, "there is no action " + id));
        }
    }

    private Reply pause(boolean pause) throws SQLException {
        try (Connection connection = ActionDesk.connection(database)) {
            ActionDesk desk = new ActionDesk(connection);
            if (pause) {
                desk.pause(clock.instant());
            } else {
                desk.resume();
            }
            log.info("actions are {} now, by the API", pause ? "paused" : "not paused");
            return Reply.of(200, Map.of("paused", pause));
        }
    }

    private Reply callBack(HttpExchange exchange) throws IOException, SQLException {
        if (signature == null) {
            return Reply.problem(403, "this is switched off: set DRIFT_WEBHOOK_SECRET or DRIFT_WEBHOOK_SECRET_FILE");
        }
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            return Reply.problem(413, "the body is over " + MOST_BYTES + " bytes");
        }
        String timestamp = exchange.getRequestHeaders().getFirst(Signature.TIMESTAMP_HEADER);
        String key = exchange.getRequestHeaders().getFirst(Signature.KEY_HEADER);
        String given = exchange.getRequestHeaders().getFirst(Signature.HEADER);
        if (timestamp == null
                || !signature.verifies(Signature.Direction.CALL_BACK, timestamp, key, given, body, clock.instant())) {
            return Reply.problem(
                    401,
                    "the signature is not right, or over " + Signature.TOLERANCE.toMinutes()
                            + " minutes from the time here");
        }
        CallBack report;
        try {
            report = CallBack.read(body);
        } catch (IllegalArgumentException e) {
            return Reply.problem(400, String.valueOf(e.getMessage()));
        }
        if (!report.idempotencyKey().toString().equals(key)) {
            return Reply.problem(400, "idempotency_key is another one than the header " + Signature.KEY_HEADER);
        }
        try (Connection connection = ActionDesk.connection(database)) {
            ActionDesk desk = new ActionDesk(connection);
            Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
            ActionDesk.Report told =
                    new ActionDesk.Report(report.idempotencyKey(), report.state(), report.text(), sent);
            if (desk.report(told, clock.instant())) {
                log.info("a receiver reports {} for key {}", report.state(), report.idempotencyKey());
                return Reply.of(200, Map.of("state", report.state()));
            }
            return desk.state(report.idempotencyKey())
                    .map(state -> Reply.problem(
                            409, "the action is " + state + ", or has had a later call-back: this one changes nothing"))
                    .orElseGet(() -> Reply.problem(404, "no action has this idempotency_key"));
        }
    }
}
