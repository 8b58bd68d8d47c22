package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Feedback comes in thumbs, scores and declared scales, at any time and more than once: the latest of each source counts. */
final class FeedbackTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private static final UUID ID = new UUID(7, 7);

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private static void logged(Consumer<DriftLogger> events) {
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource()).build()) {
            events.accept(logger);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
        }
    }

    private static void interaction(DriftLogger logger) {
        logger.log(Interaction.builder().id(ID).query("q").build());
    }

    /** What the monitor counts. */
    private static String scores() {
        return DB.value("SELECT string_agg(source || ' ' || score, ', ' ORDER BY source) FROM feedback_scores");
    }

    private static Feedback at(Feedback feedback, int second) {
        return feedback.withTimestamp(Instant.parse("2026-03-04T00:00:00Z").plusSeconds(second));
    }

    @ParameterizedTest
    @CsvSource({"5, 1, 5, 1.00", "4, 1, 5, 0.75", "1, 1, 5, 0.00", "6, 6, 1, 0.00", "2, 6, 1, 0.80", "-1, -1, 1, 0.00"})
    void a_declared_scale_becomes_a_score_and_stays_readable(double value, double worst, double best, String score) {
        logged(logger -> logger.feedback(Feedback.onScale(ID, value, worst, best)));
        assertThat(DB.value("SELECT score FROM feedback_log")).isEqualTo(score);
        assertThat(DB.value(
                        "SELECT concat_ws('|', (metadata #>> '{scale,value}')::real, (metadata #>> '{scale,worst}')::real,"
                                + " (metadata #>> '{scale,best}')::real) FROM feedback_log"))
                .isEqualTo("%.0f|%.0f|%.0f".formatted(value, worst, best));
    }

    @Test
    void thumbs_are_the_ends_of_the_scale() {
        assertThat(Feedback.thumbsUp(ID)).isEqualTo(Feedback.of(ID, 1));
        assertThat(Feedback.thumbsDown(ID)).isEqualTo(Feedback.of(ID, 0));
    }

    @Test
    void feedback_before_its_interaction_counts() {
        logged(logger -> {
            logger.feedback(Feedback.thumbsUp(ID));
            interaction(logger);
        });
        assertThat(scores()).isEqualTo("user 1.00");
    }

    @Test
    void the_latest_of_each_source_counts_once() {
        logged(logger -> {
            logger.feedback(at(Feedback.thumbsUp(ID), 1));
            interaction(logger);
            logger.feedback(at(Feedback.thumbsDown(ID), 3));
            logger.feedback(at(Feedback.of(ID, 0.5), 2));
            logger.feedback(at(Feedback.of(ID, 0.9).withSource("judge"), 1));
            logger.feedback(at(Feedback.of(ID, 0.9).withSource("judge"), 1));
        });
        assertThat(scores()).isEqualTo("judge 0.90, user 0.00");
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(5);
    }

    @Test
    void feedback_replaces_the_score_that_the_interaction_had() {
        logged(logger -> {
            logger.log(Interaction.builder().id(ID).feedback(0.25).build());
            logger.feedback(Feedback.thumbsUp(ID));
        });
        assertThat(scores()).isEqualTo("user 1.00");
    }
}
