package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the JSON API says of a drifted monitor. */
class ApiV1Test {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static Watched drifted;
    private static ApiCalls api;

    @BeforeAll
    static void drift() throws IOException {
        drifted = new Watched(db).drifted();
        api = new ApiCalls(drifted.url());
    }

    @AfterAll
    static void stop() {
        drifted.close();
    }

    @Test
    void the_overview_says_what_drifts_and_by_how_much() throws Exception {
        JsonNode overview = api.json("/api/v1/overview");

        assertThat(overview.get("verdict").asText()).isEqualTo("DRIFT");
        assertThat(overview.get("texts").asText()).isEqualTo("shown");
        assertThat(overview.get("checked_at").asText()).isEqualTo(Watched.NOW.toString());
        assertThat(overview.at("/monitor/state").asText()).isEqualTo("ok");
        assertThat(overview.get("streams")).hasSize(WatchedStream.values().length);

        JsonNode queries = api.stream("query_embeddings");
        assertThat(queries.get("verdict").asText()).isEqualTo("DRIFT");
        assertThat(queries.at("/headline/value").asDouble()).isBetween(0.05, 0.3);
        assertThat(queries.at("/headline/threshold").asDouble()).isEqualTo(0.01);
        assertThat(queries.at("/episode/opened_at").asText()).isEqualTo(Watched.NOW.toString());

        JsonNode refusals = api.stream("refusals");
        assertThat(refusals.at("/headline/value").asDouble()).isBetween(0.1, 0.2);
        assertThat(refusals.at("/headline/before").asDouble()).isBetween(0.01, 0.035);
    }

