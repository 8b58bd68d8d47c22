package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.driftaware.runner.FixedClock;
import io.driftaware.runner.Health;
import io.driftaware.runner.action.ActionDispatcher;
import io.driftaware.runner.action.Signature;
import io.driftaware.runner.store.ActionDesk;
import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.ClaimedAction;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

class ActionsApiTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String KEY = "a shared key of 16 or more";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final FixedClock clock = new FixedClock(NOW);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private MonitorServer server;

    @BeforeEach
    void start() throws IOException {
        db.reset();
        server = started(TOKEN, KEY);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private MonitorServer started(@Nullable String token, @Nullable String key) throws IOException {
        MonitorServer started = MonitorServer.start(
                "127.0.0.1",
                0,
                new CollectorRegistry(),
                () -> new Health(true, true, "ok", Optional.empty(), Optional.empty()));
        started.serve(new ActionsApi(db.dataSource(), token, key, clock));
        return started;
    }

    private record Got(int status, String body, String challenge) {}

    private Got send(String method, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/api/v1/actions" + path))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Got(
                response.statusCode(),
                response.body().strip(),
                response.headers().firstValue("WWW-Authenticate").orElse(""));
    }

    private Got authorised(String method, String path) throws Exception {
        return send(method, path, new byte[0], "Authorization", "Bearer " + TOKEN);
    }

    private Got callBack(String json, Instant at, String secret) throws Exception {
        Matcher key = Pattern.compile("\"idempotency_key\":\"([^\"]*)\"").matcher(json);
        return callBack(json, key.find() ? key.group(1) : "", at, Signature.Direction.CALL_BACK, secret);
    }

    private Got callBack(String json, String key, Instant at, Signature.Direction direction, String secret)
            throws Exception {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String second = Long.toString(at.getEpochSecond());
        return send(
                "POST",
                "/status",
                body,
                "Idempotency-Key",
                key,
                "X-Drift-Timestamp",
                second,
                "X-Drift-Signature",
                new Signature(secret).of(direction, second, key, body));
    }

    private Got callBack(String key, String state, String text) throws Exception {
        return callBack(
                "{\"idempotency_key\":\"" + key + "\",\"state\":\"" + state + "\",\"text\":\"" + text + "\"}",
                clock.instant(),
                KEY);
    }

    private static String row(String state, int claims) {
        db.execute(
                "INSERT INTO drift_actions (action, kind, state, reason, claims, created_at) VALUES ('webhook', 'reindex', '"
                        + state + "', 'embedding_drift', " + claims + ", '2026-03-01 11:00Z')");
        return db.value("SELECT max(id) FROM drift_actions");
    }

    private static String key(String id) {
        return db.value("SELECT idempotency_key FROM drift_actions WHERE id = " + id);
    }

    private static String state(String id) {
        return db.value("SELECT state FROM drift_actions WHERE id = " + id);
    }

    @Test
    void with_the_token_actions_are_listed_approved_and_rejected() throws Exception {
        String approved = row("AWAITING_APPROVAL", 0);
        String rejected = row("AWAITING_APPROVAL", 0);

        assertThat(authorised("GET", "?limit=1"))
                .isEqualTo(new Got(
                        200,
                        "{\"paused_since\":null,\"actions\":[{\"id\":" + rejected
                                + ",\"action\":\"webhook\",\"kind\":\"reindex\",\"state\":\"AWAITING_APPROVAL\","
                                + "\"reason\":\"embedding_drift\",\"created_at\":\"2026-03-01T11:00:00Z\",\"note\":\"\","
                                + "\"outcome\":\"\",\"episodes\":[],\"idempotency_key\":\"" + key(rejected)
                                + "\"}],\"next\":"
                                + rejected + "}",
                        ""));
        assertThat(authorised("POST", "/" + approved + "/approve").body()).contains("\"state\":\"APPROVED\"");
        assertThat(authorised("POST", "/" + rejected + "/reject").body()).contains("\"state\":\"SUPPRESSED\"");
        assertThat(state(approved) + " " + state(rejected)).isEqualTo("APPROVED SUPPRESSED");

        assertThat(authorised("POST", "/" + approved + "/approve"))
                .isEqualTo(new Got(
                        409,
                        "{\"error\":\"action " + approved + " is APPROVED, and this is for AWAITING_APPROVAL\"}",
                        ""));
        assertThat(authorised("POST", "/999999999999/approve").status()).isEqualTo(404);
    }

    @Test
    void actions_come_in_pages_whatever_else_is_asked() throws Exception {
        List<String> ids = List.of(row("SUCCEEDED", 0), row("FAILED", 0), row("SUCCEEDED", 0));
        List<String> found = new ArrayList<>();
        String next = "9000000000000";
        while (!next.equals("null")) {
            String page = authorised("GET", "?before=" + next + "&limit=1&n=7").body();
            found.add(page.replaceAll(".*\\{\"id\":([0-9]+),.*", "$1"));
            next = page.replaceAll(".*\"next\":([0-9a-z]+)}$", "$1");
        }
        assertThat(found).containsExactly(ids.get(2), ids.get(1), ids.get(0));
        assertThat(authorised("GET", "?limit=none").status()).isEqualTo(400);
    }

    @Test
    void actions_are_paused_and_go_on() throws Exception {
        assertThat(authorised("POST", "/pause").body()).isEqualTo("{\"paused\":true}");
        assertThat(authorised("GET", "").body()).contains("\"paused_since\":\"2026-03-01T12:00:00Z\"");
        assertThat(authorised("POST", "/resume").body()).isEqualTo("{\"paused\":false}");
        assertThat(authorised("GET", "").body()).contains("\"paused_since\":null");
    }

    @Test
    void without_the_right_token_nothing_is_shown_or_changed() throws Exception {
        String id = row("AWAITING_APPROVAL", 0);
        List<String[]> wrong = List.of(
                new String[] {},
                new String[] {"Authorization", TOKEN},
                new String[] {"Authorization", "Basic " + TOKEN},
                new String[] {"Authorization", "Bearer"},
                new String[] {"Authorization", "Bearer " + TOKEN.substring(1)},
                new String[] {"Authorization", "Bearer " + TOKEN + "0"},
                new String[] {"Authorization", "Bearer " + TOKEN.toUpperCase(java.util.Locale.ROOT)});
        for (String[] headers : wrong) {
            for (String path : List.of("", "/" + id + "/approve", "/" + id + "/reject", "/pause", "/resume")) {
                Got got = send(path.isEmpty() ? "GET" : "POST", path, new byte[0], headers);
                assertThat(got.status()).as(path + " " + List.of(headers)).isEqualTo(401);
                assertThat(got.challenge()).isEqualTo("Bearer");
                assertThat(got.body()).doesNotContain("embedding_drift");
            }
        }
        assertThat(state(id)).isEqualTo("AWAITING_APPROVAL");
        assertThat(db.count("SELECT count(*) FROM drift_monitor_state")).isZero();
    }

    @Test
    void a_page_of_another_address_decides_nothing() throws Exception {
        String id = row("AWAITING_APPROVAL", 0);
        for (String site : List.of("cross-site", "same-site")) {
            assertThat(send(
                                    "POST",
                                    "/" + id + "/approve",
                                    new byte[0],
                                    "Authorization",
                                    "Bearer " + TOKEN,
                                    "Sec-Fetch-Site",
                                    site)
                            .status())
                    .isEqualTo(403);
        }
        assertThat(state(id)).isEqualTo("AWAITING_APPROVAL");
    }

    @Test
    void without_a_token_of_its_own_it_is_off_and_says_how_to_switch_it_on() throws Exception {
        server.close();
        server = started(null, null);
        String id = row("AWAITING_APPROVAL", 0);

        assertThat(authorised("GET", ""))
                .isEqualTo(new Got(
                        403, "{\"error\":\"this is switched off: set DRIFT_API_TOKEN or DRIFT_API_TOKEN_FILE\"}", ""));
        assertThat(authorised("POST", "/" + id + "/approve").status()).isEqualTo(403);
        assertThat(send("POST", "/" + id + "/approve", new byte[0], "Authorization", "Bearer null")
                        .status())
                .isEqualTo(403);
        assertThat(callBack(key(id), "succeeded", "").status()).isEqualTo(403);
        assertThat(state(id)).isEqualTo("AWAITING_APPROVAL");
    }

    @Test
    void other_methods_and_paths_are_refused() throws Exception {
        String id = row("AWAITING_APPROVAL", 0);
        assertThat(authorised("GET", "/" + id + "/approve").status()).isEqualTo(405);
        assertThat(authorised("POST", "").status()).isEqualTo(405);
        assertThat(authorised("GET", "/status").status()).isEqualTo(405);
        for (String path : List.of("/" + id, "/" + id + "/retry", "/x/approve", "/-1/approve", "/1/approve/x", "x")) {
            assertThat(authorised("POST", path).status()).as(path).isEqualTo(404);
        }
        assertThat(state(id)).isEqualTo("AWAITING_APPROVAL");
    }

    @Test
    void a_receiver_says_how_far_it_is_and_when_it_is_done() throws Exception {
        String id = row("RUNNING", 1);
        assertThat(callBack(key(id), "running", "3 of 12 batches"))
                .isEqualTo(new Got(200, "{\"state\":\"running\"}", ""));
        assertThat(
                        db.value(
                                "SELECT progress || ' ' || state || ' ' || (next_attempt_at > now() + interval '9 minutes') FROM drift_actions"))
                .isEqualTo("3 of 12 batches RUNNING true");

        clock.advance(Duration.ofMinutes(20));
        assertThat(callBack(key(id), "succeeded", "12 batches").status()).isEqualTo(200);
        assertThat(
                        db.value(
                                "SELECT result || ' ' || state || ' ' || (finished_at = '2026-03-01 12:20Z') FROM drift_actions"))
                .isEqualTo("12 batches SUCCEEDED true");

        assertThat(callBack(key(id), "failed", "no").status())
                .as("it has ended")
                .isEqualTo(409);
        assertThat(state(id)).isEqualTo("SUCCEEDED");
    }

    @Test
    void a_receiver_that_failed_says_why_in_one_safe_line() throws Exception {
        String id = row("RUNNING", 1);
        callBack(key(id), "failed", "first\\npassword=planted \\u001b[31mred");

        assertThat(db.value("SELECT state || ': ' || last_error FROM drift_actions"))
                .isEqualTo("FAILED: password=*** [31mred");
    }

    @Test
    void a_call_back_that_overtakes_the_webhook_s_own_answer_stands() throws Exception {
        row("APPROVED", 0);
        ActionOutbox outbox = new ActionOutbox(db.dataSource(), ActionDispatcher.CLAIM_LENGTH);
        ClaimedAction claimed = outbox.claim(Map.of("webhook", "webhook"), List.of(), clock.instant())
                .orElseThrow();
        assertThat(callBack(claimed.idempotencyKey().toString(), "succeeded", "done")
                        .status())
                .isEqualTo(200);
        outbox.running(claimed, "at it", Duration.ZERO, clock.instant());

        assertThat(db.value("SELECT state FROM drift_actions")).isEqualTo("SUCCEEDED");
    }

    @Test
    void a_call_back_settles_an_unknown_outcome_and_an_attempt_that_waits_but_starts_neither_anew() throws Exception {
        String unknown = row("UNKNOWN", 1);
        String waiting = row("APPROVED", 1);
        callBack(key(unknown), "running", "at it");
        assertThat(state(unknown)).isEqualTo("UNKNOWN");
        clock.advance(Duration.ofSeconds(1));

        assertThat(callBack(key(unknown), "succeeded", "").status()).isEqualTo(200);
        assertThat(callBack(key(waiting), "succeeded", "").status()).isEqualTo(200);
        assertThat(state(unknown) + " " + state(waiting)).isEqualTo("SUCCEEDED SUCCEEDED");
    }

    @Test
    void a_call_back_for_what_was_never_sent_changes_nothing() throws Exception {
        for (String state : List.of("AWAITING_APPROVAL", "APPROVED", "SUPPRESSED", "FAILED")) {
            String id = row(state, 0);
            assertThat(callBack(key(id), "succeeded", "").status()).as(state).isEqualTo(409);
            assertThat(state(id)).isEqualTo(state);
        }
        assertThat(callBack("00000000-0000-0000-0000-000000000000", "succeeded", "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void what_is_unsigned_wrongly_signed_too_old_or_recorded_before_a_later_word_changes_nothing() throws Exception {
        String id = row("RUNNING", 1);
        String done = "{\"idempotency_key\":\"" + key(id) + "\",\"state\":\"succeeded\"}";
        String early = "{\"idempotency_key\":\"" + key(id) + "\",\"state\":\"running\",\"text\":\"early\"}";

        assertThat(send("POST", "/status", done.getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(401);
        assertThat(send("POST", "/status", done.getBytes(StandardCharsets.UTF_8), "Authorization", "Bearer " + TOKEN)
                        .status())
                .as("the token is not the key")
                .isEqualTo(401);
        assertThat(callBack(done, NOW, "another key of 16 or more").status()).isEqualTo(401);
        assertThat(callBack(done, NOW.minusSeconds(301), KEY).status()).isEqualTo(401);
        assertThat(callBack(done, NOW.plusSeconds(301), KEY).status()).isEqualTo(401);

        assertThat(callBack(early, NOW.minusSeconds(60), KEY).status()).isEqualTo(200);
        assertThat(callBack(key(id), "running", "late").status()).isEqualTo(200);
        assertThat(callBack(early, NOW.minusSeconds(60), KEY).status())
                .as("sent again")
                .isEqualTo(409);
        assertThat(db.value("SELECT state || ' ' || progress FROM drift_actions"))
                .isEqualTo("RUNNING late");
    }

    @Test
    void of_two_call_backs_of_the_same_second_the_second_is_refused_and_may_be_sent_again() throws Exception {
        String id = row("RUNNING", 1);
        assertThat(callBack(key(id), "running", "first").status()).isEqualTo(200);
        assertThat(callBack(key(id), "succeeded", "").status()).isEqualTo(409);
        clock.advance(Duration.ofSeconds(1));
        assertThat(callBack(key(id), "succeeded", "").status()).isEqualTo(200);
    }

    @Test
    void a_call_back_from_before_the_operator_s_last_step_cannot_be_sent_again() throws Exception {
        String id = row("RUNNING", 1);
        Instant before = clock.instant();
        String failed = "{\"idempotency_key\":\"" + key(id) + "\",\"state\":\"failed\"}";
        assertThat(callBack(failed, before, KEY).status()).isEqualTo(200);
        clock.advance(Duration.ofMinutes(1));
        try (Connection connection = db.dataSource().getConnection()) {
            assertThat(new ActionDesk(connection).take(ActionDesk.Step.RETRY, Long.parseLong(id), clock.instant()))
                    .isTrue();
        }
        assertThat(callBack(failed, before, KEY).status()).isEqualTo(409);
        assertThat(callBack(failed, before.plusSeconds(30), KEY).status()).isEqualTo(409);
        assertThat(state(id)).isEqualTo("APPROVED");
    }

    @Test
    void a_call_back_under_another_key_or_signed_as_a_request_changes_nothing() throws Exception {
        String id = row("RUNNING", 1);
        String other = row("RUNNING", 1);
        String json = "{\"idempotency_key\":\"" + key(id) + "\",\"state\":\"succeeded\"}";

        assertThat(callBack(json, key(id), NOW, Signature.Direction.REQUEST, KEY)
                        .status())
                .isEqualTo(401);
        assertThat(callBack(json, key(other), NOW, Signature.Direction.CALL_BACK, KEY)
                        .status())
                .isEqualTo(400);
        assertThat(state(id) + " " + state(other)).isEqualTo("RUNNING RUNNING");
    }

    @Test
    void while_the_monitor_starts_a_caller_is_told_to_come_again() throws Exception {
        server.close();
        server = MonitorServer.start(
                "127.0.0.1",
                0,
                new CollectorRegistry(),
                () -> new Health(true, false, "starting", Optional.empty(), Optional.empty()));
        server.serve(new ActionsApi(db.dataSource(), TOKEN, KEY, clock, () -> false));
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/actions/status"))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("10");
    }

    @Test
    void a_body_that_is_none_is_refused_after_its_signature_is_checked() throws Exception {
        for (String wrong : List.of(
                "",
                "[]",
                "{",
                "{\"state\":\"succeeded\"}",
                "{\"state\":\"succeeded\",\"idempotency_key\":\"x\"}",
                "{\"state\":\"done\",\"idempotency_key\":\"00000000-0000-0000-0000-000000000000\"}",
                "{\"state\":{},\"idempotency_key\":[\"x\"]}")) {
            assertThat(callBack(wrong, NOW, KEY).status()).as(wrong).isEqualTo(400);
            assertThat(callBack(wrong, NOW, "another key of 16 or more").status())
                    .as(wrong)
                    .isEqualTo(401);
        }
        assertThat(callBack(" ".repeat(20_000), NOW, KEY).status()).isEqualTo(413);
    }

    @Test
    void a_database_that_is_away_is_a_503_without_its_address() throws Exception {
        server.close();
        server = MonitorServer.start(
                "127.0.0.1",
                0,
                new CollectorRegistry(),
                () -> new Health(true, true, "ok", Optional.empty(), Optional.empty()));
        org.postgresql.ds.PGSimpleDataSource away = new org.postgresql.ds.PGSimpleDataSource();
        away.setServerNames(new String[] {"127.0.0.1"});
        away.setPortNumbers(new int[] {1});
        away.setUser("me");
        away.setPassword("planted-secret");
        server.serve(new ActionsApi(away, TOKEN, KEY, clock));

        Got got = authorised("GET", "");
        assertThat(got.status()).isEqualTo(503);
        assertThat(got.body()).doesNotContain("planted-secret");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void the_call_back_of_the_manual_is_taken() throws Exception {
        String page =
                Files.readString(Path.of(System.getProperty("drift.root", "..")).resolve("docs/actions.md"));
        Matcher script = Pattern.compile("```sh\n(body=.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(script.find()).isTrue();
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")) && Files.isExecutable(Path.of("/usr/bin/openssl")));
        clock.advance(Duration.between(NOW, Instant.ofEpochMilli(System.currentTimeMillis())));
        String id = row("RUNNING", 1);
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script.group(1)).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of("KEY", key(id), "SECRET", KEY, "MONITOR", "http://127.0.0.1:" + server.port()));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(db.value("SELECT state || ' ' || result FROM drift_actions")).isEqualTo("SUCCEEDED 12 batches");
    }
}
