package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddingReaderVectorTest extends EmbeddingReaderContract {
    @RegisterExtension
    static final TestDatabase db =
            TestDatabase.withSchema(DIMENSION).vectorKind(io.driftaware.testdb.VectorKind.VECTOR);

    @Override
    TestDatabase db() {
        return db;
    }

    @Override
    VectorKind kind() {
        return VectorKind.VECTOR;
    }

    @Test
    void vectors_out_of_range_are_counted_and_left_out() throws SQLException {
        rows.embedding(FROM, "query", new float[] {1, 0, 0, 0, 0}, null);
        rows.embedding(FROM, "query", new float[] {1e30f, 0, 0, 0, 0}, null);

        EmbeddingProfile profile = with(reader -> reader.profile(UNNAMED, WINDOW));

        assertThat(profile.count()).isEqualTo(1);
        assertThat(profile.rejected()).isEqualTo(1);
    }
}
