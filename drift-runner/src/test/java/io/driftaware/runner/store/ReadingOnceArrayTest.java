package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadingOnceArrayTest extends ReadingOnceContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(io.driftaware.testdb.VectorKind.ARRAY);

    @Override
    TestDatabase db() {
        return db;
    }

    /** pgvector takes none of these. */
    @Test
    void vectors_that_are_not_finite_are_counted_as_rejected() throws SQLException {
        db.execute(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding)
                VALUES ('2026-03-04T11:01Z', 'query', '{NaN,1,0}'), ('2026-03-04T11:02Z', 'query', '{1,Infinity,0}'),
                       ('2026-03-04T11:03Z', 'query', '{3e38,3e38,3e38}'), ('2026-03-04T11:04Z', 'query', '{5,1,0}')
                """);
        reading.read();
        try (Connection connection = db.dataSource().getConnection();
                ResultSet row = connection.createStatement().executeQuery("SELECT body FROM drift_profiles")) {
            row.next();
            EmbeddingProfile profile = EmbeddingProfile.fromBytes(row.getBytes(1));
            assertThat(profile.count()).isEqualTo(1);
            assertThat(profile.rejected()).isEqualTo(3);
        }
    }
}
