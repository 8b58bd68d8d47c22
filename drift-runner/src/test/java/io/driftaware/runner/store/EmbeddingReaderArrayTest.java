package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddingReaderArrayTest extends EmbeddingReaderContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(DIMENSION).vectorKind(io.driftaware.testdb.VectorKind.ARRAY);

    @Override
    TestDatabase db() {
        return db;
    }

    @Override
    VectorKind kind() {
        return VectorKind.ARRAY;
    }

    @Test
    void nan_infinity_null_and_shapes_that_do_not_fit_are_counted_and_left_out() throws SQLException {
        // Whatever a table without the schema's checks may hold.
        db.execute(
                """
                DO $$
                DECLARE c record;
                BEGIN
                    FOR c IN SELECT conname FROM pg_constraint
                             WHERE conrelid = 'embeddings_log'::regclass AND contype = 'c' LOOP
                        EXECUTE format('ALTER TABLE embeddings_log DROP CONSTRAINT %I', c.conname);
                    END LOOP;
                    ALTER TABLE embeddings_log ALTER COLUMN embedding DROP NOT NULL;
                END $$;
                INSERT INTO embeddings_log (timestamp, type, embedding) VALUES
                    ('2026-03-01T01:00Z', 'query', '{1,2,3,4,5}'),
                    ('2026-03-01T01:00Z', 'query', '{NaN,2,3,4,5}'),
                    ('2026-03-01T01:00Z', 'query', '{1,2,3,4,Infinity}'),
                    ('2026-03-01T01:00Z', 'query', '{1,NULL,3,4,5}'),
                    ('2026-03-01T01:00Z', 'query', '{1,2,3}'),
                    ('2026-03-01T01:00Z', 'query', '{{1,2,3,4,5},{1,2,3,4,5}}'),
                    ('2026-03-01T01:00Z', 'query', '{}'),
                    ('2026-03-01T01:00Z', 'query', NULL),
                    ('2026-03-01T01:00Z', 'query', '[3:7]={1,2,3,4,5}')
                """);

        EmbeddingProfile profile = with(reader -> reader.profile(UNNAMED, WINDOW));

        assertThat(profile.count()).isEqualTo(2);
        assertThat(profile.rejected()).isEqualTo(7);
        assertThat(profile.centroid()).containsExactly(1, 2, 3, 4, 5);
    }
}
