package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.pgvector.PGvector;
import io.driftaware.logging.privacy.ContentCapture;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is logged is what is stored, in every column, however the schema keeps vectors. */
abstract class StoredRowsContract {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.123456Z");
    private static final Duration LONG = Duration.ofSeconds(30);

    abstract TestDatabase db();

    @BeforeEach
    void empty_tables() {
        db().reset();
    }

    private DriftLogger logger() {
        return DriftLogger.builder(db().dataSource())
                .embeddingModel("model-a", 3)
                .clock(InstantSource.fixed(NOW))
                .contentCapture(ContentCapture.FULL)
                .build();
    }

    private void logged(Consumer<DriftLogger> events) {
        try (DriftLogger logger = logger()) {
            events.accept(logger);
            FlushResult result = logger.flush(LONG);
            assertThat(result.complete()).as("%s %s", result, logger.stats()).isTrue();
        }
    }

    @Test
    void every_field_of_an_interaction_is_stored() {
        UUID id = UUID.randomUUID();
        Interaction all = Interaction.builder()
                .id(id)
                .query("what?")
                .response("that")
                .model("gpt-x-2026")
                .requestModel("gpt-x")
                .refusal(true)
                .toxic(false)
                .refusalScore(0.75)
                .refusalKind("SAFETY")
                .refusalDetector("own 3")
                .toxicityScore(0.125)
                .toxicityDetector("own 4")
                .feedback(0.85)
                .responseTimeMillis(1234)
                .tokenCount(30)
                .inputTokens(10)
                .outputTokens(20)
                .topic("billing")
                .userId("u1")
                .sessionId("s1")
                .conversationId("c1")
                .tenant("t1")
                .segment("beta")
                .promptName("answer")
                .promptVersion("7")
                .retrievalTopScore(0.75)
                .retrievalHits(4)
                .timestamp(Instant.parse("2025-12-31T23:59:59.999999Z"))
                .metadataJson("{\"a\": [1, null]}")
                .build();
        logged(logger -> assertThat(logger.log(all)).isEqualTo(id));
        assertThat(row("interaction_log", "id, event_id, xact_id"))
                .containsExactlyInAnyOrder(
                        "timestamp=2025-12-31T23:59:59.999999+00:00",
                        "user_query=what?",
                        "model_response=that",
                        "model_name=gpt-x-2026",
                        "refusal_flag=true",
                        "toxicity_flag=false",
                        "refusal_score=0.75",
                        "refusal_kind=SAFETY",
                        "refusal_detector=own 3",
                        "toxicity_score=0.125",
                        "toxicity_detector=own 4",
                        "user_feedback_score=0.85",
                        "response_time_ms=1234",
                        "token_count=30",
                        "topic=billing",
                        "user_id=u1",
                        "session_id=s1",
                        "metadata={\"a\": [1, null]}",
                        "interaction_id=" + id,
                        "request_model=gpt-x",
                        "prompt_name=answer",
                        "prompt_version=7",
                        "conversation_id=c1",
                        "input_tokens=10",
                        "output_tokens=20",
                        "tenant=t1",
                        "segment=beta",
                        "retrieval_top_score=0.75",
                        "retrieval_hits=4",
                        "content_capture=FULL");
    }

    @Test
    void what_an_interaction_does_not_say_is_null_and_not_a_default() {
        logged(logger -> logger.log(Interaction.builder().build()));
        assertThat(row("interaction_log", "id, event_id, interaction_id, xact_id"))
                .containsExactlyInAnyOrder(
                        "timestamp=2026-03-04T05:06:07.123456+00:00", "metadata={}", "content_capture=FULL");
    }

    @Test
    void an_interaction_gets_a_version_7_id_that_log_returns() {
        List<UUID> ids = new ArrayList<>();
        logged(logger -> ids.add(logger.log(Interaction.builder().build())));
        assertThat(ids.get(0).version()).isEqualTo(7);
        assertThat(db().value("SELECT interaction_id FROM interaction_log"))
                .isEqualTo(ids.get(0).toString());
    }

    @Test
    void every_field_of_an_embedding_is_stored() {
        UUID interaction = UUID.randomUUID();
        List<UUID> ids = new ArrayList<>();
        logged(logger -> ids.add(logger.log(EmbeddingRecord.document(new float[] {1, -2.5f})
                .withInteraction(interaction)
                .withModel("model-b")
                .withTimestamp(Instant.parse("2026-01-01T00:00:00Z"))
                .withTenant("t1")
                .withSegment("beta")
                .withRefId(77)
                .withMetadataJson("{\"k\": 1}"))));
        assertThat(row("embeddings_log", "id, embedding, xact_id"))
                .containsExactlyInAnyOrder(
                        "timestamp=2026-01-01T00:00:00+00:00",
                        "type=doc",
                        "ref_id=77",
                        "metadata={\"k\": 1}",
                        "event_id=" + ids.get(0),
                        "interaction_id=" + interaction,
                        "embedding_dim=2",
                        "embedding_model=model-b",
                        "tenant=t1",
                        "segment=beta");
        assertThat(vectors()).containsExactly(new float[] {1, -2.5f});
    }

