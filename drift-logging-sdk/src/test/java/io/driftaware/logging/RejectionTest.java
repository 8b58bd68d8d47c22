package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Events that would spoil the data are refused before they are queued: counted, explained in one line, never thrown. */
final class RejectionTest {
    private static final UUID ID = new UUID(1, 2);

    private static DriftLogger.Builder builder() {
        return DriftLogger.builder(Databases.nowhere()).embeddingModel("m", 3).closeTimeout(Duration.ZERO);
    }

    private static Arguments bad(String reason, String explanation, Consumer<DriftLogger> event) {
        return Arguments.of(reason, explanation, event);
    }

    static Stream<Arguments> bad_events() {
        float big = Float.MAX_VALUE;
        return Stream.of(
                bad(
                        "not_finite",
                        "value 1 of a vector is NaN",
                        l -> l.log(EmbeddingRecord.query(new float[] {1, Float.NaN, 1}))),
                bad(
                        "not_finite",
                        "value 2 of a vector is -Infinity",
                        l -> l.log(EmbeddingRecord.query(new float[] {big, big, Float.NEGATIVE_INFINITY}))),
                bad("zero_vector", "all 3 values of a vector are 0", l -> l.log(EmbeddingRecord.query(new float[3]))),
                bad(
                        "wrong_dimension",
                        "a vector has 4 values where embedding model 'm' has 3",
                        l -> l.log(EmbeddingRecord.query(new float[] {1, 2, 3, 4}))),
                bad(
                        "wrong_dimension",
                        "a vector has 16001 values: PostgreSQL stores at most 16000",
                        l -> l.log(EmbeddingRecord.query(new float[16_001]).withModel("huge"))),
                bad("missing_vector", "no values", l -> l.log(EmbeddingRecord.query(new float[0]))),
                bad("missing_vector", "no values", l -> l.log(EmbeddingRecord.query(absent(float[].class)))),
                bad("missing_event", "null was logged", l -> l.log(absent(EmbeddingRecord.class))),
                bad("missing_event", "null was logged", l -> l.log(absent(Interaction.class))),
                bad("missing_event", "null was logged", l -> l.feedback(absent(Feedback.class))),
                bad("missing_interaction_id", "names no interaction", l -> l.feedback(absent(UUID.class), 1)),
                bad("score_not_finite", "score is NaN", l -> l.feedback(ID, Double.NaN)),
                bad(
                        "score_out_of_range",
                        "score is 1.5: scores go from 0 to 1, Feedback.onScale(..) takes others",
                        l -> l.feedback(Feedback.onScale(ID, 7, 1, 5))),
                bad("score_not_finite", "score is NaN", l -> l.feedback(Feedback.onScale(ID, 3, 3, 3))),
                bad(
                        "score_not_finite",
                        "retrievalTopScore is NaN",
                        l -> log(l, Interaction.builder().retrieval(0.5, Double.NaN))),
                bad(
                        "score_not_finite",
                        "refusalScore is Infinity",
                        l -> log(l, Interaction.builder().refusalScore(Double.POSITIVE_INFINITY))),
                bad(
                        "score_not_finite",
                        "toxicityScore is NaN",
                        l -> log(l, Interaction.builder().toxicityScore(Double.NaN))),
                bad("score_out_of_range", "score is 1.01", l -> l.feedback(ID, 1.01)),
                bad(
                        "score_out_of_range",
                        "score is -0.2",
                        l -> log(l, Interaction.builder().feedback(-0.2))),
                bad(
                        "score_not_finite",
                        "score is Infinity",
                        l -> log(l, Interaction.builder().feedback(Double.POSITIVE_INFINITY))),
                bad(
                        "score_not_finite",
                        "retrievalTopScore is NaN",
                        l -> log(l, Interaction.builder().retrievalTopScore(Double.NaN))),
                bad(
                        "score_not_finite",
                        "retrievalTopScore is 1.0E300",
                        l -> log(l, Interaction.builder().retrievalTopScore(1e300))),
                bad(
                        "number_out_of_range",
                        "responseTimeMillis is 3000000000",
                        l -> log(l, Interaction.builder().responseTimeMillis(3_000_000_000L))),
                bad(
                        "timestamp_out_of_range",
                        "timestamp is +1000000000-12-31",
                        l -> log(l, Interaction.builder().timestamp(Instant.MAX))),
                bad(
                        "timestamp_out_of_range",
                        "timestamp is",
                        l -> l.log(EmbeddingRecord.query(new float[] {1, 1, 1}).withTimestamp(Instant.MIN))),
                bad(
                        "metadata_not_json",
                        "metadataJson of 8 characters",
                        l -> log(l, Interaction.builder().metadataJson("{secret}"))),
                bad(
                        "metadata_not_json",
                        "metadataJson of 0 characters",
                        l -> l.feedback(Feedback.of(ID, 1).withMetadataJson(""))),
                bad(
                        "metadata_not_json",
                        "metadataJson of 1 characters",
                        l -> l.log(EmbeddingRecord.query(new float[] {1, 1, 1}).withMetadataJson("["))),
                bad(
                        "too_large",
                        "larger than 65536, the whole queue",
                        l -> log(l, Interaction.builder().query("x".repeat(40_000)))),
                bad(
                        "too_large",
                        "larger than 65536, the whole queue",
                        l -> l.log(EmbeddingRecord.query(ones(16_000))
                                .withModel("wide")
                                .withTenant("t".repeat(1_000)))));
    }

