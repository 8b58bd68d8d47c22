package io.driftaware.logging.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTextsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"mail\": \"a@b.de\", \"n\": [1, true, null]} | {\"mail\": \"[EMAIL]\", \"n\": [1, true, null]}",
                "\"a@b.de\"                              | \"[EMAIL]\"",
                "{\"a@b.de\": {\"x\": \"\"}}               | {\"[EMAIL]\": {\"x\": \"\"}}",
                "[\"say \\\"hi\\\" to a\\u0040b.de\\n\"]      | [\"say \\\"hi\\\" to [EMAIL]\\n\"]",
                "[\"\\u00e9\\uD83D\\uDE00 10.0.0.1 \\t\\u0007\"] | [\"é😀 [IP] \\u0009\\u0007\"]",
                "{\"card\": 4111111111111111, \"n\": -1.5e3} | {\"card\": \"[CARD]\", \"n\": -1.5e3}",
                "[\"C:\\\\dir\\\\\", \"a@b.de\"]            | [\"C:\\\\dir\\\\\", \"[EMAIL]\"]",
                "{\"password\": \"hunter2\", \"n\": \"2\"} | {\"password\": \"[SECRET]\", \"n\": \"2\"}",
                "{\"db\": {\"pass\\u0077ord\" : \"a\"}}      | {\"db\": {\"pass\\u0077ord\" : \"[SECRET]\"}}",
                "{\"Authorization\": [\"Bearer abc\"]}      | {\"Authorization\": [\"[SECRET]\"]}",
                "{\"api_key\": \"0a1b2c3d4e\", \"a\": [\"0a1b2c3d4e\"]} | {\"api_key\": \"[SECRET]\", \"a\": [\"0a1b2c3d4e\"]}",
                "{\"token\": {\"x\": \"0a1b2c3d4e\"}}       | {\"token\": {\"x\": \"0a1b2c3d4e\"}}",
                "[\"\\/\", \"\\\\\"]                       | [\"\\/\", \"\\\\\"]",
            })
    void strings_and_numbers_are_redacted_and_the_rest_stays(String json, String redacted) {
        assertThat(JsonTexts.redact(json, Redactor.standard())).isEqualTo(redacted.replace("\\n", "\\u000a"));
    }

    @Test
    void json_with_nothing_to_replace_is_the_same() {
        String json = "{\"a\": [\"b\\u00e9\\n\", 12.5]}";
        assertThat(JsonTexts.redact(json, Redactor.standard())).isSameAs(json);
    }

    @Test
    void what_a_redactor_makes_is_json_that_postgresql_holds() {
        assertThat(JsonTexts.redact("[\"x\"]", text -> "\"\\\u0000\uD800\n"))
                .isEqualTo("[\"\\\"\\\\\uFFFD\uFFFD\\u000a\"]");
    }

    @Test
    void depth_is_no_concern() {
        String deep = "[".repeat(100_000) + "\"a@b.de\"" + "]".repeat(100_000);
        assertThat(JsonTexts.redact(deep, Redactor.standard())).isEqualTo(deep.replace("a@b.de", "[EMAIL]"));
    }

    /** PostgreSQL keeps the last of several members of one name: the others would be lost. */
    @Test
    void names_that_become_the_same_are_told_apart_and_a_name_that_comes_again_is_the_same_again() {
        assertThat(JsonTexts.redact(
                        "{\"a@b.de\": 1, \"c@b.de\": 2, \"[EMAIL]\": 3, \"x\": [{\"c@b.de\": 4}, {\"d@b.de\": 5}]}",
                        Redactor.standard()))
                .isEqualTo("{\"[EMAIL]\": 1, \"[EMAIL] 2\": 2, \"[EMAIL] 3\": 3,"
                        + " \"x\": [{\"[EMAIL] 2\": 4}, {\"[EMAIL] 4\": 5}]}");
        assertThat(JsonTexts.redact("{\"[EMAIL] 2\": 1, \"[EMAIL]\": 2, \"a@b.de\": 3}", Redactor.standard()))
                .isEqualTo("{\"[EMAIL] 2\": 1, \"[EMAIL]\": 2, \"[EMAIL] 3\": 3}");
    }
}
