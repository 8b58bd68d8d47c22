package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.runner.BaselineAdmin;
import io.driftaware.runner.Detection;
import io.driftaware.runner.FixedClock;
import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.OpenApi;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A baseline that is accepted over HTTP: once, by whoever may, and of what they saw. */
class BaselinesApiTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant FROM = Watched.NOW.minus(Duration.ofDays(4));
    private static final String ACCEPT = "/api/v1/baselines/accept";
    private static final String IN_USE =
            "SELECT id FROM drift_baselines WHERE stream = '%s' AND accepted_at IS NOT NULL AND retired_at IS NULL";
    private static final OpenApiSchema SCHEMA = new OpenApiSchema(OpenApi.document());
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Watched watched;
    private static String untouched;

    /** Built anew, which takes seconds, after a test that changed something. */
    @BeforeEach
    void drift() throws IOException {
        if (watched == null || !books().equals(untouched)) {
            stop();
            watched = new Watched(db).drifted();
            untouched = books();
        }
    }

    @AfterAll
    static void stop() {
        if (watched != null) {
            watched.close();
        }
    }

    private static String inUse(String stream) {
        return db.value(IN_USE.formatted(stream));
    }

    private static String books() {
        return db.value(
                        "SELECT string_agg(b::text, ' ' ORDER BY id) FROM (SELECT id, accepted_at, retired_at FROM drift_baselines) b")
                + db.value(
                        "SELECT string_agg(e::text, ' ' ORDER BY id) FROM (SELECT id, closed_at FROM drift_episodes) e");
    }

    private static String stretch(String stream, @Nullable String replaces) {
        return ACCEPT + "?stream=" + stream + "&from=" + FROM + "&to=" + Watched.NOW
                + (replaces == null ? "" : "&replaces=" + replaces);
    }

    private static HttpRequest request(String url, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    private HttpResponse<String> post(String path, String... headers) throws Exception {
        return CLIENT.send(request(watched.guardedUrl() + path, headers), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> authorised(String path) throws Exception {
        return post(path, "Authorization", "Bearer " + Watched.TOKEN);
    }

    private JsonNode json(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        String path = response.uri().getPath().replaceAll("/[0-9]+/", "/{id}/");
        assertThat(SCHEMA.faults("post", path, status, response.body()))
                .as(response.body())
                .isEmpty();
        return OpenApiSchema.parse(response.body());
    }

    private JsonNode proposal(String stream) throws Exception {
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(URI.create(watched.guardedUrl() + "/api/v1/streams/" + stream + "/proposal?from="
                                + FROM + "&to=" + Watched.NOW))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return OpenApiSchema.parse(response.body());
    }

    @Test
    void what_it_would_mean_is_told_and_looking_changes_nothing() throws Exception {
        String before = books();
        JsonNode refusals = proposal("refusals");

        assertThat(refusals.get("rows").asLong())
                .isEqualTo(
                        db.count("SELECT count(refusal_flag) FROM interaction_log WHERE timestamp >= '" + FROM + "'"));
        assertThat(refusals.get("most").isNull()).isTrue();
        assertThat(refusals.get("obstacle").isNull()).isTrue();
        assertThat(refusals.at("/replaces/id").asText()).isEqualTo(inUse("refusals"));
        assertThat(refusals.at("/closes/id").asText())
                .isEqualTo(db.value("SELECT id FROM drift_episodes WHERE stream = 'refusals'"));

        JsonNode queries = proposal("query_embeddings");
        assertThat(queries.get("rows").asLong())
                .isEqualTo(db.count(
                        "SELECT count(*) FROM embeddings_log WHERE type = 'query' AND timestamp >= '" + FROM + "'"));
        assertThat(queries.get("most").asLong()).isEqualTo(10_000);
        assertThat(queries.get("space").asText()).startsWith(Integer.toString(TopicTraffic.DIMENSION));

        assertThat(proposal("document_embeddings").get("obstacle").asText()).contains("no rows that a check has read");
        assertThat(books()).isEqualTo(before);
    }

    @Test
    void what_was_told_is_what_happens_and_the_next_check_compares_with_it() throws Exception {
        for (String stream : List.of("refusals", "query_embeddings", "coverage")) {
            JsonNode told = proposal(stream);
            JsonNode done =
                    json(authorised(stretch(stream, told.at("/replaces/id").asText())), 200);

            assertThat(done.get("already").asBoolean()).isFalse();
            assertThat(done.get("rows").asLong())
                    .as(stream)
                    .isEqualTo(told.get("rows").asLong());
            assertThat(done.get("from").asText()).isEqualTo(FROM.toString());
            assertThat(done.get("retired")).isEqualTo(told.at("/replaces/id"));
            assertThat(done.get("closed")).isEqualTo(told.at("/closes/id"));
            assertThat(inUse(stream)).isEqualTo(done.get("id").asText());
            assertThat(db.value(
                            "SELECT details ->> 'closed_because' FROM drift_episodes WHERE stream = '" + stream + "'"))
                    .isEqualTo("baseline " + done.get("id") + " was accepted");
        }
        watched.clock().advance(Duration.ofMinutes(15));
        assertThat(watched.monitor().checkOnce().streams())
                .filteredOn(one -> one.stream().equals("refusals"))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.baseline().id()).isEqualTo(Long.parseLong(inUse("refusals")));
                    assertThat(one.verdict().name()).isNotEqualTo("DRIFT");
                });
    }

    @Test
    void a_second_click_does_nothing_twice() throws Exception {
        String before = inUse("refusals");
        String path = stretch("refusals", before);
        List<CompletableFuture<HttpResponse<String>>> clicks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clicks.add(CLIENT.sendAsync(
                    request(watched.guardedUrl() + path, "Authorization", "Bearer " + Watched.TOKEN),
                    HttpResponse.BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> click : clicks) {
            assertThat(json(click.get(), 200).get("id").asText()).isEqualTo(inUse("refusals"));
        }
        JsonNode later = json(authorised(path), 200);
        assertThat(later.get("already").asBoolean()).isTrue();
        assertThat(later.get("retired").isNull()).isTrue();
        assertThat(db.count("SELECT count(*) FROM drift_baselines WHERE stream = 'refusals'"))
                .isEqualTo(2);
    }

    @Test
    void what_was_decided_by_what_is_no_longer_so_is_not_done() throws Exception {
        String seen = inUse("refusals");
        json(authorised(stretch("refusals", seen)), 200);
        String before = books();

        String another = stretch("refusals", seen)
                .replace(FROM.toString(), FROM.plusSeconds(3_600).toString());
        assertThat(json(authorised(another), 409).get("error").asText())
                .isEqualTo("refusals is compared with baseline " + inUse("refusals") + " by now, and not with baseline "
                        + seen + ": look again, then decide");
        assertThat(json(authorised("/api/v1/baselines/" + seen + "/accept?replaces=none"), 409)
                        .get("error")
                        .asText())
                .contains("look again");
        assertThat(books()).isEqualTo(before);
    }

    @Test
    void a_candidate_is_put_into_use_and_a_retired_one_again() throws Exception {
        String first = inUse("refusals");
        long candidate = new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), watched.clock())
                .fit("refusals", FROM, Watched.NOW)
                .id();
        String path = "/api/v1/baselines/%s/accept?replaces=%s";

        JsonNode done = json(authorised(path.formatted(candidate, first)), 200);
        assertThat(done.get("retired").asText()).isEqualTo(first);
        assertThat(json(authorised(path.formatted(candidate, first)), 200)
                        .get("already")
                        .asBoolean())
                .isTrue();
        json(authorised(path.formatted(first, candidate)), 200);
        assertThat(inUse("refusals")).isEqualTo(first);
        assertThat(json(authorised(path.formatted(999_999, first)), 404)
                        .get("error")
                        .asText())
                .contains("no baseline of this number");
    }

    @Test
    void without_the_right_token_nothing_is_changed() throws Exception {
        String before = books();
        List<String[]> wrong = List.of(
                new String[] {},
                new String[] {"Authorization", Watched.TOKEN},
                new String[] {"Authorization", "Bearer " + Watched.TOKEN + "0"},
                new String[] {"Authorization", "Bearer " + Watched.TOKEN.substring(1)});
        for (String path :
                List.of(stretch("refusals", inUse("refusals")), "/api/v1/baselines/1/accept?replaces=none")) {
            for (String[] headers : wrong) {
                assertThat(json(post(path, headers), 401).get("error").asText()).contains("DRIFT_API_TOKEN");
            }
            HttpResponse<String> off = CLIENT.send(
                    request(watched.url() + path, "Authorization", "Bearer " + Watched.TOKEN),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(json(off, 403).get("error").asText()).contains("switched off");
        }
        assertThat(books()).isEqualTo(before);
    }

    /** The token is no cookie; a page elsewhere is refused even if it knew it, and is never told that it may ask. */
    @Test
    void a_page_of_another_address_is_refused() throws Exception {
        String before = books();
        for (String site : List.of("cross-site", "same-site")) {
            HttpResponse<String> refused = post(
                    stretch("refusals", inUse("refusals")),
                    "Authorization",
                    "Bearer " + Watched.TOKEN,
                    "Sec-Fetch-Site",
                    site);
            assertThat(json(refused, 403).get("error").asText()).contains("another address");
        }
        HttpResponse<String> preflight = CLIENT.send(
                HttpRequest.newBuilder(URI.create(watched.guardedUrl() + ACCEPT))
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .header("Origin", "https://evil.example")
                        .header("Access-Control-Request-Method", "POST")
                        .header("Access-Control-Request-Headers", "authorization")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(preflight.statusCode()).isEqualTo(401);
        assertThat(preflight.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
        assertThat(books()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?stream=refusals&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z",
                "?stream=refusals&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&replaces=-1",
                "?stream=nothing&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&replaces=1",
                "?from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z&replaces=1",
                "?stream=refusals&from=yesterday&to=2026-03-02T00:00:00Z&replaces=1",
                "?stream=refusals&from=2026-03-01T00:00:00Z&replaces=1",
                "?stream=refusals&from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z&replaces=1",
                "?stream=refusals&from=2026-03-01T00:00:00.0000001Z&to=2026-03-01T00:00:00.0000002Z&replaces=1",
                "?stream=refusals&from=%2B999999999-01-01T00:00:00Z&to=2026-03-02T00:00:00Z&replaces=1",
            })
    void a_parameter_that_cannot_be_used_is_named(String query) throws Exception {
        assertThat(json(authorised(ACCEPT + query), 400).get("error").asText())
                .containsAnyOf("replaces", "stream", "from", "to ");
    }

    @Test
    void what_makes_no_baseline_says_why_and_changes_nothing() throws Exception {
        String before = books();
        String number = inUse("refusals");
        String future = stretch("refusals", number).replace("&to=" + Watched.NOW, "&to=2026-03-05T12:00:00Z");
        assertThat(json(authorised(future), 409).get("error").asText()).contains("in the future");
        String few = stretch("refusals", number)
                .replace(FROM.toString(), Watched.NOW.minusSeconds(1_800).toString());
        assertThat(json(authorised(few), 409).get("error").asText()).contains("are needed (DRIFT_MIN_SAMPLES)");
        assertThat(json(authorised(stretch("document_embeddings", "none")), 409)
                        .get("error")
                        .asText())
                .contains("no rows that a check has read");
        assertThat(books()).isEqualTo(before);
    }

    /** The episode that it closes would be opened again by the next check. */
    @Test
    void where_thresholds_alone_decide_nothing_is_accepted() throws Exception {
        MonitorConfig config =
                MonitorConfig.builder().detection(Detection.THRESHOLD).build();
        BaselineAdmin admin = new BaselineAdmin(db.dataSource(), config, watched.clock());
        String number = inUse("refusals");
        long candidate = admin.fit("refusals", FROM, Watched.NOW).id();
        String before = books();
        try (MonitorServer server = serve(new BaselinesApi(admin, Watched.TOKEN))) {
            for (String path : List.of(
                    stretch("refusals", number), "/api/v1/baselines/" + candidate + "/accept?replaces=" + number)) {
                assertThat(json(at(server, path), 409).get("error").asText())
                        .isEqualTo("thresholds alone decide, and no check compares with a baseline: set DRIFT_DETECTION"
                                + " to calibrated");
            }
        }
        Views views = new Views(
                db.dataSource(),
                config,
                () -> new Health(true, true, "ok", Optional.empty(), Optional.empty()),
                watched.clock());
        assertThat(views.proposal(WatchedStream.REFUSALS, FROM, Watched.NOW).obstacle())
                .contains("no check compares with a baseline");
        assertThat(books()).isEqualTo(before);
    }

    @Test
    void other_methods_and_paths_are_refused() throws Exception {
        assertThat(CLIENT.send(
                                HttpRequest.newBuilder(URI.create(watched.guardedUrl() + ACCEPT))
                                        .header("Authorization", "Bearer " + Watched.TOKEN)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(405);
        for (String path : List.of("", "x/accept", "-1/accept", "1/accept/x", "1", "accept/1", "1/retire")) {
            assertThat(authorised("/api/v1/baselines/" + path).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(authorised(ACCEPT + "?x=" + "y".repeat(2_000)).statusCode()).isEqualTo(400);
    }

    private MonitorServer serve(BaselinesApi api) throws IOException {
        MonitorServer server = MonitorServer.start(
                "127.0.0.1",
                0,
                new CollectorRegistry(),
                () -> new Health(true, true, "ok", Optional.empty(), Optional.empty()));
        server.serve(api);
        return server;
    }

    private HttpResponse<String> at(MonitorServer server, String path) throws Exception {
        return CLIENT.send(
                request("http://127.0.0.1:" + server.port() + path, "Authorization", "Bearer " + Watched.TOKEN),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void it_waits_for_a_check_and_goes_on_when_the_request_is_over() throws Exception {
        BaselineAdmin admin = new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), watched.clock());
        String path = stretch("refusals", inUse("refusals"));
        try (MonitorServer server = serve(new BaselinesApi(admin, Watched.TOKEN, () -> true, Duration.ofMillis(50)))) {
            try (CheckSession check = CheckSession.open(db.dataSource())) {
                assertThat(check.claim()).isTrue();
                assertThat(json(at(server, path), 202).get("state").asText()).isEqualTo("working");
                assertThat(json(at(server, path), 202).get("state").asText()).isEqualTo("working");
                assertThat(json(at(server, stretch("toxicity", "none")), 409)
                                .get("error")
                                .asText())
                        .contains("another baseline is being accepted");
                assertThat(db.count("SELECT count(*) FROM drift_baselines WHERE stream = 'refusals'"))
                        .isEqualTo(1);
            }
            HttpResponse<String> answer = at(server, path);
            while (answer.statusCode() == 202) {
                answer = at(server, path);
            }
            assertThat(json(answer, 200).get("id").asText()).isEqualTo(inUse("refusals"));
            assertThat(db.count("SELECT count(*) FROM drift_baselines WHERE stream = 'refusals'"))
                    .isEqualTo(2);
        }
    }

    /** The session dies between the new baseline and the end of the episode. */
    @Test
    void what_the_database_breaks_off_is_not_done_in_part_and_may_be_asked_for_again() throws Exception {
        String before = books();
        String path = stretch("refusals", inUse("refusals"));
        db.execute(
                """
                CREATE FUNCTION kill() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_terminate_backend(pg_backend_pid());
                    RETURN NEW;
                END $$;
                CREATE TRIGGER kill BEFORE UPDATE ON drift_episodes FOR EACH ROW EXECUTE FUNCTION kill()
                """);
        try {
            json(authorised(path), 503);
        } finally {
            db.execute("DROP FUNCTION kill CASCADE");
        }
        assertThat(books()).isEqualTo(before);
        assertThat(json(authorised(path), 200).get("already").asBoolean()).isFalse();
    }

    @Test
    void a_database_that_is_away_or_not_ready_is_said_to_be() throws Exception {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        BaselineAdmin away = new BaselineAdmin(nowhere, MonitorConfig.defaults(), new FixedClock(Watched.NOW));
        try (MonitorServer server = serve(new BaselinesApi(away, Watched.TOKEN))) {
            assertThat(json(at(server, stretch("refusals", "none")), 503)
                            .get("error")
                            .asText())
                    .contains("start PostgreSQL");
        }
        try (MonitorServer server = serve(new BaselinesApi(away, Watched.TOKEN, () -> false))) {
            assertThat(at(server, stretch("refusals", "none")).statusCode()).isEqualTo(503);
        }
    }
}
