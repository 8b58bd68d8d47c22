package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL is the judge: what passes the check, it stores. */
final class JsonSyntaxTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.empty();

    private final Connection connection;

    JsonSyntaxTest() throws SQLException {
        connection = DB.dataSource().getConnection();
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-0",
                "1.5e-3",
                "1E+10",
                "\"\"",
                " { \"a\" : [ 1 , {} ] } ",
                "\"\\u00e9\\n\\\"\\/\"",
                "\"\\uD83D\\uDE00\"",
                "{\"a\":1,\"a\":2}",
                "\t[1,\r\n2]",
                "\"\u2028\u007f\"",
                "\"\uD83D\uDE00\""
            })
    void json_is_accepted(String json) {
        assertThat(JsonSyntax.isValid(json)).isTrue();
        assertThat(storable(json)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[1,]",
                "{\"a\":}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "NaN",
                "Infinity",
                "tru",
                "nul",
                "\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"a\nb\"",
                "\"\t\"",
                "{} {}",
                "1 2",
                "\"\\u0000\"",
                "\"\\uD83D\"",
                "\"\\uDE00\"",
                "\"\\uD83D\\u0041\"",
                "[1 2]",
                "{\"a\":1,}",
                "{1:2}",
                "\u00a01",
                "// x",
                "1e400000",
                "\"\\u00e\u0661\""
            })
    void what_is_no_json_or_not_storable_is_refused(String text) {
        assertThat(JsonSyntax.isValid(text)).isFalse();
        assertThat(storable(text)).isFalse();
    }

    @Test
    void nesting_has_a_limit_that_protects_the_stack() {
        String deep = "[".repeat(200) + "]".repeat(200);
        assertThat(JsonSyntax.isValid(deep)).isTrue();
        assertThat(storable(deep)).isTrue();
        assertThat(JsonSyntax.isValid("[".repeat(1_000_000))).isFalse();
        assertThat(JsonSyntax.isValid("[".repeat(300) + "]".repeat(300))).isFalse();
    }

    @Test
    void what_passes_after_random_damage_is_stored_too() {
        String good = "{\"k\\u00e9y\": [1, -2.5e3, true, null, {\"x\": \"\\ud83d\\ude00 \\\\ text\"}], \"n\": []}";
        SplittableRandom random = new SplittableRandom(42);
        String pieces = "{}[]\":,\\u0d8 eE+-.19tfn\n";
        int passed = 0;
        for (int i = 0; i < 4_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                char piece = pieces.charAt(random.nextInt(pieces.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, piece);
                    case 1 -> text.insert(at, piece);
                    default -> text.deleteCharAt(at);
                }
            }
            if (JsonSyntax.isValid(text.toString())) {
                passed++;
                assertThat(storable(text.toString())).as("%s", text).isTrue();
            }
        }
        assertThat(passed).isPositive();
    }

    private boolean storable(String json) {
        try (PreparedStatement cast = connection.prepareStatement("SELECT CAST(? AS jsonb)")) {
            cast.setString(1, json);
            cast.executeQuery().close();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
