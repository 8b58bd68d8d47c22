package io.driftaware.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainTextTest {
    private static String escaped(String text) {
        StringBuilder html = new StringBuilder();
        PlainText.escape(html, text);
        return html.toString();
    }

    @Test
    void markup_is_text() {
        assertThat(escaped("<script>alert(\"a\" + 'b')</script> & more"))
                .isEqualTo("&lt;script&gt;alert(&quot;a&quot; + &#39;b&#39;)&lt;/script&gt; &amp; more");
    }

    @Test
    void what_people_write_stays_as_it_is() {
        assertThat(escaped("Größe 12 € 🚲 שלום‏ مرحبا 漢字")).isEqualTo("Größe 12 € 🚲 שלום‏ مرحبا 漢字");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000", "\u0001", "\u001B", "\u007F", "\u0085", "\u009B", "\u202E", "\u202A", "\u2066", "\u2069",
                "\uFEFF", "\uFFFE", "\uFFFF", "\uD83D", "\uDEB2"
            })
    void what_cannot_be_seen_or_turns_the_text_around_is_shown_as_unreadable(String one) {
        assertThat(escaped("a" + one + "b")).isEqualTo("a\uFFFDb");
    }

    @Test
    void ends_of_lines_are_spaces() {
        assertThat(escaped("a\nb\tc\rd\u2028e\u2029f")).isEqualTo("a b c d e f");
    }

    @Test
    void a_long_text_is_cut_between_characters() {
        String bicycles = "🚲".repeat(700);

        assertThat(PlainText.cut(bicycles)).isEqualTo("🚲".repeat(600) + "…");
        assertThat(PlainText.cut("🚲".repeat(600))).isEqualTo("🚲".repeat(600));
    }
}
