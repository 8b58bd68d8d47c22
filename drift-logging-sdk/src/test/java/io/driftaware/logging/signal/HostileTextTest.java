package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that are made to break or to slow down whoever reads them. */
final class HostileTextTest {
    private static final List<SignalDetector> DETECTORS =
            List.of(RefusalDetector.standard(), ToxicityDetector.standard());

    /** Each is repeated until it fills what a detector reads. */
    static Stream<String> pieces() {
        return Stream.of(
                "a",
                " ",
                "\0",
                "\n",
                ".",
                "'",
                "\"",
                "`",
                "```",
                "*",
                "a*",
                "f*",
                "@",
                "$",
                "!",
                "#a",
                "\uD800",
                "\uDC00",
                "\uDC00\uD800",
                "\uFFFF",
                "\uFEFF",
                "\u0301",
                "e\u0301",
                "\u200B",
                "\u202E",
                "ß",
                "ﷺ",
                "½",
                "😀",
                "𝐚",
                "漢",
                "א",
                "a b ",
                "f u c k ",
                "i ",
                "i can not ",
                "i can not help ",
                "cannot ",
                "can't ",
                "n't ",
                "'t",
                "do not know ",
                "not not ",
                "you are ",
                "fuuuuuu",
                "kill yourself ",
                "go to hell",
                "(((",
                "- ",
                "1. ",
                "no no i i we we can not am do have ",
                "«»",
                "„“”");
    }

    @ParameterizedTest
    @MethodSource("pieces")
    void a_long_text_of_one_piece_is_judged(String piece) throws Exception {
        String text = piece.repeat(20_000 / piece.length());
        for (SignalDetector detector : DETECTORS) {
            SignalResult result = detector.detect(text, text);
            assertThat(result.score()).isBetween(0.0, 1.0);
            assertThat(detector.detect(null, text)).isEqualTo(result);
        }
    }

    @Test
    void every_character_by_itself_and_within_a_word_is_judged() {
        assertThatCode(() -> {
                    for (int c = 0; c <= Character.MAX_VALUE; c++) {
                        String text = (char) c + "a" + (char) c;
                        for (SignalDetector detector : DETECTORS) {
                            detector.detect(null, text);
                        }
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void random_code_points_are_judged() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < 200; k++) {
                text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
            }
            assertThatCode(() -> {
                        for (SignalDetector detector : DETECTORS) {
                            detector.detect(null, text.toString());
                        }
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void of_a_hundred_megabytes_only_the_beginning_and_the_end_are_read() throws Exception {
        String opening = "I'm sorry, but I can't assist with that. ";
        String middle = "lorem ipsum ".repeat(8_400_000);
        String text = opening + middle;
        assertThat(text.length()).isGreaterThan(100_000_000);
        String read = Excerpt.of(text, RefusalDetector.HEAD, RefusalDetector.TAIL);
        assertThat(read).hasSize(RefusalDetector.HEAD + RefusalDetector.TAIL + 1);
        for (SignalDetector detector : DETECTORS) {
            assertThat(detector.detect(null, text)).isEqualTo(detector.detect(null, read));
        }
    }

    @Test
    void a_pattern_with_too_many_ways_to_match_is_refused_when_it_is_read() {
        assertThatThrownBy(() -> RefusalPatterns.of(List.of("explodes I ~9 CAN ~9 NOT ~9 HELP")))
                .hasMessageContaining("1000 ways")
                .hasMessageContaining("make its gaps smaller");
    }
}
