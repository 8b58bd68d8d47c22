package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PgvectorSchemaTest extends SchemaContract {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).pgvectorRequired();

    @Override
    TestDatabase db() {
        return db;
    }

    @Override
    String vector(String numbers) {
        return "'[" + numbers + "]'";
    }

    private static TestDatabase withoutSchema() {
        return TestDatabase.empty().pgvectorRequired().open();
    }

    private static String hnswIndices(TestDatabase database) {
        return String.valueOf(database.value(
                "SELECT string_agg(tablename || indexdef, ' ') FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"));
    }

    @Test
    void documents_have_a_fixed_dimension_and_the_log_has_none() {
        assertThat(
                        db.value(
                                """
                        SELECT string_agg(format_type(atttypid, atttypmod), ' ' ORDER BY attrelid::regclass::text)
                        FROM pg_attribute
                        WHERE attrelid IN ('documents'::regclass, 'embeddings_log'::regclass) AND attname = 'embedding'
                        """))
                .isEqualTo("vector(3) vector");
    }

    @Test
    void documents_alone_have_an_hnsw_index() {
        assertThat(hnswIndices(db)).startsWith("documents").endsWith("USING hnsw (embedding vector_cosine_ops)");
    }

    @Test
    void above_2000_dimensions_the_index_holds_half_precision() {
        try (TestDatabase database = withoutSchema()) {
            database.setUp(3072, VectorKind.VECTOR);
            assertThat(hnswIndices(database)).contains("(embedding)::halfvec(3072)) halfvec_cosine_ops");
            database.setUp(3072, VectorKind.VECTOR);
        }
    }

    @Test
    void above_4000_dimensions_there_is_no_index() {
        try (TestDatabase database = withoutSchema()) {
            database.setUp(4096, VectorKind.VECTOR);
            assertThat(hnswIndices(database)).isEqualTo("null");
        }
    }

    @Test
    void the_extension_may_live_in_a_schema_out_of_the_search_path() {
        try (TestDatabase database = withoutSchema()) {
            database.execute("CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions");
            database.setUp(3072, VectorKind.VECTOR);
            database.setUp(3072, VectorKind.VECTOR);
            database.execute(
                    "INSERT INTO embeddings_log (type, embedding, embedding_dim) VALUES ('query', '[1,2,3]', 3)");
            assertThat(hnswIndices(database)).contains("extensions.halfvec");
        }
    }

    @Test
    void the_tables_may_live_in_a_schema_of_their_own() {
        try (TestDatabase database = withoutSchema()) {
            String twice = SetupScript.text() + SetupScript.text();
            database.execute("CREATE SCHEMA drift; SET search_path = drift, public;" + twice);
            assertThat(database.count("SELECT count(*) FROM pg_tables WHERE schemaname = 'drift'"))
                    .isEqualTo(18);
            assertThat(database.count("SELECT drift.cleanup_old_data(30)")).isZero();
        }
    }

    @Test
    void a_user_who_may_not_create_the_extension_is_told_both_ways_out() {
        Rights.assumeSuperuser(db);
        String user = "drift_test_user_" + Long.toHexString(System.nanoTime());
        try (TestDatabase database = withoutSchema()) {
            database.execute("CREATE ROLE " + user + "; GRANT CREATE ON SCHEMA public TO " + user);
            try {
                assertThatThrownBy(() -> database.execute("SET ROLE " + user + ";" + SetupScript.text()))
                        .hasMessageContaining("\"" + user + "\" may not create the extension \"vector\"")
                        .hasMessageContaining("let an administrator do it, or go without it: DRIFT_PGVECTOR=off");
            } finally {
                database.execute("DROP OWNED BY " + user + "; DROP ROLE " + user);
            }
        }
    }

    @Test
    void a_user_without_superuser_rights_sets_up_once_the_extension_is_there() {
        Rights.assumeSuperuser(db);
        String user = "drift_test_user_" + Long.toHexString(System.nanoTime());
        try (TestDatabase database = withoutSchema()) {
            database.execute(
                    "CREATE EXTENSION vector; CREATE ROLE " + user + "; GRANT CREATE ON SCHEMA public TO " + user);
            try {
                database.execute("SET ROLE " + user + ";" + SetupScript.text() + SetupScript.text());
                assertThat(database.value("SELECT tableowner FROM pg_tables WHERE tablename = 'documents'"))
                        .isEqualTo(user);
            } finally {
                database.execute("DROP OWNED BY " + user + "; DROP ROLE " + user);
            }
        }
    }
}
