package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestDatabaseTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @Test
    void the_schema_is_there_in_the_kind_that_the_server_can_hold() {
        assertThat(db.count("SELECT count(*) FROM drift_schema")).isEqualTo(1);
        assertThat(db.value("SELECT format_type(atttypid, NULL) FROM pg_attribute"
                        + " WHERE attrelid = 'embeddings_log'::regclass AND attname = 'embedding'"))
                .isEqualTo(db.hasPgvector() ? "vector" : "real[]");
    }

    @Test
    void a_database_is_dropped_at_the_end_even_while_it_is_in_use() throws SQLException {
        TestDatabase other = TestDatabase.empty().open();
        String name = other.value("SELECT current_database()");
        String named = "SELECT count(*) FROM pg_database WHERE datname = '" + name + "'";
        assertThat(db.count(named)).isEqualTo(1);
        try (Connection open = other.dataSource().getConnection()) {
            other.close();
            assertThat(open.isValid(5)).isFalse();
        }
        assertThat(db.count(named)).isZero();
    }

    @Test
    void reset_empties_the_tables_and_keeps_the_schema() {
        db.execute("INSERT INTO interaction_log DEFAULT VALUES");
        db.reset();
        assertThat(db.count("SELECT count(*) FROM interaction_log")).isZero();
        assertThat(db.count("SELECT count(*) FROM drift_schema")).isEqualTo(1);
        db.execute("INSERT INTO interaction_log DEFAULT VALUES");
        assertThat(db.count("SELECT max(id) FROM interaction_log")).isEqualTo(1);
    }

    @Test
    void a_database_becomes_a_copy_of_another_even_while_it_is_in_use() throws SQLException {
        try (TestDatabase original = TestDatabase.empty().open();
                TestDatabase copy = TestDatabase.withSchema(3).open()) {
            original.execute("CREATE TABLE filled AS SELECT 7 AS value");
            try (Connection open = copy.dataSource().getConnection()) {
                copy.become(original);
                assertThat(open.isValid(5)).isFalse();
            }
            copy.execute("INSERT INTO filled VALUES (8)");
            assertThat(copy.count("SELECT sum(value) FROM filled")).isEqualTo(15);
            assertThat(copy.value("SELECT to_regclass('drift_schema')::text")).isNull();
            assertThat(original.count("SELECT sum(value) FROM filled")).isEqualTo(7);
        }
    }

    @Test
    void a_database_that_is_not_open_says_what_to_check() {
        assertThatThrownBy(() -> TestDatabase.empty().url()).hasMessageContaining("@RegisterExtension");
    }

    @Test
    void a_pool_lends_the_same_connection_again_and_goes_on_after_the_database_became_another() throws SQLException {
        try (TestDatabase original = TestDatabase.empty().open();
                TestDatabase copy = TestDatabase.empty().open()) {
            original.execute("CREATE TABLE filled AS SELECT 7 AS value");
            assertThat(session(original.pool())).isEqualTo(session(original.pool()));
            DataSource pool = copy.pool();
            long before = session(pool);
            assertThat(session(pool)).isEqualTo(before);

            copy.become(original);

            assertThat(session(pool)).isNotEqualTo(before);
            assertThat(copy.count("SELECT value FROM filled")).isEqualTo(7);
        }
    }

    private static long session(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getLong(1);
        }
    }
}
