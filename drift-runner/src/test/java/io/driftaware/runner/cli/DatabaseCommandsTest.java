package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.Eventually;
import io.driftaware.runner.store.SchemaState;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DatabaseCommandsTest {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @RegisterExtension
    static final TestDatabase empty = TestDatabase.empty();

    @BeforeEach
    void emptyTables() {
        db.reset();
    }

    private static CommandLineRun run(TestDatabase database, String... args) {
        return CommandLineRun.of(
                Map.of("DATABASE_URL", database.url(), "EMBEDDING_DIM", "3", "DRIFT_MIN_SAMPLES", "20"), args);
    }

    private static void interactions(String ago, int count, int refused, String score) {
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag, user_feedback_score)
                SELECT now() - interval '%s', 'q', 'r', i <= %d, %s FROM generate_series(1, %d) AS i
                """
                        .formatted(ago, refused, score, count));
    }

    private static void embeddings(String ago, int count, String vector) {
        String literal = db.vectorKind() == VectorKind.VECTOR ? "'[" + vector + "]'" : "'{" + vector + "}'";
        db.execute(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding)
                SELECT now() - interval '%s' - i * interval '20 minutes', 'query', %s FROM generate_series(1, %d) i
                """
                        .formatted(ago, literal, count));
    }

    @Test
    void backtest_tells_what_would_have_fired_with_other_settings_and_by_the_classic_rule() {
        interactions("26 hours", 100, 20, "NULL");
        assertThat(run(db, "check").code()).isNotEqualTo(1);
        String from = String.valueOf(db.value(
                "SELECT to_char((now() - interval '2 days') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"));

        CommandLineRun run = run(db, "backtest", "--from", from, "--with", "REFUSAL_RATE_THRESHOLD=0.3");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("What would have fired from ", "the settings in use  ", "the classic rule  ")
                .containsPattern("\nREFUSAL_RATE_THRESHOLD=0.3\n  nothing\n")
                .containsPattern("\nthe settings in use\n  refusals +[-0-9]+ [:0-9]+ to ")
                .containsPattern("\nthe classic rule\n  refusals +[-0-9]+ [:0-9]+ to [^\n]+\n    -> retrain by log\n");
    }

    @Test
    void backfill_reads_what_no_check_has_read_and_says_how_much() {
        interactions("300 days", 100, 20, "0.5");
        embeddings("200 days", 30, "1,2,3");

        CommandLineRun run = run(db, "backfill", "--rows-per-second", "100000");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("230 rows to read\ndone: 230 rows read; checks go on from here\n");
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles")).isEqualTo(130);
        assertThat(run(db, "backfill").out()).isEqualTo("0 rows to read\ndone: 0 rows read; checks go on from here\n");

        assertThat(run(db, "backfill", "--rows-per-second", "0").code()).isEqualTo(2);
        db.execute("UPDATE drift_checkpoints SET system_identifier = '1'");
        CommandLineRun restored = run(db, "backfill");
        assertThat(restored.code()).isEqualTo(1);
        assertThat(restored.err()).contains("doctor --rebase").hasLineCount(1);
    }

    @Test
    void days_that_were_rolled_up_are_refused_as_a_stretch_and_a_backtest_begins_behind_them() {
        interactions("50 days", 100, 20, "NULL");
        interactions("26 hours", 100, 20, "NULL");
        assertThat(run(db, "check").code()).isNotEqualTo(1);
        String day = String.valueOf(
                db.value(
                        "SELECT to_char(bucket_start AT TIME ZONE 'UTC', 'YYYY-MM-DD') FROM drift_profiles WHERE bucket_seconds = 86400"));
        String from = day + "T00:00:00Z";
        String to = day + "T23:00:00Z";

        CommandLineRun fit = run(db, "baseline", "fit", "--stream", "refusals", "--from", from, "--to", to);
        assertThat(fit.code()).isEqualTo(2);
        assertThat(fit.err()).contains("of " + day + " one profile of the day is kept", "name a stretch from ");

        CommandLineRun within = run(db, "backtest", "--from", from, "--to", to);
        assertThat(within.code()).isEqualTo(2);
        assertThat(within.err()).contains("one profile each is kept", "begin at ");

        assertThat(run(db, "doctor").out()).doesNotContain("one profile each is kept");
        assertThat(run(db, "doctor", "--set", "DRIFT_BASELINE_DAYS=52-45").out())
                .containsPattern(
                        "windows +the baseline window begins at [-0-9T:]+Z, but of the days before [-0-9T:]+Z one"
                                + " profile each is kept");

        // A replay of fifty days, each quarter of an hour of which would be a check.
        String[] fourADay = {"--set", "CHECK_INTERVAL_SECONDS=21600"};
        CommandLineRun across = run(db, "backtest", "--from", from, fourADay[0], fourADay[1]);
        assertThat(across.code()).isZero();
        assertThat(across.out()).contains("It begins then and not at " + day + " 00:00");
        assertThat(run(db, "backtest", "--from", from, "--json", fourADay[0], fourADay[1])
                        .out())
                .contains("\"asked_from\":\"" + from + "\"");
    }

    @Test
    void backtest_of_an_empty_stretch_or_with_a_wrong_setting_is_a_usage_error() {
        assertThat(run(db, "backtest", "--from", "2199-01-01T00:00:00Z").code()).isEqualTo(2);
        assertThat(run(db, "backtest", "--from", "2026-01-01T00:00:00Z", "--with", "REFUSAL=0.3")
                        .code())
                .isEqualTo(2);
        assertThat(run(db, "backtest", "--from", "2026-01-01T00:00:00Z", "--with", "0.3")
                        .code())
                .isEqualTo(2);
        assertThat(run(db, "backtest").code()).isEqualTo(2);
    }

    @Test
    void check_of_an_empty_database_says_so_with_exit_code_4() {
        CommandLineRun run = run(db, "check");

        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .contains(": INSUFFICIENT")
                .contains("No row of any stream was found: is the application logging into this database?")
                .contains("not logged: query_embeddings, document_embeddings, response_embeddings,\n")
                .doesNotContain("\u001B");
    }

    @Test
    void check_tells_drift_in_plain_words_with_exit_code_3() {
        interactions("1 hour", 100, 20, "NULL");
        embeddings("1 hour", 60, "1,0,0");
        embeddings("33 days", 40, "0,1,0");

        CommandLineRun run = run(db, "check");

        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out())
                .contains(": DRIFT")
                .containsPattern("refusals +▲ DRIFT +0\\.2000 +0\\.0500 +proven +100/0\n")
                .containsPattern(
                        "\nrefusals: DRIFT\n +refusal_rate 0\\.2000 is beyond its limit of 0\\.05, evidence 1\\.")
                .containsPattern("query_embeddings +▲ DRIFT +1\\.0000 +0\\.1000 +proven +60/40\n")
                .contains("cosine distance 1.0000, of which noise alone would give 0.0000")
                .contains("Episode ");
    }

    @Test
    void check_as_json_has_the_names_of_the_original_and_without_drift_exit_code_0() {
        interactions("1 hour", 100, 1, "0.8");
        interactions("33 days", 100, 1, "0.8");

        CommandLineRun run = run(db, "check", "--json");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .hasLineCount(1)
                .startsWith("{\"at\":\"")
                .contains("\"classic\":{\"embedding_drift_score\":null,\"embedding_variance_score\":null,"
                        + "\"refusal_rate\":0.01,\"toxicity_rate\":0.0,\"recent_accuracy\":0.8,"
                        + "\"baseline_accuracy\":0.8}")
                .as("what was never logged changes no exit code")
                .contains("\"stream\":\"coverage\",\"verdict\":\"INSUFFICIENT\"");
    }

    @Test
    void check_at_another_time_writes_nothing() {
        interactions("40 days", 100, 20, "NULL");
        String at = db.value("SELECT to_char(now() - interval '39 days', 'YYYY-MM-DD\"T\"HH24:MI:SSTZH:TZM')");

        CommandLineRun run = run(db, "check", "--at", at);

        assertThat(run.code()).isEqualTo(3);
        assertThat(db.count("SELECT count(*) FROM drift_episodes")).isZero();
        assertThat(db.count("SELECT count(*) FROM drift_events")).isZero();
    }

    @Test
    void a_stream_that_cannot_be_read_is_a_failure_and_the_others_are_still_told() {
        interactions("1 hour", 100, 20, "NULL");
        db.execute("ALTER VIEW feedback_scores RENAME COLUMN score TO renamed");
        try {
            CommandLineRun run = run(db, "check");

            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).containsPattern("refusals +▲ DRIFT");
        } finally {
            db.execute("ALTER VIEW feedback_scores RENAME COLUMN renamed TO score");
        }
    }

    @Test
    void check_says_when_it_shows_the_check_of_another_monitor() throws Exception {
        assertThat(run(db, "check").out()).startsWith("Check of ");
        assertThat(run(db, "check", "--json").out()).endsWith(",\"from_leader\":false}\n");
        try (DriftMonitor leader = DriftMonitor.builder(db.pool()).build()) {
            leader.start();
            Eventually.isTrue("it checks", () -> leader.lastReport().isPresent());
            String its = SECONDS.format(leader.lastReport().orElseThrow().at());

            assertThat(run(db, "check").out().lines().limit(2))
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("Another monitor has the lead"),
                            line -> assertThat(line).startsWith("Check of " + its));
            assertThat(run(db, "check", "--json").out())
                    .startsWith("{\"at\":\"" + leader.lastReport().orElseThrow().at() + "\"")
                    .endsWith(",\"from_leader\":true}\n");
        }
    }

    @Test
    void a_database_that_is_set_up_says_its_dimension_itself() {
        Map<String, String> urlAlone = Map.of("DATABASE_URL", db.url());

        assertThat(CommandLineRun.of(urlAlone, "check").err()).doesNotContain("dimensions");
        assertThat(CommandLineRun.of(urlAlone, "init-db", "--drift-pgvector", db.hasPgvector() ? "on" : "off")
                        .out())
                .contains("3 dimensions");
    }

    @Test
    void init_db_creates_the_schema_and_can_be_repeated() {
        String pgvector = empty.hasPgvector() ? "on" : "off";
        try {
            for (int i = 0; i < 2; i++) {
                CommandLineRun run = run(empty, "init-db", "--drift-pgvector", pgvector);
                assertThat(run.err()).isEmpty();
                assertThat(run.code()).isZero();
                assertThat(run.out())
                        .contains("is in place: version 1", "3 dimensions.")
                        .hasLineCount(1);
            }
            assertThat(run(empty, "doctor").code()).isZero();
        } finally {
            empty.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        }
    }

    @Test
    void errors_of_the_database_are_one_line_with_a_remedy() {
        oneLine(run(empty, "check"), "the database has no Drift-Aware schema: run init-db");
        oneLine(run(empty, "run", "--prometheus-port", "0"), "the database has no Drift-Aware schema: run init-db");
        oneLine(
                run(db, "check", "--embedding-dim", "4"),
                "documents is typed for 3 dimensions, EMBEDDING_DIM (embeddingDim in code) is 4: set EMBEDDING_DIM=3, or none");
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('s', 'c', "
                + (db.vectorKind() == VectorKind.VECTOR ? "'[1,2,3]')" : "'{1,2,3}')"));
        oneLine(
                run(db, "init-db", "--embedding-dim", "4"),
                "documents.embedding has 3 dimensions, not 4: set EMBEDDING_DIM=3");

        String missing = db.url().replaceAll("/drift_test_[0-9a-f]+", "/drift_no_such_database");
        for (String command : new String[] {"check", "init-db", "run"}) {
            oneLine(
                    run(db, command, "--prometheus-port", "0", "--database-url", missing),
                    "\"drift_no_such_database\" does not exist: create it (CREATE DATABASE)");
        }
        oneLine(
                run(db, "check", "--database-url", "postgresql://u:geheim@127.0.0.1:1/x"),
                "the connection was refused: start PostgreSQL");
    }

    @Test
    void an_old_server_is_named_with_the_remedy() {
        // There is no such server at hand: this is what init-db, check, run and doctor all ask.
        SchemaState old =
                new SchemaState(130_016, List.of(), OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), false);

        assertThat(old.problem(OptionalInt.of(3)))
                .hasValue("PostgreSQL 13 is too old, Drift-Aware needs 14 or newer: upgrade the server or use another");
    }

    @Test
    void a_port_in_use_is_one_line_that_names_it() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            oneLine(
                    run(db, "run", "--drift-bind", "127.0.0.1", "--prometheus-port", port),
                    "port " + port + " is already in use");
        }
    }

    private static void oneLine(CommandLineRun run, String message) {
        assertThat(run.err())
                .hasLineCount(1)
                .startsWith("drift-runner: ")
                .contains(message)
                .doesNotContain("geheim", "Exception", "\tat ");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void a_database_that_has_it_all_is_healthy() {
        interactions("1 hour", 100, 1, "0.8");
        interactions("33 days", 100, 1, "0.8");

        CommandLineRun run = run(db, "doctor");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("Nothing must be put right. What is marked NOTE is missing")
                .containsPattern("OK +connection +postgresql://")
                .containsPattern("OK +server +PostgreSQL ")
                .containsPattern("OK +schema +version 1, complete, 3 dimensions")
                .containsPattern("OK +privileges ")
                .containsPattern("OK +clocks ")
                .containsPattern("OK +feedback +the next check learns its baseline from 200 rows")
                .containsPattern(
                        "OK +refusals +no baseline yet, 200 of 1000 rows collected; its limit is judged without: 100"
                                + " rows since [-0-9T:]+Z, enough for a verdict")
                .containsPattern(
                        "NOTE +coverage +nothing is logged for it since [-0-9T:]+Z; a baseline needs 1,000 rows of"
                                + " a week, or 5,000 over a day")
                .containsPattern("OK +baseline_accuracy +exists")
                .containsPattern(
                        "NOTE +embedding_drift_score +needs query embeddings from 30 to 37 days ago: there are none");
    }

    @Test
    void doctor_speaks_the_rules_of_the_detection_that_is_set() {
        interactions("1 hour", 100, 1, "0.8");
        interactions("33 days", 10, 1, "0.8");

        assertThat(run(db, "doctor").out())
                .containsPattern("NOTE +feedback +no baseline yet, 110 of 200 rows collected, until there is one it is"
                        + " LEARNING; a baseline needs 200 rows of a week, or 1,000 over a day")
                .doesNotContain("DRIFT_MIN_SAMPLES");
        assertThat(run(db, "doctor", "--drift-detection", "threshold").out())
                .containsPattern("NOTE +feedback +100 recent and 10 baseline rows; a verdict needs 20 baseline rows"
                        + " \\(DRIFT_MIN_SAMPLES\\)")
                .containsPattern("NOTE +coverage +DRIFT_DETECTION=threshold has no rule for it");
    }

    @Test
    void doctor_says_the_same_as_the_check_of_the_rows_after_a_baseline() {
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, refusal_flag, user_feedback_score)
                SELECT now() - interval '36 days' + i * interval '4 minutes', i % 50 = 0, 0.8 FROM generate_series(1, 2000) i;
                INSERT INTO interaction_log (timestamp, refusal_flag, user_feedback_score)
                SELECT now() - i * interval '1 hour', i % 50 = 0, 0.8 FROM generate_series(1, 160) i
                """);
        String check = run(db, "check").out();

        for (String stream : List.of("refusals", "feedback")) {
            assertThat(check).containsPattern(stream + " +. OK .* 1[56][0-9]/2,000\n");
            assertThat(run(db, "doctor").out())
                    .containsPattern(
                            "OK +" + stream + " +baseline [0-9]+ of 2,000 rows is in use, 1[56][0-9] rows since");
        }
    }

    @Test
    void doctor_promises_no_verdict_to_a_flag_without_a_limit_and_without_a_baseline() {
        interactions("1 hour", 100, 1, "0.8");
        assertThat(run(db, "check", "--refusal-rate-threshold", "1").out()).containsPattern("its\\s+limit\\s+is\\s+1,");

        assertThat(run(db, "doctor", "--refusal-rate-threshold", "1").out())
                .containsPattern("NOTE +refusals +no baseline yet, 100 of 1000 rows collected; its limit is 1, so that"
                        + " until there is one it is INSUFFICIENT; a baseline needs 1,000 rows of a week");
    }

    @Test
    void doctor_promises_no_verdict_to_feedback_with_a_baseline_that_is_too_small() {
        interactions("33 days", 200, 1, "0.02");
        interactions("1 hour", 100, 1, "0.02");
        assertThat(run(db, "check").out()).containsPattern("are\\s+too\\s+few\\s+to\\s+bound\\s+their\\s+mean");

        assertThat(run(db, "doctor").out())
                .containsPattern("NOTE +feedback +baseline [0-9]+ of 200 scores is in use, and its scores are too few"
                        + " to bound their mean: accept a longer one, until then it is INSUFFICIENT");
    }

    @Test
    void one_row_of_a_model_that_is_tried_out_is_not_what_doctor_counts() {
        embeddings("1 hour", 300, "1,2,3");
        embeddings("-15 minutes", 1, "3,2,1");
        db.execute("UPDATE embeddings_log SET embedding_model = CASE WHEN id > 300 THEN 'on trial' ELSE 'usual' END");

        assertThat(run(db, "doctor").out())
                .containsPattern("NOTE +query.embeddings +no baseline yet, 300 of 1000 rows collected");
    }

    @Test
    void doctor_does_not_say_that_all_is_well_where_a_check_says_stale() {
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, refusal_flag)
                SELECT now() - interval '3 days' - i * interval '1 hour', false FROM generate_series(1, 100) i
                """);
        assertThat(run(db, "check").code()).isEqualTo(4);

        CommandLineRun run = run(db, "doctor");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .containsPattern("NOTE +refusals +STALE: no row since [-0-9T:.]+Z, stale after 24 hours without one")
                .doesNotContain("Nothing is wrong");
    }

    @Test
    void baseline_accept_says_what_it_has_changed_and_closed() {
        interactions("33 days", 1_000, 10, "NULL");
        interactions("2 hours", 200, 60, "NULL");
        assertThat(run(db, "check").code()).isEqualTo(3);
        String before = db.value("SELECT id FROM drift_baselines WHERE stream = 'refusals'");
        String episode = db.value("SELECT id FROM drift_episodes WHERE stream = 'refusals'");

        CommandLineRun accepted = run(db, "baseline", "accept", "--stream", "refusals");

        assertThat(accepted.code()).as(accepted.err()).isZero();
        String id = db.value("SELECT max(id) FROM drift_baselines WHERE stream = 'refusals'");
        assertThat(accepted.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("baseline " + id + " of refusals is in use now: 200 rows from "),
                        line -> assertThat(line).isEqualTo("baseline " + before + " is retired"),
                        line -> assertThat(line)
                                .startsWith("episode " + episode + " is closed: it was open since ")
                                .endsWith(", and this is the new normal"));
        assertThat(run(db, "baseline", "accept", id).out())
                .isEqualTo("baseline " + id + " of refusals was in use already: nothing has changed\n");
    }

    @Test
    void init_db_types_documents_anew_while_there_are_none() {
        assertThat(run(db, "init-db", "--embedding-dim", "4", "--drift-pgvector", db.hasPgvector() ? "on" : "off")
                        .out())
                .contains("Warning: documents is empty: it is typed for 4 dimensions, not for 3 any more");
        assertThat(run(db, "init-db", "--drift-pgvector", db.hasPgvector() ? "on" : "off")
                        .out())
                .contains("it is typed for 3 dimensions, not for 4 any more");
    }

    @Test
    void doctor_says_since_when_a_gauge_can_exist() {
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query, model_response, user_feedback_score)
                VALUES (date_trunc('day', now() - interval '10 days'), 'q', 'r', 0.5)
                """);
        String first = db.value("SELECT to_char(date_trunc('day', now() - interval '10 days') AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
        String since = db.value("SELECT to_char((date_trunc('day', now() - interval '10 days') AT TIME ZONE 'UTC')"
                + " + interval '30 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");

        CommandLineRun run = run(db, "doctor");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("needs ratings from 30 to 37 days ago: the first row is from " + first
                        + ", so it can exist from " + since);
    }

    @Test
    void doctor_names_what_is_wrong_with_exit_code_1() {
        assertThat(run(empty, "doctor")).returns(1, CommandLineRun::code).satisfies(run -> assertThat(run.out())
                .containsPattern("WRONG +schema +the database has no Drift-Aware schema: run init-db"));
        assertThat(run(db, "doctor", "--embedding-dim", "4", "--json"))
                .returns(1, CommandLineRun::code)
                .satisfies(run -> assertThat(run.out())
                        .startsWith("{\"healthy\":false,\"checks\":[{\"level\":")
                        .contains("set EMBEDDING_DIM=3"));
        assertThat(run(db, "doctor", "--database-url", "postgresql://u:geheim@127.0.0.1:1/x"))
                .returns(1, CommandLineRun::code)
                .satisfies(run -> assertThat(run.out())
                        .containsPattern("WRONG +connection +postgresql://u@127.0.0.1:1/x: the connection was refused")
                        .doesNotContain("geheim"));
    }

    @Test
    void doctor_names_missing_privileges() {
        String role = "drift_doctor_" + Long.toHexString(System.nanoTime());
        db.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'p'; GRANT SELECT ON interaction_log TO " + role);
        try {
            CommandLineRun run =
                    run(db, "doctor", "--database-url", db.url().replaceFirst("//[^@]*@", "//" + role + ":p@"));
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.out()).containsPattern("WRONG +[a-z]+ +.*GRANT drift_monitor");
        } finally {
            db.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
        }
    }
}
