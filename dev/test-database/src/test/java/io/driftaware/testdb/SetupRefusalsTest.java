package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** What setup_database.sql refuses, in one line that names the value and the remedy, leaving nothing behind. */
class SetupRefusalsTest {
    private final TestDatabase db = TestDatabase.empty();

    @BeforeEach
    void open() {
        db.open();
    }

    @AfterEach
    void drop() {
        db.close();
    }

    private AbstractStringAssert<?> assertRefused(String settings) {
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET drift.pgvector = 'off';" + settings);
            statement.execute(SetupScript.text());
        } catch (PSQLException e) {
            String message = Objects.requireNonNull(e.getServerErrorMessage()).getMessage();
            return assertThat(message).doesNotContain("\n");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not refused: " + settings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-3", "16001", "many", "3.5", "99999999999"})
    void a_dimension_that_is_none(String dimension) {
        assertRefused("SET drift.embedding_dim = '" + dimension + "'")
                .contains("drift.embedding_dim is \"" + dimension + "\"", "EMBEDDING_DIM", "1 to 16000");
    }

    @Test
    void a_pgvector_setting_that_is_neither_on_nor_off() {
        assertRefused("SET drift.pgvector = 'perhaps'").contains("\"perhaps\"", "DRIFT_PGVECTOR to on or off");
    }

    @Test
    void an_older_server() {
        // Stands in for the server's own answer, since no older server is at hand.
        assertRefused(
                        """
                        CREATE SCHEMA older;
                        CREATE FUNCTION older.current_setting(text) RETURNS text LANGUAGE sql AS
                            $$ SELECT CASE $1 WHEN 'server_version_num' THEN '130022' ELSE '13.22' END $$;
                        SET search_path = older, pg_catalog
                        """)
                .isEqualTo("Drift-Aware needs PostgreSQL 14 or newer, this server is 13.22: upgrade the server");
    }

    @Test
    void a_newer_schema() {
        db.setUp(3, VectorKind.ARRAY);
        db.execute("INSERT INTO drift_schema (version, schema_version) VALUES ('9.0.0', 7)");
        assertRefused("").contains("version 7, newer than the 1 of this setup_database.sql");
    }

    @Test
    void somebody_else_s_table_of_the_same_name() {
        db.execute("CREATE TABLE documents (id bigint, content text, embedding real[], metadata jsonb)");
        assertRefused("")
                .contains("\"public\".\"documents\" is not Drift-Aware's", "no column \"source\"", "search_path");
        assertThat(db.count("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo(1);
    }

    @Test
    void an_embedding_column_of_another_type() {
        db.setUp(3, VectorKind.ARRAY);
        db.execute("ALTER TABLE documents ALTER COLUMN embedding TYPE double precision[]");
        assertRefused("").contains("documents.embedding is of type double precision[]", "vector or real[]");
    }

    @Test
    void a_search_path_without_a_schema() {
        assertRefused("SET search_path = nowhere").contains("can use no schema of search_path \"nowhere\": create one");
    }

    @Test
    void a_failed_run_leaves_nothing_behind_and_the_next_one_works() {
        assertThatThrownBy(() -> db.setUp(16001, VectorKind.ARRAY)).hasMessageContaining("16001");
        assertThat(db.count("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isZero();
        db.setUp(4, VectorKind.ARRAY);
        assertThat(db.count("SELECT count(*) FROM drift_schema")).isEqualTo(1);
    }
}