    @Test
    void the_newest_row_of_a_stream_is_told_exactly_and_by_the_check_to_the_quarter_of_an_hour() throws Exception {
        for (String[] one : new String[][] {
            {"query_embeddings", "max(\"timestamp\")", "embeddings_log WHERE type = 'query'"},
            {"refusals", "max(\"timestamp\")", "interaction_log WHERE refusal_flag IS NOT NULL"},
            {"feedback", "max(interaction_time)", "feedback_scores"},
            {"coverage", "max(\"timestamp\")", "interaction_log WHERE retrieval_hits IS NOT NULL"}
        }) {
            JsonNode stream = api.stream(one[0]);
            Instant newest = Instant.parse(stream.get("newest_row").asText());
            Instant quarter = Instant.parse(stream.get("last_row").asText());

            assertThat(newest)
                    .as(one[0])
                    .isEqualTo(Instant.parse(db.value("SELECT to_char(" + one[1]
                            + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM " + one[2])));
            assertThat(quarter).as(one[0]).isBetween(newest.minus(Duration.ofMinutes(15)), newest);
        }
        assertThat(api.stream("document_embeddings").get("newest_row").isNull()).isTrue();
    }

    @Test
    void a_log_that_is_locked_keeps_nobody_from_seeing_what_the_last_check_found() throws Exception {
        try (Connection owner = db.dataSource().getConnection();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("LOCK TABLE interaction_log IN ACCESS EXCLUSIVE MODE");
            drifted.answersGrowOld();
            JsonNode refusals = api.stream("refusals");
            assertThat(refusals.get("verdict").asText()).isEqualTo("DRIFT");
            assertThat(refusals.get("newest_row").isNull()).isTrue();
            assertThat(refusals.get("last_row").isNull()).isFalse();
        } finally {
            drifted.answersGrowOld();
        }
    }

    @Test
    void what_is_missing_is_said_in_rows() throws Exception {
        JsonNode answers = api.stream("response_embeddings");

        assertThat(answers.get("verdict").asText()).isEqualTo("INSUFFICIENT");
        assertThat(answers.get("headline").isNull()).isTrue();
        assertThat(answers.at("/missing/have").asInt()).isZero();
        assertThat(answers.at("/missing/needed").asInt()).isEqualTo(50);
    }

    @Test
    void a_series_has_its_baseline_and_says_since_when() throws Exception {
        for (String name : List.of("refusals", "query_embeddings")) {
            JsonNode series = api.json("/api/v1/streams/" + name + "/series");

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
        JsonNode series = api.json("/api/v1/streams/refusals/series?points=1000");

        long rows = ApiCalls.items(series.get("points")).stream()
                .mapToLong(point -> point.get("rows").asLong())
                .sum();
        assertThat(rows).isEqualTo(db.count("SELECT count(*) FROM interaction_log"));
        double refused = ApiCalls.items(series.get("points")).stream()
                .mapToDouble(
                        point -> point.get("rows").asLong() * point.get("value").asDouble())
                .sum();
        assertThat(Math.round(refused)).isEqualTo(db.count("SELECT count(*) FROM interaction_log WHERE refusal_flag"));
    }

    @Test
    void an_episode_says_how_sure_it_is_what_drifted_and_what_was_done() throws Exception {
        JsonNode episode = ApiCalls.items(api.json("/api/v1/episodes").get("episodes")).stream()
                .filter(one -> one.get("stream").asText().equals("query_embeddings"))
                .findFirst()
                .orElseThrow();

        assertThat(episode.at("/proof/ratio").asDouble()).isGreaterThanOrEqualTo(1);
        assertThat(episode.at("/proof/chance_once_in_days").asDouble()).isGreaterThanOrEqualTo(600);
        assertThat(ApiCalls.items(episode.at("/drifted/new_topics")))
                .hasSize(3)
                .allSatisfy(topic -> assertThat(topic.get("examples")).isNotEmpty());
        assertThat(ApiCalls.items(episode.get("actions"))).singleElement().satisfies(action -> {
            assertThat(action.get("action").asText()).isEqualTo("log");
            assertThat(action.get("state").asText()).isEqualTo("SUCCEEDED");
        });
        assertThat(api.json("/api/v1/episodes/" + episode.get("id")).toString()).isEqualTo(episode.toString());
    }

    /** The reason of an episode is written by the check that opened it, from the evidence before it began anew. */
    @Test
    void the_proof_is_the_evidence_that_the_check_had() throws Exception {
        List<JsonNode> episodes = ApiCalls.items(api.json("/api/v1/episodes").get("episodes"));
        assertThat(episodes).hasSizeGreaterThanOrEqualTo(2).allSatisfy(episode -> {
            String said = episode.get("reason").asText().replaceAll(".*evidence ([0-9.]+) of.*", "$1");
            assertThat(episode.at("/proof/ratio").asDouble()).isCloseTo(Double.parseDouble(said), within(0.0051));
        });
    }

    @Test
    void those_that_last_can_be_asked_for_alone() throws Exception {
        db.execute("UPDATE drift_episodes SET closed_at = opened_at WHERE stream = 'coverage'");
        try {
            assertThat(ApiCalls.items(
                            api.json("/api/v1/episodes?open=true&limit=99").get("episodes")))
                    .isNotEmpty()
                    .allMatch(one -> one.get("closed_at").isNull());
            assertThat(ApiCalls.items(
                            api.json("/api/v1/episodes?open=false&limit=98").get("episodes")))
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
            List<JsonNode> actions =
                    ApiCalls.items(api.json("/api/v1/episodes/1?n=7").get("actions"));
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
            List<String> outcomes = ApiCalls.items(
                            api.json("/api/v1/episodes?n=3").get("episodes"))
                    .stream()
                    .flatMap(episode -> ApiCalls.items(episode.get("actions")).stream()
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
            JsonNode coverage = api.json("/api/v1/coverage?n=1");
            assertThat(coverage.get("queries")).isEmpty();
            assertThat(coverage.get("note").asText())
                    .isEqualTo("there is none among the latest 20,000 rows of the last seven days");
        } finally {
            db.execute("DELETE FROM interaction_log WHERE user_query = 'covered'");
        }
    }

    @Test
    void coverage_keeps_its_edge_where_the_last_check_compared_nothing() throws Exception {
        double edge = api.json("/api/v1/coverage?n=2").get("edge").asDouble();
        assertThat(edge).isPositive();
        db.execute("UPDATE drift_monitor_state SET value = replace(value::text, 'score_edge', 'score_border')::jsonb");
        try {
            assertThat(api.json("/api/v1/coverage?n=3").get("edge").asDouble()).isEqualTo(edge);
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
            assertThat(api.json("/api/v1/streams/feedback/examples?n=1").toString())
                    .contains("taken back");
            db.execute(rating.formatted(2, "1.00"));
            assertThat(api.json("/api/v1/streams/feedback/examples?n=2").toString())
                    .doesNotContain("taken back");
        } finally {
            db.execute("DELETE FROM feedback_log WHERE interaction_id = '" + bad + "'");
            db.execute("UPDATE interaction_log SET user_query = '" + text.replace("'", "''")
                    + "' WHERE interaction_id = '" + bad + "'");
        }
    }

    @Test
    void the_picture_has_the_baseline_and_the_latest_rows() throws Exception {
        JsonNode picture = api.json("/api/v1/streams/query_embeddings/picture");

        assertThat(picture.get("baseline").size()).isEqualTo(600);
        assertThat(picture.get("recent").size()).isEqualTo(300);
        long novel = ApiCalls.items(picture.get("recent")).stream()
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
        JsonNode coverage = api.json("/api/v1/coverage");
        assertThat(ApiCalls.items(coverage.get("queries"))).hasSize(20).allSatisfy(query -> {
            assertThat(query.get("text").asText()).matches(".*about topic 2[012]$");
            assertThat(query.get("score").isNull()).isTrue();
        });
        JsonNode refused = api.json("/api/v1/streams/refusals/examples");
        assertThat(ApiCalls.items(refused.get("queries"))).hasSize(20).allSatisfy(query -> assertThat(
                        db.count("SELECT count(*) FROM interaction_log WHERE refusal_flag" + " AND user_query = '"
                                + query.get("text").asText().replace("'", "''") + "'"))
                .isPositive());
        assertThat(ApiCalls.items(api.json("/api/v1/streams/feedback/examples").get("queries")))
                .hasSize(20)
                .allSatisfy(query -> assertThat(query.get("score").asDouble()).isZero());
    }

    @Test
    void segments_add_up_to_their_stream() throws Exception {
        List<JsonNode> segments =
                ApiCalls.items(api.json("/api/v1/streams/refusals/segments").get("segments"));
        assertThat(segments).hasSize(4);
        assertThat(segments.stream().mapToLong(one -> one.get("rows").asLong()).sum())
                .isEqualTo(db.count("SELECT count(*) FROM interaction_log WHERE \"timestamp\" >= '"
                        + Watched.NOW.minus(Duration.ofDays(7)) + "'"));
        assertThat(segments)
                .allSatisfy(one -> assertThat(one.get("value").asDouble()).isBetween(0.08, 0.25));
    }
}
