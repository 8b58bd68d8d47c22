package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What profiles say of a window is what its rows say. */
class ProfileReaderTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:15:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final RawRows rows = new RawRows(db);
    private final CheckReading reading = new CheckReading(db, NOW);
    private final ProfileMemory memory = new ProfileMemory();

    @BeforeEach
    void reset() {
        db.reset();
    }

    private static CheckWindows windows(Instant now) {
        return CheckWindows.onGrid(now, DAY.multipliedBy(7), DAY.multipliedBy(37), DAY.multipliedBy(30));
    }

    private interface Use<T> {
        T of(StreamReadings readings) throws SQLException;
    }

    private <T> T fromProfiles(Instant now, Use<T> use) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            return session.write(connection -> use.of(new ProfileReader(connection, windows(now), memory, Map.of())));
        }
    }

    private static <T> T fromRows(Instant now, Use<T> use) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            return session.read(connection -> use.of(new SnapshotReader(
                    connection,
                    db.dataSource(),
                    windows(now),
                    VectorKind.valueOf(db.vectorKind().name()))));
        }
    }

    private void assertSame(Instant now) throws SQLException {
        for (WatchedStream stream : WatchedStream.values()) {
            if (stream.kind() == WatchedStream.Kind.EMBEDDINGS) {
                EmbeddingReading expected = fromRows(now, readings -> readings.embeddings(stream));
                EmbeddingReading read = fromProfiles(now, readings -> readings.embeddings(stream));
                assertThat(read.space()).isEqualTo(expected.space());
                assertThat(read.replaced()).isEqualTo(expected.replaced());
                assertThat(read.recent()).isEqualTo(expected.recent());
                assertThat(read.baseline()).isEqualTo(expected.baseline());
                assertSame(read.activity(), expected.activity());
            }
        }
        FlagReading flags = fromRows(now, StreamReadings::flags);
        FlagReading readFlags = fromProfiles(now, StreamReadings::flags);
        assertThat(readFlags.recent().refusals()).isEqualTo(flags.recent().refusals());
        assertThat(readFlags.recent().toxicity()).isEqualTo(flags.recent().toxicity());
        assertThat(readFlags.baseline().refusals()).isEqualTo(flags.baseline().refusals());
        assertSame(readFlags.refusals(), flags.refusals());
        assertSame(readFlags.toxicity(), flags.toxicity());
        RetrievalReading retrievals = fromRows(now, StreamReadings::retrievals);
        RetrievalReading readRetrievals = fromProfiles(now, StreamReadings::retrievals);
        assertThat(readRetrievals.recent()).isEqualTo(retrievals.recent());
        assertThat(readRetrievals.baseline()).isEqualTo(retrievals.baseline());
        assertSame(readRetrievals.activity(), retrievals.activity());
        FeedbackReading feedback = fromRows(now, StreamReadings::feedback);
        FeedbackReading readFeedback = fromProfiles(now, StreamReadings::feedback);
        assertThat(readFeedback.recent().feedback()).isEqualTo(feedback.recent().feedback());
        assertThat(readFeedback.baseline().feedback())
                .isEqualTo(feedback.baseline().feedback());
        assertSame(readFeedback.activity(), feedback.activity());
    }

    /** The same hours; first to the hour, last to the quarter of an hour. */
    private static void assertSame(Activity read, Activity expected) {
        assertThat(read.activeHours()).isEqualTo(expected.activeHours());
        if (expected.last() != null && expected.first() != null) {
            assertThat(read.last()).isEqualTo(Bucket.startOf(expected.last()));
            assertThat(read.first()).isBetween(expected.first().minus(Duration.ofHours(1)), expected.first());
        }
    }

    @Test
    void at_every_time_of_the_grid_and_while_more_rows_come() throws SQLException {
        Random random = new Random(7);
        for (int check = 0; check < 6; check++) {
            Instant now = NOW.plus(Bucket.LENGTH.multipliedBy(check * check));
            for (int i = 0; i < 40; i++) {
                Instant at = now.minusSeconds(random.nextInt(38 * 86_400));
                rows.embedding(
                        at,
                        random.nextInt(3) == 0 ? "doc" : "query",
                        new float[] {random.nextInt(9), 1, 0},
                        at.isAfter(now.minus(DAY)) && check > 3 ? "new" : null);
                rows.interaction(
                        now.minusSeconds(random.nextInt(38 * 86_400)),
                        random.nextBoolean() ? random.nextBoolean() : null,
                        random.nextBoolean(),
                        random.nextInt(3) == 0 ? random.nextInt(101) / 100.0 : null);
            }
            db.execute("UPDATE interaction_log SET retrieval_top_score = (id % 110) / 100.0, retrieval_hits = id % 4"
                    + " WHERE id % 3 > 0 AND retrieval_hits IS NULL");
            reading.at(Bucket.roundUp(now)).read();
            assertSame(now);
        }
    }

    @Test
    void a_model_that_took_another_s_place_is_seen_as_such() throws SQLException {
        rows.embeddings(60, NOW.minus(DAY.multipliedBy(36)), DAY, "query", 3, 0, "old");
        rows.embeddings(60, NOW.minus(DAY), DAY, "query", 4, 0, "new");
        reading.read();

        assertSame(NOW);
        EmbeddingReading read = fromProfiles(NOW, readings -> readings.embeddings(WatchedStream.QUERY_EMBEDDINGS));
        assertThat(read.space()).isEqualTo(new EmbeddingSpace("new", 4));
        assertThat(read.replaced()).isEqualTo(new EmbeddingSpace("old", 3));
    }

    @Test
    void a_few_strays_of_another_model_change_nothing() throws SQLException {
        rows.embeddings(300, NOW.minus(DAY), DAY, "query", 3, 0, "usual");
        rows.embedding(NOW.minusSeconds(1), "query", new float[] {1, 2}, "stray");
        reading.read();

        assertThat(fromProfiles(NOW, readings -> readings.embeddings(WatchedStream.QUERY_EMBEDDINGS))
                        .space())
                .isEqualTo(new EmbeddingSpace("usual", 3));
    }

    @Test
    void what_a_check_saw_that_came_to_nothing_is_not_remembered() throws SQLException {
        rows.interactions(20, NOW.minus(DAY), DAY, i -> true, i -> null, i -> null);
        assertThatThrownBy(() -> reading.read((connection, taken) -> {
                    new ProfileReader(connection, windows(NOW), memory, Map.of()).flags();
                    throw new SQLException("rolled back");
                }))
                .hasMessage("rolled back");
        assertThat(fromProfiles(NOW, StreamReadings::flags).recent().interactions())
                .isZero();

        db.execute("UPDATE interaction_log SET refusal_flag = false");
        reading.read();
        assertSame(NOW);
    }

    @Test
    void a_stream_whose_rows_could_not_be_read_fails_in_the_same_way() throws SQLException {
        SQLException failure = new SQLException("disk full");
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            session.write(connection -> {
                ProfileReader readings =
                        new ProfileReader(connection, windows(NOW), memory, Map.of(WatchedStream.FEEDBACK, failure));
                assertThatThrownBy(readings::feedback).isSameAs(failure);
                assertThat(readings.flags().recent().interactions()).isZero();
                return null;
            });
        }
    }
}
