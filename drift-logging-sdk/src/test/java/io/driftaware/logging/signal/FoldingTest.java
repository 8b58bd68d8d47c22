package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FoldingTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Größe       | grosse
                    ÉCOLE       | ecole
                    ﬁnd         | find
                    ｆｕｌｌ    | full
                    𝐛𝐨𝐥𝐝        | bold
                    can’t       | can't
                    a\u200Bb    | ab
                    e\u0301     | e
                    \u202Eab    | ab
                    Ω           | ω
                    """)
    void letters_become_small_ones_without_marks(String text, String folded) {
        assertThat(fold(text)).isEqualTo(folded);
    }

    private static String fold(String text) {
        StringBuilder folded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = Folding.fold(text, i);
            if (c != Folding.NOTHING) {
                folded.append(c).append(Folding.rest(text.charAt(i)));
            }
        }
        return folded.toString();
    }
}
