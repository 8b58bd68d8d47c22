package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DotEnvTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "A=plain                        | plain",
                "A = spaces around              | spaces around",
                "export A=exported              | exported",
                "A=900  # 15 minutes            | 900",
                "A=p#ss                         | p#ss",
                "A=\"quoted # kept\" # comment  | quoted # kept",
                "A='single $quoted \\n'         | single $quoted \\n",
                "A=\"say \\\"hi\\\" \\\\ \\q\"  | say \"hi\" \\ \\q",
                "A=it's                         | it's",
                "A=a=b=c                        | a=b=c",
            })
    void a_line_gives_its_value(String line, String expected) {
        assertThat(DotEnv.parse(line, ".env")).containsExactly(java.util.Map.entry("A", expected));
    }

    @Test
    void escapes_in_double_quotes_make_line_breaks() {
        assertThat(DotEnv.parse("A=\"one\\ntwo\\tthree\"", ".env")).containsEntry("A", "one\ntwo\tthree");
    }

    @Test
    void comments_blank_lines_marks_and_windows_line_ends_are_passed_over() {
        String text = "\uFEFF# a comment\r\n\r\nA=1\r\nB=\r\nC= # nothing\r\nA=2\r\n";

        assertThat(DotEnv.parse(text, ".env"))
                .containsEntry("A", "2")
                .containsEntry("B", "")
                .containsEntry("C", "")
                .hasSize(3);
    }

    @Test
    void every_bad_line_is_reported_without_its_value() {
        String text = "GOOD=1\nnonsense-secret\n1A=secret\nB=\"secret\nC='secret' more";

        assertThatThrownBy(() -> DotEnv.parse(text, ".env"))
                .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems())
                        .containsExactly(
                                ".env line 2: no '='; write NAME=VALUE",
                                ".env line 3: '1A' is not a name; use letters, digits and '_'",
                                ".env line 4: the value of B has no closing \"; add it",
                                ".env line 5: text behind the closing ' of C; put it inside, or behind a #"))
                .hasMessageNotContaining("secret");
    }

    @Test
    void no_file_means_no_settings() {
        assertThat(DotEnv.read(folder.resolve(".env"))).isEmpty();
    }

    @Test
    void a_file_in_another_encoding_is_refused_in_one_line() throws Exception {
        Path file = Files.write(folder.resolve(".env"), "A=\u00e4".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> DotEnv.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("is not UTF-8 text; save it as UTF-8");
    }
}