    @ParameterizedTest
    @MethodSource("bad_events")
    void a_bad_event_is_refused_with_one_line_of_reason(
            String reason, String explanation, Consumer<DriftLogger> event) {
        Heard heard = new Heard();
        try (DriftLogger logger = builder().queueBytes(65_536).listener(heard).build()) {
            assertThatCode(() -> event.accept(logger)).doesNotThrowAnyException();
            LoggerStats stats = logger.stats();
            assertThat(stats.rejected()).isEqualTo(Map.of(reason, 1L));
            assertThat(stats.accepted()).isZero();
            Eventually.hold("the listener is told", () -> !heard.rejected.isEmpty());
        }
        assertThat(heard.rejected)
                .singleElement()
                .asString()
                .startsWith("1 " + reason + ": ")
                .contains(explanation);
        assertThat(heard.rejected.get(0)).doesNotContain("\n", "secret").contains(": ");
    }

    @Test
    void a_bad_vector_is_rejected_and_not_dropped_when_the_queue_is_full() {
        try (DriftLogger logger = builder().queueCapacity(1).build()) {
            logger.log(EmbeddingRecord.query(new float[] {1, 1, 1}));
            logger.log(EmbeddingRecord.query(new float[] {1, Float.NaN, 1}));
            logger.log(EmbeddingRecord.query(new float[] {1, 1, 1}));
            LoggerStats stats = logger.stats();
            assertThat(stats.accepted()).isEqualTo(2);
            assertThat(stats.rejected()).isEqualTo(Map.of("not_finite", 1L));
            assertThat(stats.dropped()).isEqualTo(Map.of("queue_full", 1L));
        }
    }

    @Test
    void values_whose_squares_overflow_or_vanish_are_good() {
        try (DriftLogger logger = builder().build()) {
            logger.log(EmbeddingRecord.query(new float[] {Float.MAX_VALUE, Float.MAX_VALUE, 0}));
            logger.log(EmbeddingRecord.query(new float[] {Float.MIN_VALUE, 0, 0}));
            assertThat(logger.stats().accepted()).isEqualTo(2);
        }
    }

    @Test
    void the_first_good_vector_of_an_undeclared_model_sets_its_dimension() {
        try (DriftLogger logger = builder().build()) {
            logger.log(EmbeddingRecord.query(new float[] {Float.NaN}).withModel("other"));
            logger.log(EmbeddingRecord.query(new float[] {1, 2}).withModel("other"));
            logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}).withModel("other"));
            assertThat(logger.stats().accepted()).isEqualTo(1);
            assertThat(logger.stats().rejected()).isEqualTo(Map.of("not_finite", 1L, "wrong_dimension", 1L));
        }
    }

    @Test
    void without_a_declared_model_the_first_good_vector_sets_the_dimension_too() {
        try (DriftLogger logger = DriftLogger.builder(Databases.nowhere())
                .closeTimeout(Duration.ZERO)
                .build()) {
            logger.log(EmbeddingRecord.query(new float[] {1, 2}));
            logger.log(EmbeddingRecord.query(new float[] {1}));
            assertThat(logger.stats().rejected()).isEqualTo(Map.of("wrong_dimension", 1L));
        }
    }

    @Test
    void a_closed_logger_refuses_events_and_still_returns_ids() {
        DriftLogger logger = builder().build();
        logger.close();
        assertThat(logger.log(Interaction.builder().id(ID).build())).isEqualTo(ID);
        assertThat(logger.log(EmbeddingRecord.query(new float[] {1, 1, 1}))).isNotNull();
        assertThat(logger.feedback(ID, 1)).isNotNull();
        assertThat(logger.stats().rejected()).isEqualTo(Map.of("closed", 3L));
        assertThat(logger.stats().accepted()).isZero();
    }

    @Test
    void a_clock_that_fails_never_reaches_the_caller() {
        try (DriftLogger logger = builder()
                .clock(() -> {
                    throw new IllegalStateException("no time");
                })
                .build()) {
            assertThat(logger.log(Interaction.builder().id(ID).build())).isEqualTo(ID);
            assertThat(logger.log(EmbeddingRecord.query(new float[] {1, 1, 1}))).isNotNull();
            assertThat(logger.feedback(ID, 1)).isNotNull();
            assertThat(logger.stats().rejected()).isEqualTo(Map.of("internal_error", 3L));
        }
    }

    private static void log(DriftLogger logger, Interaction.Builder interaction) {
        logger.log(interaction.build());
    }

    private static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** What a caller passes who knows nothing of null annotations. */
    @SuppressWarnings("NullAway")
    private static <T> T absent(Class<T> type) {
        return type.cast(null);
    }
}
