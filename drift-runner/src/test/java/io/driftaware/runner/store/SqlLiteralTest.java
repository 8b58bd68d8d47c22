package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlLiteralTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.empty();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "it's",
                "'; DROP TABLE embeddings_log; --",
                "back\\slash",
                "\\'",
                "\\",
                "'",
                "new\nline\ttab",
                "$$dollar$$",
                "émoji 😀 \u202eright",
                "%s %d",
                "\\x27 \\u0027 \\047"
            })
    void any_text_comes_back_whatever_the_session_says_about_strings(String text) throws SQLException {
        for (String conforming : new String[] {"on", "off"}) {
            assertThat(read("SET standard_conforming_strings = " + conforming, SqlLiteral.text(text)))
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z",
        "2026-03-01T12:00:00.123456Z",
        "2026-03-01T12:00:00.999999999Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1969-12-31T23:59:59.5Z"
    })
    void a_time_comes_back_to_the_microsecond_in_any_time_zone(Instant time) throws SQLException {
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET timezone = 'Asia/Kathmandu'");
            try (ResultSet row = statement.executeQuery("SELECT " + SqlLiteral.timestamp(time))) {
                row.next();
                assertThat(row.getObject(1, OffsetDateTime.class).toInstant())
                        .isEqualTo(time.truncatedTo(ChronoUnit.MICROS));
            }
        }
    }

    @Test
    void null_is_null_of_type_text() throws SQLException {
        assertThat(read("SELECT 1", "pg_typeof(" + SqlLiteral.text(null) + ")")).isEqualTo("text");
        assertThat(read("SELECT 1", SqlLiteral.text(null))).isNull();
    }

    @Test
    void what_postgresql_cannot_hold_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqlLiteral.text("a\0b"))
                .withMessageContaining("NUL");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SqlLiteral.timestamp(Instant.MAX))
                .withMessageContaining("1 to 9999");
    }

    @Test
    void a_number_is_itself() {
        assertThat(SqlLiteral.integer(Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
    }

    private static String read(String before, String literal) throws SQLException {
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(before);
            try (ResultSet row = statement.executeQuery("SELECT " + literal)) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
