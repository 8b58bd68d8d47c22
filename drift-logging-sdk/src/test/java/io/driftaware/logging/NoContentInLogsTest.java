package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import io.driftaware.testdb.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Whatever goes wrong with an event, no log line, listener call or message of an exception has a piece of its content. */
final class NoContentInLogsTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private static final String MARKER = "M4RK3R";
    private static final String KEY = "K3Y-K3Y-K3Y-K3Y-K3Y";
    private static final UUID ID = new UUID(3, 3);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger sdk = (Logger) LoggerFactory.getLogger("io.driftaware.logging");
    private final Heard heard = new Heard();

    @BeforeEach
    void listen_to_everything() {
        DB.reset();
        sdk.setLevel(Level.TRACE);
        lines.start();
        root.addAppender(lines);
    }

    @AfterEach
    void listen_no_more() {
        root.detachAppender(lines);
        sdk.setLevel(null);
    }

    private DriftLogger.Builder builder() {
        return DriftLogger.builder(DB.dataSource())
                .embeddingModel("m", 3)
                .listener(heard)
                .userIdKey(KEY.getBytes(StandardCharsets.US_ASCII));
    }

    private static Interaction.Builder interaction() {
        return Interaction.builder()
                .query(MARKER + " query")
                .response(MARKER + " response")
                .userId(MARKER + " user")
                .sessionId(MARKER + " session")
                .conversationId(MARKER + " conversation")
                .topic(MARKER + " topic")
                .metadataJson("{\"" + MARKER + "\": \"" + MARKER + "\"}");
    }

    private static EmbeddingRecord embedding(float... vector) {
        return EmbeddingRecord.query(vector).withMetadataJson("{\"" + MARKER + "\": \"" + MARKER + "\"}");
    }

    private static Feedback feedback() {
        return Feedback.of(ID, 0.5).withComment(MARKER).withMetadataJson("\"" + MARKER + "\"");
    }

    private static void everything(DriftLogger logger) {
        logger.log(interaction().build());
        logger.log(embedding(1, 2, 3));
        logger.feedback(feedback());
    }

    /** All that anybody was told, the messages of exceptions included. */
    private Stream<String> told() {
        List<String> told = new ArrayList<>();
        for (ILoggingEvent line : lines()) {
            told.add(line.getFormattedMessage());
            for (IThrowableProxy at = line.getThrowableProxy(); at != null; at = at.getCause()) {
                told.add(String.valueOf(at.getMessage()));
            }
        }
        Stream.of(heard.rejected, heard.dropped, heard.outages, heard.withheld).forEach(told::addAll);
        return told.stream();
    }

    /** Appending holds the appender's lock. */
    private List<ILoggingEvent> lines() {
        synchronized (lines) {
            return List.copyOf(lines.list);
        }
    }

    private void nothing_was_told_but(String... wanted) {
        List<String> told = told().toList();
        assertThat(told).noneMatch(line -> line.contains(MARKER) || line.contains("K3Y"));
        for (String words : wanted) {
            assertThat(told).as("the failure was reported").anyMatch(line -> line.contains(words));
        }
    }

    @Test
    void of_events_that_are_refused() {
        try (DriftLogger logger = builder().queueBytes(65_536).build()) {
            logger.log(interaction().metadataJson("{" + MARKER).build());
            logger.log(interaction().query(MARKER.repeat(20_000)).build());
            logger.log(interaction().timestamp(Instant.MAX).build());
            logger.log(interaction().feedback(7).build());
            logger.log(interaction().responseTimeMillis(Long.MAX_VALUE).build());
            logger.log(embedding(1, 2));
            logger.log(embedding(0, 0, 0));
            logger.log(embedding(1, 2, Float.NaN));
            logger.feedback(feedback().withMetadataJson(MARKER));
            assertThat(logger.stats().rejectedTotal()).isEqualTo(9);
        }
        nothing_was_told_but("metadata_not_json", "too_large", "timestamp_out_of_range", "wrong_dimension");
    }

    @Test
    void of_events_on_which_a_redactor_fails() {
        try (DriftLogger logger = builder()
                .redactor(text -> {
                    throw new IllegalArgumentException(
                            "no idea what this is: " + text, new IllegalStateException(text));
                })
                .build()) {
            everything(logger);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            assertThat(logger.stats().withheld()).isEqualTo(3);
        }
        nothing_was_told_but("stored without texts", "failed with java.lang.IllegalArgumentException");
    }

    @Test
    void of_rows_that_the_database_refuses() {
        DB.execute("ALTER TABLE interaction_log ADD CONSTRAINT no_marker CHECK (user_query NOT LIKE '%" + MARKER
                + "%');" + " ALTER TABLE feedback_log ADD CONSTRAINT no_comment CHECK (comment IS NULL)");
        try (DriftLogger logger = builder().build()) {
            everything(logger);
            FlushResult result = logger.flush(Duration.ofSeconds(30));
            assertThat(result.dropped()).isEqualTo(2);
            assertThat(result.lastError()).hasValueSatisfying(e -> assertThat(e).doesNotContain(MARKER));
        } finally {
            DB.execute("ALTER TABLE interaction_log DROP CONSTRAINT no_marker;"
                    + " ALTER TABLE feedback_log DROP CONSTRAINT no_comment");
        }
        nothing_was_told_but("poison");
    }

    @Test
    void of_events_that_wait_and_are_lost() {
        try (DriftLogger logger = DriftLogger.builder(Databases.nowhere())
                .embeddingModel("m", 3)
                .listener(heard)
                .queueCapacity(3)
                .closeTimeout(Duration.ZERO)
                .build()) {
            everything(logger);
            everything(logger);
            Eventually.hold("the outage is told", () -> !heard.outages.isEmpty());
        }
        Eventually.hold("the loss is told", () -> told().anyMatch(line -> line.contains("closed")));
        nothing_was_told_but("queue_full", "nobody listens");
    }

    @Test
    void of_events_that_go_well() {
        try (DriftLogger logger = builder().build()) {
            everything(logger);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
        }
        nothing_was_told_but();
    }

    @Test
    void and_the_test_would_see_it() {
        sdk.debug("a line with {}", MARKER, new IllegalStateException(KEY));
        assertThat(told()).anyMatch(line -> line.contains(MARKER)).anyMatch(line -> line.contains("K3Y"));
    }
}
