package io.driftaware.runner.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.openai.FakeOpenAi.Fault;
import io.driftaware.runner.openai.Json;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RetrainTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final UUID KEY = UUID.fromString("00000000-0000-0000-0000-00000000000a");

    private final FakeOpenAi fake = FakeOpenAi.start();

    @TempDir
    Path folder;

    @BeforeEach
    void forty_good_answers_and_some_bad_ones() {
        db.reset();
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query, model_response, user_feedback_score, content_capture)
                SELECT '2026-03-01', 'question ' || n, 'answer ' || n, 1, 'REDACTED' FROM generate_series(1, 40) n;
                INSERT INTO interaction_log (timestamp, user_query, model_response, user_feedback_score, refusal_flag,
                                             toxicity_flag, content_capture) VALUES
                    ('2026-03-02', ' QUESTION  1', 'Answer 1', 1, false, false, 'REDACTED'),
                    ('2026-03-02', 'refused one', 'I cannot', NULL, true, false, 'REDACTED'),
                    ('2026-03-02', 'rude one', 'go away', 1, false, true, 'REDACTED'),
                    ('2026-03-02', 'bad one', 'wrong', 0.1, false, false, 'REDACTED'),
                    ('2026-03-02', 'so so', 'well', 0.6, false, false, 'REDACTED'),
                    ('2026-03-02', 'nobody said anything', 'fine', NULL, false, false, 'REDACTED'),
                    ('2026-03-02', 'full text of Jane Doe', 'fine', 1, false, false, 'FULL'),
                    ('2025-03-02', 'long ago', 'fine', 1, false, false, 'REDACTED');
                """);
    }

    @AfterEach
    void close() {
        fake.close();
    }

    private static TrainingSet set(boolean full) throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            return TrainingSet.read(connection, NOW.minus(Duration.ofDays(90)), NOW, full);
        }
    }

    private RetrainAction action(int least) {
        return new RetrainAction(
                new OpenAiClient(fake.url(), FakeOpenAi.KEY, Duration.ofSeconds(2), 1 << 19),
                db.dataSource(),
                InstantSource.fixed(NOW),
                new RetrainSettings("small-model", 90, least, false));
    }

    private static ActionRequest request(int attempt) {
        return new ActionRequest("retrain", "high_refusal_rate", KEY, attempt, "{}");
    }

    @Test
    void what_was_rated_well_is_an_example_and_what_was_not_waits_for_a_person() throws Exception {
        TrainingSet set = set(false);
        assertThat(set.examples()).isEqualTo(40);
        assertThat(set.duplicates()).isEqualTo(1);
        assertThat(set.skippedFull()).isEqualTo(1);
        assertThat(set.validation()).hasSizeBetween(1, 12);
        List<String> asked = new ArrayList<>();
        for (String line : set.toComplete()) {
            asked.add(Json.read(line).get("why") + ": " + Json.read(line).get("bad_answer"));
            assertThat(line).contains("{\"role\":\"assistant\",\"content\":\"\"}");
        }
        assertThat(asked).containsExactlyInAnyOrder("refused: I cannot", "toxic: go away", "rated 0.1: wrong");
        assertThat(set.training()).noneMatch(line -> line.contains("go away") || line.contains("I cannot"));
        assertThat(set(true).examples()).isEqualTo(41);
    }

    @Test
    void the_same_rows_give_the_same_files_and_no_question_is_on_both_sides() throws Exception {
        set(false).write(folder);
        String training = Files.readString(folder.resolve("training.jsonl"));
        set(false).write(folder);
        assertThat(Files.readString(folder.resolve("training.jsonl"))).isEqualTo(training);
        assertThat(TrainingSet.heldOut("Question  1")).isEqualTo(TrainingSet.heldOut("question 1 "));
        assertThat(Files.readAllLines(folder.resolve("training.jsonl")))
                .doesNotContainAnyElementsOf(Files.readAllLines(folder.resolve("validation.jsonl")))
                .contains("{\"messages\":[{\"role\":\"user\",\"content\":\"question 2\"},"
                        + "{\"role\":\"assistant\",\"content\":\"answer 2\"}]}");
    }

    @Test
    void a_job_is_created_followed_and_registered_but_not_put_to_use() throws Exception {
        assertThat(action(10).needsApproval()).isTrue();
        assertThat(action(10).run(request(1))).isInstanceOf(ActionResult.Running.class);
        assertThat(action(10).run(request(2))).isInstanceOf(ActionResult.Running.class);
        assertThat(fake.jobs()).isEqualTo(1);
        assertThat(action(10).run(request(3)))
                .isEqualTo(new ActionResult.Running("job ftjob-3 is queued", Duration.ofMinutes(1)));
        fake.finishJobs("succeeded");
        fake.failNext(Fault.TOO_MANY);
        assertThat(action(10).run(request(4)))
                .isEqualTo(new ActionResult.TryAgain(
                        "the server answered 429 rate_limit_exceeded", Duration.ofSeconds(1)));
        assertThat(action(10).run(request(5))).isInstanceOf(ActionResult.Succeeded.class);
        assertThat(action(10).run(request(6))).as("again").isInstanceOf(ActionResult.Succeeded.class);

        assertThat(db.value(
                        "SELECT model_name || ' ' || active || ' ' || base_model || ' ' || training_data_count || ' '"
                                + " || (performance_metrics ->> 'valid_loss') FROM model_versions"))
                .isEqualTo("ft:small-model:drift-00000000:x1 false small-model 40 0.8");
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE kind = 'model_proposed'"))
                .isEqualTo(1);
        assertThat(fake.files).hasSize(2).allMatch(file -> file.contains("fine-tune"));
        assertThat(fake.files.get(0)).contains("question 2").doesNotContain("Jane Doe");
    }

    @Test
    void a_create_call_with_an_unknown_end_is_looked_for_and_never_made_twice() throws Exception {
        action(10).run(request(1));
        fake.failNext(Fault.DONE_BUT_BROKEN);
        assertThat(action(10).run(request(2))).isInstanceOf(ActionResult.Running.class);
        assertThat(action(10).run(request(3))).isInstanceOf(ActionResult.Running.class);
        assertThat(action(10).run(request(4)))
                .isEqualTo(new ActionResult.Running("job ftjob-3 is queued", Duration.ofMinutes(1)));
        assertThat(fake.jobs()).isEqualTo(1);
    }

    @Test
    void one_that_is_not_found_waits_for_the_operator() throws Exception {
        action(10).run(request(1));
        fake.failNext(Fault.BROKEN);
        action(10).run(request(2));
        assertThat(action(10).run(request(3))).isInstanceOf(ActionResult.Unknown.class);
        assertThat(fake.jobs()).isZero();
    }

    @Test
    void a_refused_create_call_is_made_again_since_nothing_was_created() throws Exception {
        action(10).run(request(1));
        fake.failNext(Fault.TOO_MANY);
        assertThat(action(10).run(request(2))).isInstanceOf(ActionResult.TryAgain.class);
        assertThat(action(10).run(request(3))).isInstanceOf(ActionResult.Running.class);
        assertThat(fake.jobs()).isEqualTo(1);
    }

    @Test
    void too_few_examples_or_a_failed_job_fail_with_the_reason_and_without_the_key() throws Exception {
        assertThat(action(41).run(request(1)))
                .isInstanceOfSatisfying(ActionResult.Failed.class, failed -> assertThat(failed.error())
                        .startsWith("too few examples, DRIFT_RETRAIN_MIN_EXAMPLES=41"));
        assertThat(fake.requests.get()).isZero();
        action(10).run(request(1));
        action(10).run(request(2));
        fake.finishJobs("failed");
        assertThat(action(10).run(request(3)))
                .isEqualTo(new ActionResult.Failed("job ftjob-3 failed: invalid_training_file"));
        assertThat(db.count("SELECT count(*) FROM model_versions")).isZero();
    }

    @Test
    void drift_of_another_kind_is_none_of_its_business() throws Exception {
        assertThat(action(10).run(new ActionRequest("reindex", "embedding_drift", KEY, 1, "{}")))
                .isInstanceOf(ActionResult.Succeeded.class);
        assertThat(fake.requests.get()).isZero();
    }
}
