package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is logged is stored, or refused with a reason, and the events around it are stored. */
final class HostileInputTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final UUID ID = new UUID(5, 5);
    private static final int HUNDRED_MILLION = 100_000_000;

    private final Heard heard = new Heard();

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private DriftLogger.Builder builder() {
        return DriftLogger.builder(DB.dataSource()).embeddingModel("m", 3).listener(heard);
    }

    private static void bystander(DriftLogger logger) {
        logger.log(Interaction.builder().query("bystander").build());
        logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}).withMetadataJson("{\"bystander\": 1}"));
        logger.feedback(Feedback.of(ID, 1).withComment("bystander"));
    }

    /** Logs between bystanders, and returns the books when all of it is settled. */
    private LoggerStats logged(DriftLogger.Builder builder, Consumer<DriftLogger> events) {
        try (DriftLogger logger = builder.build()) {
            bystander(logger);
            events.accept(logger);
            bystander(logger);
            FlushResult result = logger.flush(LONG);
            assertThat(result.complete()).as("%s", result).isTrue();
            assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE user_query = 'bystander'"))
                    .isEqualTo(2);
            assertThat(DB.count("SELECT count(*) FROM embeddings_log WHERE metadata = '{\"bystander\": 1}'"))
                    .isEqualTo(2);
            assertThat(DB.count("SELECT count(*) FROM feedback_log WHERE comment = 'bystander'"))
                    .isEqualTo(2);
            return logger.stats();
        }
    }

    /** The text in every field that takes one. */
    private static Consumer<DriftLogger> everywhere(String text, String json) {
        return logger -> {
            logger.log(Interaction.builder()
                    .query(text)
                    .response(text)
                    .model(text)
                    .requestModel(text)
                    .refusalKind(text)
                    .refusalDetector(text)
                    .toxicityDetector(text)
                    .topic(text)
                    .userId(text)
                    .sessionId(text)
                    .conversationId(text)
                    .tenant(text)
                    .segment(text)
                    .promptName(text)
                    .promptVersion(text)
                    .metadataJson(json)
                    .build());
            logger.log(EmbeddingRecord.response(new float[] {1, 2, 3})
                    .withModel(text)
                    .withTenant(text)
                    .withSegment(text)
                    .withMetadataJson(json));
            logger.feedback(
                    Feedback.of(ID, 0.5).withSource(text).withComment(text).withMetadataJson(json));
        };
    }

    static Stream<String> texts() {
        return Stream.of(
                "half a pair \uD83D, the other half \uDE00, the wrong way \uDE00\uD83D",
                "NUL \u0000 within, and at the end \u0000",
                "emoji \uD83D\uDE00 \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 \uD83C\uDFF4\uDB40\uDC67\uDB40\uDC7F",
                "right to left \u202E\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627 \u200F",
                "marks that pile up e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 and \uFEFF\u200B\u2028\u2029\uFFFF",
                "'; DROP TABLE interaction_log; -- \"$$ $1 \\ \\. \t\r\n E'\\x41' {\"a\": 1} ${jndi:ldap://x} %s {}",
                "control \u0001\u0007\b\u001B[31m \u007F \u0085");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void a_text_in_every_field_is_stored_as_far_as_postgresql_can_hold_it(String text) {
        // Strings in JSON may not hold control characters; those are tried below.
        String json = "{\"" + text.replaceAll("[\\p{Cntrl}\"\\\\]", "") + "\": \"x\"}";
        LoggerStats stats = logged(builder(), everywhere(text, json));
        assertThat(stats.rejected()).isEmpty();
        assertThat(stats.dropped()).isEmpty();
        assertThat(stats.withheld()).isZero();
        String expected = mended(text);
        assertThat(DB.value("SELECT user_query FROM interaction_log WHERE user_query <> 'bystander'"))
                .isEqualTo(expected);
        assertThat(DB.count("SELECT count(DISTINCT v) FROM interaction_log CROSS JOIN LATERAL (VALUES (user_query),"
                        + " (model_response), (model_name), (request_model), (refusal_kind), (refusal_detector),"
                        + " (toxicity_detector), (topic), (user_id), (session_id), (conversation_id), (tenant), (segment),"
                        + " (prompt_name), (prompt_version)) AS fields (v) WHERE user_query <> 'bystander'"))
                .as("all fields are alike")
                .isEqualTo(1);
        assertThat(DB.value("SELECT embedding_model FROM embeddings_log WHERE type = 'response'"))
                .isEqualTo(expected);
        assertThat(DB.value("SELECT source FROM feedback_log WHERE comment <> 'bystander'"))
                .isEqualTo(expected);
        assertThat(DB.value("SELECT comment FROM feedback_log WHERE comment <> 'bystander'"))
                .isEqualTo(expected);
        assertThat(DB.count("SELECT count(*) FROM feedback_log WHERE metadata <> '{}'"))
                .isEqualTo(1);
    }

    /** U+FFFD for NUL and for each half of a surrogate pair that stands alone. */
    private static String mended(String text) {
        return text.codePoints()
                .map(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void a_hundred_million_characters_are_refused_by_the_usual_queue() {
        String text = "0123 456".repeat(HUNDRED_MILLION / 8);
        LoggerStats stats = logged(builder(), logger -> {
            logger.log(Interaction.builder().response(text).build());
            logger.log(Interaction.builder().metadataJson("\"" + text + "\"").build());
            logger.feedback(Feedback.of(ID, 1).withComment(text));
            logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}).withSegment(text));
        });
        assertThat(stats.rejected()).isEqualTo(Map.of("too_large", 4L));
        Eventually.hold("told", () -> !heard.rejected.isEmpty());
        assertThat(heard.rejected)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(300).doesNotContain("0123 456"));
    }

    @Test
    void a_hundred_million_characters_are_stored_where_the_queue_has_room() {
        String text = "a@b.de/ ".repeat(HUNDRED_MILLION / 8);
        LoggerStats stats = logged(
                builder().queueBytes(1L << 30),
                logger -> logger.log(Interaction.builder().response(text).build()));
        assertThat(stats.rejected()).isEmpty();
        assertThat(DB.value(
                        "SELECT concat_ws('|', length(model_response), left(model_response, 20)) FROM interaction_log"
                                + " WHERE model_response IS NOT NULL"))
                .isEqualTo(HUNDRED_MILLION / 8 * "[EMAIL]/ ".length() + "|[EMAIL]/ [EMAIL]/ [E");
    }

    @Test
    void json_is_stored_up_to_a_depth_and_refused_beyond() {
        LoggerStats stats = logged(builder(), logger -> {
            for (int depth : new int[] {1, 200, 201, 1_000, 1_000_000}) {
                logger.log(Interaction.builder()
                        .metadataJson(nested("[", depth, "]"))
                        .build());
                logger.log(Interaction.builder()
                        .metadataJson(nested("{\"a@b.de\":", depth, "}"))
                        .build());
            }
        });
        assertThat(stats.rejected()).isEqualTo(Map.of("metadata_not_json", 6L));
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE metadata <> '{}'"))
                .isEqualTo(4);
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE metadata::text LIKE '%a@b%'"))
                .isZero();
    }

    private static String nested(String open, int depth, String close) {
        return open.repeat(depth) + "1" + close.repeat(depth);
    }

    @Test
    void json_that_only_looks_like_it_is_refused() {
        LoggerStats stats = logged(builder(), logger -> {
            for (String json : new String[] {
                "",
                "{",
                "{'a': 1}",
                "{\"a\": 1,}",
                "NaN",
                "01",
                "\"\u0000\"",
                "\"\\u0000\"",
                "\"\\uD83D\"",
                "\"\n\"",
                "1e9999",
                "{\"a\": 1} {\"b\": 2}",
                "\uFEFF{}"
            }) {
                logger.feedback(Feedback.of(ID, 1).withMetadataJson(json));
            }
        });
        assertThat(stats.rejected()).isEqualTo(Map.of("metadata_not_json", 13L));
    }

    @Test
    void dates_are_stored_from_the_year_1_to_9999_and_refused_beyond() {
        LoggerStats stats = logged(builder(), logger -> {
            for (String time : new String[] {
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999Z",
                "1969-12-31T23:59:59.999999Z",
                "0000-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z"
            }) {
                Instant at = Instant.parse(time);
                logger.log(Interaction.builder().timestamp(at).topic("dated").build());
                logger.log(EmbeddingRecord.document(new float[] {1, 2, 3}).withTimestamp(at));
                logger.feedback(Feedback.of(ID, 0.5).withTimestamp(at).withComment("dated"));
            }
        });
        assertThat(stats.rejected()).isEqualTo(Map.of("timestamp_out_of_range", 6L));
        String times = "0001-01-01 00:00:00,1969-12-31 23:59:59.999999,9999-12-31 23:59:59.999999";
        String sorted = "SELECT string_agg((timestamp AT TIME ZONE 'UTC')::text, ',' ORDER BY timestamp) FROM ";
        assertThat(DB.value(sorted + "interaction_log WHERE topic = 'dated'")).isEqualTo(times);
        assertThat(DB.value(sorted + "embeddings_log WHERE type = 'doc'")).isEqualTo(times);
        assertThat(DB.value(sorted + "feedback_log WHERE comment = 'dated'")).isEqualTo(times);
    }

    @Test
    void ten_thousand_models_are_ten_thousand_models() {
        int models = 10_000;
        LoggerStats stats = logged(builder().queueCapacity(30_000), logger -> {
            for (int i = 0; i < models; i++) {
                String model = "model " + i;
                logger.log(
                        Interaction.builder().model(model).requestModel(model).build());
                float[] vector = new float[1 + i % 50];
                vector[0] = 1;
                logger.log(EmbeddingRecord.response(vector).withModel(model));
            }
        });
        assertThat(stats.rejected()).isEmpty();
        assertThat(stats.dropped()).isEmpty();
        assertThat(DB.count("SELECT count(DISTINCT model_name) FROM interaction_log"))
                .isEqualTo(models);
        assertThat(DB.count("SELECT count(*) FROM (SELECT DISTINCT embedding_model, embedding_dim FROM embeddings_log"
                        + " WHERE type = 'response') models"))
                .isEqualTo(models);
    }

    @Test
    void a_name_in_a_refusal_cannot_fill_or_forge_a_log() {
        String name = "x\n2026-01-01 ERROR forged" + "y".repeat(100_000);
        LoggerStats stats = logged(builder(), logger -> {
            logger.log(EmbeddingRecord.response(new float[] {1, 2}).withModel(name));
            logger.log(EmbeddingRecord.response(new float[] {1, 2, 3}).withModel(name));
        });
        assertThat(stats.rejected()).isEqualTo(Map.of("wrong_dimension", 1L));
        Eventually.hold("told", () -> !heard.rejected.isEmpty());
        assertThat(heard.rejected.get(0))
                .hasSizeLessThan(300)
                .doesNotContain("\n")
                .contains("'x?2026");
    }
}
