package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class EmbeddingReaderContract {
    static final Instant FROM = Instant.parse("2026-03-01T00:00:00Z");
    static final Window WINDOW = new Window(FROM, FROM.plus(Duration.ofDays(1)));
    static final int DIMENSION = 5;
    static final EmbeddingSpace UNNAMED = new EmbeddingSpace(null, DIMENSION);

    abstract TestDatabase db();

    abstract VectorKind kind();

    RawRows rows;

    @BeforeEach
    void reset() {
        db().reset();
        rows = new RawRows(db());
    }

    interface Use<T> {
        T of(EmbeddingReader reader) throws SQLException;
    }

    <T> T with(Use<T> use) throws SQLException {
        try (Connection connection = db().dataSource().getConnection()) {
            return use.of(new EmbeddingReader(connection, kind(), "query"));
        }
    }

    Optional<EmbeddingSpace> space() throws SQLException {
        return with(reader -> reader.currentSpace(WINDOW));
    }

    @Test
    void a_profile_read_from_the_database_is_the_profile_of_the_vectors() throws SQLException {
        Random random = new Random(5);
        EmbeddingRecorder expected = new EmbeddingRecorder(DIMENSION);
        for (int i = 0; i < 300; i++) {
            float[] vector = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            rows.embedding(FROM.plusSeconds(i), "query", vector, null);
            expected.add(vector);
        }

        EmbeddingProfile read = with(reader -> reader.profile(UNNAMED, WINDOW));

        assertThat(read.toBytes()).isEqualTo(expected.snapshot().toBytes());
    }

    @Test
    void models_types_and_dimensions_are_kept_apart() throws SQLException {
        rows.embedding(FROM, "query", new float[] {1, 0, 0, 0, 0}, null);
        rows.embedding(FROM, "query", new float[] {0, 1, 0, 0, 0}, "it's\\");
        rows.embedding(FROM, "query", new float[] {0, 1, 0}, null);
        rows.embedding(FROM, "doc", new float[] {0, 0, 1, 0, 0}, null);

        assertThat(with(reader -> reader.profile(UNNAMED, WINDOW)).centroid()).containsExactly(1, 0, 0, 0, 0);
        assertThat(with(reader -> reader.profile(new EmbeddingSpace("it's\\", DIMENSION), WINDOW))
                        .centroid())
                .containsExactly(0, 1, 0, 0, 0);
        assertThat(with(reader -> reader.profile(new EmbeddingSpace("none", DIMENSION), WINDOW))
                        .count())
                .isZero();
    }

    @Test
    void the_space_in_use_is_the_one_of_most_of_the_latest_rows() throws SQLException {
        assertThat(space()).isEmpty();
        rows.embeddings(150, FROM, Duration.ofHours(1), "query", DIMENSION, 0, "old");
        rows.embeddings(40, FROM.plusSeconds(7200), Duration.ofHours(1), "query", 3, 0, "new");
        assertThat(space()).contains(new EmbeddingSpace("old", DIMENSION));
        rows.embeddings(20, FROM.plusSeconds(14400), Duration.ofHours(1), "query", 3, 0, "new");
        assertThat(space()).contains(new EmbeddingSpace("new", 3));
    }

    @Test
    void activity_counts_hours_with_rows() throws SQLException {
        rows.embedding(FROM, "query", new float[DIMENSION], null);
        rows.embedding(FROM.plusSeconds(3599), "query", new float[DIMENSION], null);
        rows.embedding(FROM.plusSeconds(7200), "query", new float[DIMENSION], null);

        Activity activity = with(reader -> reader.activity(WINDOW));

        assertThat(activity).isEqualTo(new Activity(FROM, FROM.plusSeconds(7200), 2));
    }

    @Test
    void a_copy_left_in_the_middle_leaves_the_connection_usable() throws SQLException {
        rows.embeddings(200, FROM, Duration.ofHours(1), "query", DIMENSION, 0, null);
        try (Connection connection = db().dataSource().getConnection()) {
            try (CopyRows copy =
                    CopyRows.open(connection, "COPY (SELECT id FROM embeddings_log) TO STDOUT (FORMAT binary)")) {
                assertThat(copy.next(1)).isTrue();
            }
            assertThat(new EmbeddingReader(connection, kind(), "query")
                            .profile(UNNAMED, WINDOW)
                            .count())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_copy_that_the_server_ends_is_an_error_and_leaves_the_connection_usable() throws SQLException {
        try (Connection connection = db().dataSource().getConnection()) {
            assertThatThrownBy(() -> {
                        try (CopyRows copy = CopyRows.open(
                                connection,
                                "COPY (SELECT 1 / (100 - i) FROM generate_series(1, 100) i) TO STDOUT (FORMAT binary)")) {
                            while (copy.next(1)) {
                                copy.skip(copy.fieldLength());
                            }
                        }
                    })
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("division by zero");
            assertThat(new EmbeddingReader(connection, kind(), "query").currentSpace(WINDOW))
                    .isEmpty();
        }
    }
}
