package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.OpenApi;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiV1Test {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Path DOCUMENT = Path.of(System.getProperty("drift.root"), "docs", "openapi.json");
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Watched drifted;

    @BeforeAll
    static void drift() throws IOException {
        drifted = new Watched(db).drifted();
    }

    @AfterAll
    static void stop() {
        drifted.close();
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        return ask(drifted.url() + path, headers);
    }

    private static HttpResponse<String> ask(String url, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(String path, String... headers) throws Exception {
        HttpResponse<String> response = get(path, headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return OpenApiSchema.parse(response.body());
    }

    private static List<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static JsonNode stream(String name) throws Exception {
        return items(json("/api/v1/overview").get("streams")).stream()
                .filter(one -> one.get("stream").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_overview_says_what_drifts_and_by_how_much() throws Exception {
        JsonNode overview = json("/api/v1/overview");

        assertThat(overview.get("verdict").asText()).isEqualTo("DRIFT");
        assertThat(overview.get("texts").asText()).isEqualTo("shown");
        assertThat(overview.get("checked_at").asText()).isEqualTo(Watched.NOW.toString());
        assertThat(overview.at("/monitor/state").asText()).isEqualTo("ok");
        assertThat(overview.get("streams")).hasSize(WatchedStream.values().length);

        JsonNode queries = stream("query_embeddings");
        assertThat(queries.get("verdict").asText()).isEqualTo("DRIFT");
        assertThat(queries.at("/headline/value").asDouble()).isBetween(0.05, 0.3);
        assertThat(queries.at("/headline/threshold").asDouble()).isEqualTo(0.01);
        assertThat(queries.at("/episode/opened_at").asText()).isEqualTo(Watched.NOW.toString());

        JsonNode refusals = stream("refusals");
        assertThat(refusals.at("/headline/value").asDouble()).isBetween(0.1, 0.2);
        assertThat(refusals.at("/headline/before").asDouble()).isBetween(0.01, 0.035);
    }

    @Test
    void what_is_missing_is_said_in_rows() throws Exception {
        JsonNode answers = stream("response_embeddings");

        assertThat(answers.get("verdict").asText()).isEqualTo("INSUFFICIENT");
        assertThat(answers.get("headline").isNull()).isTrue();
        assertThat(answers.at("/missing/have").asInt()).isZero();
        assertThat(answers.at("/missing/needed").asInt()).isEqualTo(50);
    }

    @Test
    void a_series_has_its_baseline_and_says_since_when() throws Exception {
        for (String name : List.of("refusals", "query_embeddings")) {
            JsonNode series = json("/api/v1/streams/" + name + "/series");

            assertThat(series.get("points").size()).as(name).isBetween(10, 180);
            for (JsonNode point : series.get("points")) {
                assertThat(point.get("low").asDouble())
                        .isLessThanOrEqualTo(point.get("value").asDouble());
                assertThat(point.get("high").asDouble())
                        .isGreaterThanOrEqualTo(point.get("value").asDouble());
            }
            assertThat(series.at("/baseline/value").asDouble()).as(name).isBetween(0.01, 0.08);
            if (name.equals("refusals")) {
                assertThat(series.get("threshold").asDouble())
                        .isGreaterThan(series.at("/baseline/value").asDouble());
            } else {
                assertThat(series.get("threshold").isNull())
                        .as("no rule decides by the share of novel rows")
                        .isTrue();
            }
            if (name.equals("refusals")) {
                // The traffic turned four days before: the estimate may miss it by a few of its steps of two hours.
                assertThat(Instant.parse(series.get("began_about").asText()))
                        .isBetween(
                                Watched.NOW.minus(Duration.ofDays(4)).minus(Duration.ofHours(12)),
                                Watched.NOW.minus(Duration.ofDays(4)).plus(Duration.ofHours(24)));
            } else {
                assertThat(series.get("began_about").isNull())
                        .as("a day of queries as a whole is what was proven, and not that more are novel")
                        .isTrue();
            }
            assertThat(series.get("episodes")).hasSize(1);
            assertThat(series.get("evidence")).isNotEmpty();
        }
    }

    @Test
    void a_series_counts_every_row_once() throws Exception {
        JsonNode series = json("/api/v1/streams/refusals/series?points=1000");

        long rows = items(series.get("points")).stream()
                .mapToLong(point -> point.get("rows").asLong())
                .sum();
        assertThat(rows).isEqualTo(db.count("SELECT count(*) FROM interaction_log"));
        double refused = items(series.get("points")).stream()
                .mapToDouble(
                        point -> point.get("rows").asLong() * point.get("value").asDouble())
                .sum();
        assertThat(Math.round(refused)).isEqualTo(db.count("SELECT count(*) FROM interaction_log WHERE refusal_flag"));
    }

    @Test
    void an_episode_says_how_sure_it_is_what_drifted_and_what_was_done() throws Exception {
        JsonNode episode = items(json("/api/v1/episodes").get("episodes")).stream()
                .filter(one -> one.get("stream").asText().equals("query_embeddings"))
                .findFirst()
                .orElseThrow();

        assertThat(episode.at("/proof/ratio").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(episode.at("/proof/chance_once_in_days").asDouble()).isGreaterThanOrEqualTo(600);
        assertThat(items(episode.at("/drifted/new_topics")))
                .hasSize(3)
                .allSatisfy(topic -> assertThat(topic.get("examples")).isNotEmpty());
        assertThat(items(episode.get("actions"))).singleElement().satisfies(action -> {
            assertThat(action.get("action").asText()).isEqualTo("log");
            assertThat(action.get("state").asText()).isEqualTo("SUCCEEDED");
        });
        assertThat(json("/api/v1/episodes/" + episode.get("id")).toString()).isEqualTo(episode.toString());
    }

    /** The reason of an episode is written by the check that opened it, from the evidence before it began anew. */
    @Test
    void the_proof_is_the_evidence_that_the_check_had() throws Exception {
        List<JsonNode> episodes = items(json("/api/v1/episodes").get("episodes"));
        assertThat(episodes).hasSizeGreaterThanOrEqualTo(2).allSatisfy(episode -> {
            String said = episode.get("reason").asText().replaceAll(".*evidence ([0-9.]+) of.*", "$1");
            assertThat(episode.at("/proof/ratio").asDouble()).isCloseTo(Double.parseDouble(said), within(0.0051));
        });
    }

    @Test
    void episodes_come_in_pages() throws Exception {
        int all = json("/api/v1/episodes").get("episodes").size();
        List<Long> ids = new ArrayList<>();
        String before = "";
        while (!before.equals("null")) {
            JsonNode page = json("/api/v1/episodes?limit=1" + (before.isEmpty() ? "" : "&before=" + before));
            items(page.get("episodes")).forEach(one -> ids.add(one.get("id").asLong()));
            before = page.get("next").asText();
        }
        assertThat(ids).hasSize(all).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> Long.compare(b, a));
    }

    @Test
    void numbers_beyond_two_thousand_million_are_pages_too() throws Exception {
        assertThat(json("/api/v1/episodes?before=9000000000").toString())
                .isEqualTo(json("/api/v1/episodes").toString());
    }

    @Test
    void those_that_last_can_be_asked_for_alone() throws Exception {
        db.execute("UPDATE drift_episodes SET closed_at = opened_at WHERE stream = 'coverage'");
        try {
            assertThat(items(json("/api/v1/episodes?open=true&limit=99").get("episodes")))
                    .isNotEmpty()
                    .allMatch(one -> one.get("closed_at").isNull());
            assertThat(items(json("/api/v1/episodes?open=false&limit=98").get("episodes")))
                    .anyMatch(one -> !one.get("closed_at").isNull());
        } finally {
            db.execute("UPDATE drift_episodes SET closed_at = NULL WHERE stream = 'coverage'");
        }
    }

    @Test
    void of_more_actions_than_are_shown_the_newest_are_kept() throws Exception {
        db.execute("INSERT INTO drift_actions (action, kind, state) SELECT 'many', 'notify', 'SUPPRESSED'"
                + " FROM generate_series(1, 501)");
        db.execute("INSERT INTO drift_action_episodes SELECT id, 1 FROM drift_actions WHERE action = 'many'");
        try {
            List<JsonNode> actions = items(json("/api/v1/episodes/1?n=7").get("actions"));
            assertThat(actions).hasSize(500);
            assertThat(actions.stream().map(one -> one.get("id").asLong()).toList())
                    .isSorted();
            assertThat(actions.get(499).get("id").asLong()).isEqualTo(db.count("SELECT max(id) FROM drift_actions"));
        } finally {
            db.execute("DELETE FROM drift_actions WHERE action = 'many'");
        }
    }

    @Test
    void an_action_of_several_episodes_says_in_each_whether_it_helped_there() throws Exception {
        db.execute(
                """
                WITH action AS (INSERT INTO drift_actions (action, kind, state, outcome)
                                VALUES ('shared', 'retrain', 'SUCCEEDED', 'INEFFECTIVE') RETURNING id)
                INSERT INTO drift_action_episodes (action_id, episode_id, outcome)
                SELECT action.id, e.id, CASE e.id WHEN 1 THEN 'VERIFIED' WHEN 2 THEN 'INEFFECTIVE' END
                FROM action, drift_episodes e
                """);
        try {
            List<String> outcomes = items(json("/api/v1/episodes?n=3").get("episodes")).stream()
                    .flatMap(episode -> items(episode.get("actions")).stream()
                            .filter(action -> action.get("action").asText().equals("shared"))
                            .map(action -> episode.get("id").asText() + " "
                                    + action.get("outcome").asText()))
                    .toList();
            assertThat(outcomes).containsExactly("3 null", "2 INEFFECTIVE", "1 VERIFIED");
        } finally {
            db.execute("DELETE FROM drift_actions WHERE action = 'shared'");
        }
    }

    /** No index holds the condition: with hardly a query uncovered the whole week would be read at each look. */
    @Test
    void uncovered_queries_are_looked_for_among_a_bounded_number_of_rows() throws Exception {
        String after = Watched.NOW.plusSeconds(1).toString();
        db.execute("INSERT INTO interaction_log (timestamp, user_query, retrieval_hits, retrieval_top_score)"
                + " SELECT timestamptz '" + after
                + "' + i * interval '1 ms', 'covered', 5, 0.9 FROM generate_series(1, 20000) i");
        try {
            JsonNode coverage = json("/api/v1/coverage?n=1");
            assertThat(coverage.get("queries")).isEmpty();
            assertThat(coverage.get("note").asText())
                    .isEqualTo("there is none among the latest 20,000 rows of the last seven days");
        } finally {
            db.execute("DELETE FROM interaction_log WHERE user_query = 'covered'");
        }
    }

    @Test
    void coverage_keeps_its_edge_where_the_last_check_compared_nothing() throws Exception {
        double edge = json("/api/v1/coverage?n=2").get("edge").asDouble();
        assertThat(edge).isPositive();
        db.execute("UPDATE drift_monitor_state SET value = replace(value::text, 'score_edge', 'score_border')::jsonb");
        try {
            assertThat(json("/api/v1/coverage?n=3").get("edge").asDouble()).isEqualTo(edge);
        } finally {
            db.execute(
                    "UPDATE drift_monitor_state SET value = replace(value::text, 'score_border', 'score_edge')::jsonb");
        }
    }

    @Test
    void a_rating_that_was_taken_back_is_no_example() throws Exception {
        String bad = db.value(
                "SELECT interaction_id FROM interaction_log WHERE user_query !~ 'onerror' ORDER BY id DESC LIMIT 1");
        String text = db.value("SELECT user_query FROM interaction_log WHERE interaction_id = '" + bad + "'");
        db.execute(
                "UPDATE interaction_log SET user_query = 'taken back', user_feedback_score = NULL WHERE interaction_id = '"
                        + bad + "'");
        String rating = "INSERT INTO feedback_log (timestamp, interaction_id, score, source) VALUES (timestamptz '"
                + Watched.NOW + "' - interval '10 minutes' + interval '%d minutes', '" + bad + "', %s, 'user')";
        try {
            db.execute(rating.formatted(1, "-0.01"));
            assertThat(json("/api/v1/streams/feedback/examples?n=1").toString()).contains("taken back");
            db.execute(rating.formatted(2, "1.00"));
            assertThat(json("/api/v1/streams/feedback/examples?n=2").toString()).doesNotContain("taken back");
        } finally {
            db.execute("DELETE FROM feedback_log WHERE interaction_id = '" + bad + "'");
            db.execute("UPDATE interaction_log SET user_query = '" + text.replace("'", "''")
                    + "' WHERE interaction_id = '" + bad + "'");
        }
    }

    @Test
    void the_picture_has_the_baseline_and_the_latest_rows() throws Exception {
        JsonNode picture = json("/api/v1/streams/query_embeddings/picture");

        assertThat(picture.get("baseline").size()).isEqualTo(600);
        assertThat(picture.get("recent").size()).isEqualTo(300);
        long novel = items(picture.get("recent")).stream()
                .filter(dot -> dot.get("novel").asBoolean())
                .count();
        assertThat(novel).isBetween(30L, 120L);
        assertThat(picture.get("recent").toString()).contains("about topic 2");
        // 5 % of the held-out half, by the definition of novel.
        assertThat(picture.get("usual_novel_share").asDouble()).isBetween(0.03, 0.07);
        assertThat(picture.get("explained_x").asDouble())
                .isGreaterThanOrEqualTo(picture.get("explained_y").asDouble());
    }

    @Test
    void uncovered_and_refused_queries_are_listed_as_they_were_stored() throws Exception {
        JsonNode coverage = json("/api/v1/coverage");
        assertThat(items(coverage.get("queries"))).hasSize(20).allSatisfy(query -> {
            assertThat(query.get("text").asText()).matches(".*about topic 2[012]$");
            assertThat(query.get("score").isNull()).isTrue();
        });
        JsonNode refused = json("/api/v1/streams/refusals/examples");
        assertThat(items(refused.get("queries"))).hasSize(20).allSatisfy(query -> assertThat(
                        db.count("SELECT count(*) FROM interaction_log WHERE refusal_flag" + " AND user_query = '"
                                + query.get("text").asText().replace("'", "''") + "'"))
                .isPositive());
        assertThat(items(json("/api/v1/streams/feedback/examples").get("queries")))
                .hasSize(20)
                .allSatisfy(query -> assertThat(query.get("score").asDouble()).isZero());
    }

    @Test
    void segments_add_up_to_their_stream() throws Exception {
        List<JsonNode> segments =
                items(json("/api/v1/streams/refusals/segments").get("segments"));
        assertThat(segments).hasSize(4);
        assertThat(segments.stream().mapToLong(one -> one.get("rows").asLong()).sum())
                .isEqualTo(db.count("SELECT count(*) FROM interaction_log WHERE \"timestamp\" >= '"
                        + Watched.NOW.minus(Duration.ofDays(7)) + "'"));
        assertThat(segments)
                .allSatisfy(one -> assertThat(one.get("value").asDouble()).isBetween(0.08, 0.25));
    }

    @Test
    void whoever_is_not_at_this_machine_sees_numbers_and_no_word_of_a_user() throws Exception {
        List<String> paths = new ArrayList<>(List.of(
                "/api/v1/overview", "/api/v1/coverage", "/api/v1/episodes", "/api/v1/episodes/1", "/api/v1/baselines"));
        for (WatchedStream stream : WatchedStream.values()) {
            for (String part : List.of("", "/series", "/picture", "/segments", "/examples")) {
                paths.add("/api/v1/streams/" + stream.label() + part);
            }
        }
        boolean seenWithToken = false;
        for (String path : paths) {
            HttpResponse<String> elsewhere = get(path, "X-Forwarded-For", "203.0.113.9");
            assertThat(elsewhere.statusCode()).as(path).isEqualTo(200);
            assertThat(elsewhere.body()).as(path).doesNotContain("about topic", "tenant-", "onerror");
            HttpResponse<String> withoutToken = ask(drifted.guardedUrl() + path);
            assertThat(withoutToken.statusCode()).as(path).isEqualTo(200);
            assertThat(withoutToken.body()).as(path).doesNotContain("about topic", "tenant-", "onerror");
            HttpResponse<String> withToken =
                    ask(drifted.guardedUrl() + path, "Authorization", "Bearer " + Watched.TOKEN);
            assertThat(withToken.statusCode()).as(path).isEqualTo(200);
            seenWithToken |= withToken.body().contains("about topic");
        }
        assertThat(seenWithToken).isTrue();
    }

    @Test
    void a_page_whose_host_name_was_made_to_lead_here_is_not_at_this_machine() throws Exception {
        String answer = Raw.send(
                URI.create(drifted.url()).getPort(),
                "GET /api/v1/overview HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains("\"texts\":\"withheld\"");
    }

    /** What {@code proxy_pass http://127.0.0.1:8000;} alone sends: its own name for Host, and nothing of who asks. */
    @Test
    void a_proxy_on_this_machine_that_adds_no_header_shows_no_text_once_a_token_is_set() throws Exception {
        for (String protocol : List.of("HTTP/1.0", "HTTP/1.1")) {
            int port = URI.create(drifted.guardedUrl()).getPort();
            String answer = Raw.send(
                    port,
                    "GET /api/v1/coverage " + protocol + "\r\nHost: 127.0.0.1:" + port
                            + "\r\nConnection: close\r\n\r\n");
            assertThat(answer).as(protocol).contains("\"queries\":[{").doesNotContain("about topic");
        }
    }

    /** Without a token nothing tells it from a browser here but the protocol: the documents say to set one. */
    @Test
    void what_comes_by_http_1_0_came_through_a_proxy() throws Exception {
        int port = URI.create(drifted.url()).getPort();
        assertThat(Raw.send(port, "GET /api/v1/overview HTTP/1.0\r\nHost: 127.0.0.1:" + port + "\r\n\r\n"))
                .contains("\"texts\":\"withheld\"");
        assertThat(Raw.send(
                        port,
                        "GET /api/v1/overview HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n"))
                .contains("\"texts\":\"shown\"");
    }

    @Test
    void a_wrong_token_is_refused() throws Exception {
        assertThat(ask(drifted.guardedUrl() + "/api/v1/overview", "Authorization", "Bearer wrong"))
                .returns(401, HttpResponse::statusCode)
                .satisfies(response -> assertThat(response.body()).contains("DRIFT_READ_TOKEN"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/streams/refusals/series?points=9",
                "/api/v1/streams/refusals/series?points=1001",
                "/api/v1/streams/refusals/series?points=abc",
                "/api/v1/streams/refusals/series?from=yesterday",
                "/api/v1/streams/refusals/series?from=%2B999999999-01-01T00:00:00Z",
                "/api/v1/streams/refusals/series?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
                "/api/v1/streams/refusals/series?from=2001-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
                "/api/v1/episodes?limit=0",
                "/api/v1/episodes?limit=101",
                "/api/v1/episodes?before=-1",
                "/api/v1/episodes?open=yes",
                "/api/v1/episodes?before=9223372036854775808",
                "/api/v1/baselines?before=1%27%20OR%20true",
            })
    void a_parameter_that_cannot_be_used_is_named(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(OpenApiSchema.parse(response.body()).get("error").asText()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/",
                "/api/v1/",
                "/api/v2/overview",
                "/api/v1/overview/",
                "/api/v1/streams",
                "/api/v1/streams/",
                "/api/v1/streams/nothing",
                "/api/v1/streams/refusals/",
                "/api/v1/streams/refusals/series/x",
                "/api/v1/episodes/0",
                "/api/v1/episodes/99999",
                "/api/v1/episodes/999999999999999999",
                "/api/v1/episodes/abc",
            })
    void what_is_not_there_is_not_found(String path) throws Exception {
        assertThat(get(path)).returns(404, HttpResponse::statusCode).satisfies(response -> assertThat(response.body())
                .startsWith("{\"error\":"));
    }

    @Test
    void a_profile_that_is_damaged_is_our_fault_and_not_that_of_who_asks() throws Exception {
        db.execute("UPDATE drift_profiles SET body = '\\x00'::bytea || substr(body, 2) WHERE stream = 'interactions'"
                + " AND segment = '' AND bucket_start = (SELECT max(bucket_start) FROM drift_profiles)");
        try {
            HttpResponse<String> response = get("/api/v1/streams/toxicity/series?points=77");
            assertThat(response.statusCode()).as(response.body()).isEqualTo(500);
            assertThat(response.body()).contains("the log of the monitor says why");
        } finally {
            db.execute(
                    "UPDATE drift_profiles SET body = '\\x01'::bytea || substr(body, 2) WHERE stream = 'interactions'");
        }
    }

    @Test
    void the_openapi_document_is_served_and_kept_in_docs() throws Exception {
        String served = get("/api/v1/openapi.json").body();
        assertThat(served).isEqualTo(OpenApi.document());
        if (Boolean.getBoolean("drift.docs.write")) {
            Files.writeString(DOCUMENT, served);
        }
        assertThat(DOCUMENT)
                .as("docs/openapi.json is out of date: run this test with -Ddrift.docs.write=true")
                .hasContent(served);
    }

    @Test
    void every_answer_is_as_the_openapi_document_says() throws Exception {
        conforms();
    }

    /** Of every path, for every stream, in whatever state the database is; and of a refused request. */
    static void conforms() throws Exception {
        OpenApiSchema schema = new OpenApiSchema(OpenApi.document());
        assertThat(schema.paths()).hasSize(11).contains("/api/v1/actions");
        assertThat(schema.steps()).hasSize(5);
        for (String path : schema.paths()) {
            for (WatchedStream stream : WatchedStream.values()) {
                HttpResponse<String> response =
                        get(path.replace("{stream}", stream.label()).replace("{id}", "1"));
                assertThat(schema.faults(path, response.statusCode(), response.body()))
                        .as(path + " of " + stream.label() + ": " + response.body())
                        .isEmpty();
            }
        }
        HttpResponse<String> actions =
                ask(drifted.guardedUrl() + "/api/v1/actions?limit=1", "Authorization", "Bearer " + Watched.TOKEN);
        assertThat(actions.body()).contains("\"next\":");
        assertThat(schema.faults("/api/v1/actions", 200, actions.body())).isEmpty();
        assertThat(schema.faults(
                        "/api/v1/episodes", 400, get("/api/v1/episodes?limit=0").body()))
                .isEmpty();
    }

    @Test
    void the_schema_bites() throws Exception {
        OpenApiSchema schema = new OpenApiSchema(OpenApi.document());
        String body = get("/api/v1/overview").body();
        assertThat(schema.faults("/api/v1/overview", 200, body.replace("\"verdict\":\"DRIFT\"", "\"verdict\":\"BAD\"")))
                .isNotEmpty();
        assertThat(schema.faults("/api/v1/overview", 200, body.replace("\"texts\":", "\"text\":")))
                .hasSize(2);
        assertThat(schema.faults(
                        "/api/v1/overview", 200, body.replace("\"took_seconds\":", "\"took_seconds\":\"x\",\"y\":")))
                .isNotEmpty();
    }
}