    @Test
    void the_three_kinds_of_embedding_have_their_types_and_the_default_model() {
        logged(logger -> {
            logger.log(EmbeddingRecord.query(new float[] {1, 0, 0}));
            logger.log(EmbeddingRecord.document(new PGvector(new float[] {0, 1, 0})));
            logger.log(EmbeddingRecord.response(new float[] {0, 0, 1}));
        });
        assertThat(db().value(
                                "SELECT string_agg(type || ' ' || embedding_model || ' ' || (metadata IS NULL), ',' ORDER BY id)"
                                        + " FROM embeddings_log"))
                .isEqualTo("query model-a false,doc model-a false,response model-a false");
    }

    @Test
    void vectors_arrive_bit_for_bit() {
        SplittableRandom random = new SplittableRandom(1);
        List<float[]> sent = new ArrayList<>();
        for (int dimension : new int[] {1, 2, 3, 384, 1536, 3072, 16_000}) {
            float[] vector = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-30, 30)));
            }
            sent.add(vector);
        }
        sent.add(new float[] {Float.MIN_VALUE, Float.MAX_VALUE, -0.0f});
        logged(logger -> {
            for (float[] vector : sent) {
                logger.log(EmbeddingRecord.query(vector).withModel("of-" + vector.length));
            }
        });
        assertThat(vectors())
                .usingElementComparator(StoredRowsContract::compareBits)
                .containsExactlyElementsOf(sent);
    }

    @Test
    void the_caller_may_change_its_array_right_after_logging() {
        float[] reused = new float[3];
        logged(logger -> {
            for (int i = 1; i <= 5_000; i++) {
                reused[0] = i;
                reused[1] = -i;
                reused[2] = 1;
                logger.log(EmbeddingRecord.query(reused));
            }
        });
        List<float[]> stored = vectors();
        assertThat(stored).hasSize(5_000);
        for (int i = 1; i <= 5_000; i++) {
            assertThat(stored.get(i - 1)).containsExactly(i, -i, 1);
        }
    }

    @Test
    void feedback_is_stored_whether_or_not_its_interaction_is_there() {
        UUID unknown = UUID.randomUUID();
        logged(logger -> {
            logger.feedback(unknown, 1);
            logger.feedback(Feedback.of(unknown, 0.125)
                    .withSource("judge")
                    .withComment("meh")
                    .withTimestamp(Instant.parse("2026-01-01T00:00:00Z"))
                    .withMetadataJson("[]"));
        });
        assertThat(db().value(
                                "SELECT string_agg(concat_ws('|', timestamp AT TIME ZONE 'UTC', interaction_id, score, source, comment, metadata),"
                                        + " ' ; ' ORDER BY id) FROM feedback_log"))
                .isEqualTo("2026-03-04 05:06:07.123456|" + unknown + "|1.00|user|{} ; 2026-01-01 00:00:00|" + unknown
                        + "|0.13|judge|meh|[]");
    }

    @Test
    void texts_that_postgresql_cannot_store_are_mended() {
        String odd = "a\u0000b \uD83D c\uDE00 \uD83D\uDE00 é € \u0080 \n\"'\\";
        logged(logger -> {
            logger.log(Interaction.builder().query(odd).build());
            logger.log(Interaction.builder().query("next").build());
        });
        assertThat(db().value("SELECT user_query FROM interaction_log ORDER BY id LIMIT 1"))
                .isEqualTo("a\uFFFDb \uFFFD c\uFFFD \uD83D\uDE00 é € \u0080 \n\"'\\");
        assertThat(db().count("SELECT count(*) FROM interaction_log")).isEqualTo(2);
    }

    @Test
    void a_text_longer_than_every_buffer_is_stored_whole() {
        String text = "0123456789é€\uD83D\uDE00".repeat(100_000);
        logged(logger -> logger.log(Interaction.builder().response(text).build()));
        assertThat(db().value("SELECT model_response FROM interaction_log")).isEqualTo(text);
    }

    private List<String> row(String table, String without) {
        String json = "SELECT string_agg(key || '=' || value, E'\\n' ORDER BY n) FROM (SELECT * FROM " + table
                + ") t, json_each_text(row_to_json(t)) WITH ORDINALITY AS c (key, value, n)"
                + " WHERE key <> ALL (string_to_array('" + without + "', ', ')) AND value IS NOT NULL";
        String value;
        try (Connection connection = db().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET timezone = 'UTC'");
            try (ResultSet rows = statement.executeQuery(json)) {
                rows.next();
                value = rows.getString(1);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        assertThat(value).as("a row of " + table).isNotNull();
        return List.of(value.split("\n"));
    }

    private List<float[]> vectors() {
        List<float[]> vectors = new ArrayList<>();
        try (Connection connection = db().dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT embedding::real[] FROM embeddings_log ORDER BY id")) {
            while (rows.next()) {
                Float[] boxed = (Float[]) rows.getArray(1).getArray();
                float[] vector = new float[boxed.length];
                for (int i = 0; i < boxed.length; i++) {
                    vector[i] = boxed[i];
                }
                vectors.add(vector);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return vectors;
    }

    private static int compareBits(float @Nullable [] a, float @Nullable [] b) {
        if (a == null || b == null || a.length != b.length) {
            return -1;
        }
        for (int i = 0; i < a.length; i++) {
            if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
                return -1;
            }
        }
        return 0;
    }
}
