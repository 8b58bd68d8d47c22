package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.logging.privacy.ContentCapture;
import io.driftaware.logging.privacy.Redactor;
import io.driftaware.logging.privacy.UserIds;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is kept of texts, wherever an event can have one. */
final class CaptureTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private static final byte[] KEY =
            "0123456789abcdef0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final UUID ID = new UUID(9, 9);

    private final Heard heard = new Heard();

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private DriftLogger.Builder builder() {
        return DriftLogger.builder(DB.dataSource()).embeddingModel("m", 3).listener(heard);
    }

    /** Logs a text everywhere, and returns what the logger's books then say. */
    private static LoggerStats logged(DriftLogger.Builder builder, String text) {
        try (DriftLogger logger = builder.build()) {
            String json = "{\"text\": \"" + text + "\", \"n\": 1}";
            logger.log(Interaction.builder()
                    .id(ID)
                    .query(text)
                    .response("answer to " + text)
                    .userId("user-1")
                    .refusal(true)
                    .model("model")
                    .metadataJson(json)
                    .build());
            logger.log(EmbeddingRecord.query(new float[] {1, 2, 3})
                    .withInteraction(ID)
                    .withMetadataJson(json));
            logger.feedback(Feedback.of(ID, 0.5).withComment(text).withMetadataJson(json));
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            return logger.stats();
        }
    }

    private static String stored() {
        return DB.value(
                "SELECT concat_ws(' | ', COALESCE(i.user_query, '-'), COALESCE(i.model_response, '-'), i.metadata,"
                        + " e.metadata, COALESCE(f.comment, '-'), f.metadata, i.content_capture, i.model_name, i.refusal_flag)"
                        + " FROM interaction_log i, embeddings_log e, feedback_log f");
    }

    @Test
    void redacted_is_the_default_and_reaches_every_text() {
        logged(builder(), "mail a@b.de");
        String json = "{\"n\": 1, \"text\": \"mail [EMAIL]\"}";
        assertThat(stored())
                .isEqualTo("mail [EMAIL] | answer to mail [EMAIL] | " + json + " | " + json + " | mail [EMAIL] | "
                        + json + " | REDACTED | model | t");
    }

    @Test
    void full_keeps_texts_as_they_are() {
        logged(builder().contentCapture(ContentCapture.FULL).redactor(text -> "never"), "mail a@b.de");
        String json = "{\"n\": 1, \"text\": \"mail a@b.de\"}";
        assertThat(stored())
                .isEqualTo("mail a@b.de | answer to mail a@b.de | " + json + " | " + json + " | mail a@b.de | " + json
                        + " | FULL | model | t");
    }

    @Test
    void none_keeps_the_row_without_its_texts() {
        logged(builder().contentCapture(ContentCapture.NONE), "mail a@b.de");
        assertThat(stored()).isEqualTo("- | - | {} | {} | - | {} | NONE | model | t");
    }

    @Test
    void redactors_of_ones_own_come_first_in_their_order_and_the_built_in_one_last() {
        logged(
                builder()
                        .redactor(text -> text.replace("project falcon", "[PROJECT]"))
                        .redactor(text -> text.replace("[PROJECT]", "[PROJECT] x@y.de")),
                "project falcon");
        assertThat(DB.value("SELECT user_query FROM interaction_log")).isEqualTo("[PROJECT] [EMAIL]");
    }

    static Stream<Redactor> broken() {
        return Stream.of(
                text -> {
                    throw new IllegalStateException("could not take " + text);
                },
                text -> {
                    throw new StackOverflowError(text);
                },
                CaptureTest::nothing);
    }

    /** What a redactor returns that knows nothing of null annotations. */
    @SuppressWarnings("NullAway")
    private static String nothing(String text) {
        return null;
    }

    @ParameterizedTest
    @MethodSource("broken")
    void a_redactor_that_fails_costs_the_texts_and_nothing_else(Redactor redactor) {
        LoggerStats stats = logged(builder().redactor(redactor), "secret");
        assertThat(stored()).isEqualTo("- | - | {} | {} | - | {} | NONE | model | t");
        assertThat(stats.withheld()).isEqualTo(3);
        assertThat(stats.written()).isEqualTo(3);
        Eventually.hold("the listener is told", () -> !heard.withheld.isEmpty());
        assertThat(heard.withheld).allSatisfy(line -> assertThat(line)
                .contains(redactor.getClass().getName() + " failed with java.lang.")
                .doesNotContain("secret"));
    }

    @Test
    void an_event_without_texts_needs_no_redactor() {
        List<String> asked = new ArrayList<>();
        try (DriftLogger logger = builder()
                .redactor(text -> {
                    asked.add(text);
                    return text;
                })
                .build()) {
            logger.log(
                    Interaction.builder().topic("t").userId("u").sessionId("s").build());
            logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}));
            logger.feedback(ID, 1);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
        }
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void user_ids_become_pseudonyms_where_there_is_a_key(ContentCapture content) {
        logged(builder().contentCapture(content).userIdKey(KEY), "x");
        assertThat(DB.value("SELECT user_id FROM interaction_log"))
                .isEqualTo(new UserIds(KEY).pseudonym("user-1"))
                .startsWith("hmac-sha256:");
    }

    @Test
    void a_pseudonym_survives_a_redactor_that_fails() {
        logged(
                builder().userIdKey(KEY).redactor(text -> {
                    throw new IllegalStateException();
                }),
                "x");
        assertThat(DB.value("SELECT user_id FROM interaction_log")).isEqualTo(new UserIds(KEY).pseudonym("user-1"));
    }

    @Test
    void an_event_that_is_tried_again_is_prepared_once() {
        DB.execute("ALTER TABLE interaction_log RENAME TO interaction_log_away");
        boolean back = false;
        try (DriftLogger logger =
                builder().userIdKey(KEY).redactor(text -> text + "!").build()) {
            logger.log(Interaction.builder().userId("user-1").query("x").build());
            Eventually.hold("the first try fails", () -> !heard.outages.isEmpty());
            DB.execute("ALTER TABLE interaction_log_away RENAME TO interaction_log");
            back = true;
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
        } finally {
            if (!back) {
                DB.execute("ALTER TABLE interaction_log_away RENAME TO interaction_log");
            }
        }
        assertThat(DB.value("SELECT user_query || ' ' || user_id FROM interaction_log"))
                .isEqualTo("x! " + new UserIds(KEY).pseudonym("user-1"));
    }

    @Test
    void without_a_key_user_ids_stay() {
        logged(builder(), "x");
        assertThat(DB.value("SELECT user_id FROM interaction_log")).isEqualTo("user-1");
    }

    @Test
    void retrieval_keeps_the_best_score_and_the_number_of_hits() {
        try (DriftLogger logger = builder().build()) {
            logger.log(Interaction.builder().retrieval(0.25, 0.75, 0.5).build());
            logger.log(Interaction.builder().retrieval().build());
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
        }
        assertThat(DB.value("SELECT string_agg(concat_ws('|', retrieval_top_score, retrieval_hits), ' ' ORDER BY id)"
                        + " FROM interaction_log"))
                .isEqualTo("0.75|3 0");
    }
}
