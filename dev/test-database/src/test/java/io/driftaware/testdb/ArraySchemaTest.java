package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArraySchemaTest extends SchemaContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    @Override
    TestDatabase db() {
        return db;
    }

    @Override
    String vector(String numbers) {
        return "'{" + numbers + "}'";
    }

    @Test
    void embeddings_are_real_arrays_stored_outside_the_row_without_compression() {
        assertThat(
                        db.value(
                                """
                        SELECT string_agg(concat(format_type(atttypid, atttypmod), ' ', attstorage), ', ')
                        FROM pg_attribute
                        WHERE attrelid IN ('documents'::regclass, 'embeddings_log'::regclass) AND attname = 'embedding'
                        """))
                .isEqualTo("real[] e, real[] e");
    }

    @Test
    void array_constructors_work_too() {
        db.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', ARRAY[1, 2.5, 3])");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{1,2,3}}", "{}", "{1,NULL,3}", "{1,2,3,4}"})
    void what_is_no_vector_of_the_row_s_dimension_is_refused(String value) {
        assertThatThrownBy(() ->
                        db.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', '" + value + "')"))
                .hasMessageContaining("embeddings_log_embedding_dim_check");
    }

    @Test
    void an_empty_array_is_refused_even_where_the_row_claims_no_dimension() {
        assertThatThrownBy(() -> db.execute(
                        "INSERT INTO embeddings_log (type, embedding, embedding_dim) VALUES ('query', '{}', 0)"))
                .hasMessageContaining("embeddings_log_embedding_dim_check");
    }
}
