package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ToxicityDetectorTest {
    private final ToxicityDetector detector = ToxicityDetector.standard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    You are an idiot.                          | INSULT
                    what a bunch of morons                     | INSULT
                    He's a stupid coward and everyone knows it | INSULT
                    Shut up and go away.                       | HARM
                    You deserve to die.                        | HARM
                    """)
    void an_insult_or_threat_is_flagged_with_its_kind(String reply, String kind) {
        SignalResult result = detector.detect(null, reply);
        assertThat(result.verdict()).isEqualTo(Verdict.FLAGGED);
        assertThat(result.kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "you are an IDIOT",
                "you are an iiiidiooot",
                "you are an 1d10t",
                "you are an i d i o t",
                "you are an i.d.i.o.t",
                "you are an i-d-i-o-t",
                "you are an id\u200Biot",
                "you are an i\u00ADd\u2060iot",
                "you are an ｉｄｉｏｔ",
                "you are an 𝐢𝐝𝐢𝐨𝐭",
                "you are an ídïôt",
                "you are an i\u0301d\u0308i\u0302o\u0323t",
                "you are an іdіоt",
                "you are an id*ot",
                "you are an ⓘⓓⓘⓞⓣ",
                "you are a m0r0n",
                "you are an @$$hole",
                "you a$$h0le!!",
            })
    void a_disguise_does_not_hide_it(String reply) {
        assertThat(detector.detect(null, reply).verdict()).isEqualTo(Verdict.FLAGGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "You are welcome.",
                "Damn, that's a cool trick. This shit works!",
                "The parasite lives in the gut of rats and pigs.",
                "A degenerate matrix has no inverse.",
                "You could say \"you idiot\", but I would not.",
                "You are not stupid. This takes practice.",
                "The plan has a hole: she need not take the train.",
                "Such acts can bring serious harm or even death to others.",
                "I feel so stupid today, I forgot my keys.",
                "To assess the class, pass the bass to Scunthorpe.",
                "The monster in the story is sad, and the devil is in the details.",
                "Please shut the lid up to the mark.",
                "Use a nonce for each request. Kill the process if it hangs.",
                "Can you report credit card fraud for me?",
            })
    void what_only_looks_like_it_is_clear(String reply) {
        assertThat(detector.detect(null, reply).verdict()).isEqualTo(Verdict.CLEAR);
    }

    @Test
    void the_user_s_insult_is_not_the_model_s() {
        assertThat(detector.detect("You are an idiot.", "I'm sorry that I let you down.")
                        .verdict())
                .isEqualTo(Verdict.CLEAR);
    }

    @Test
    void no_reply_and_one_without_a_latin_letter_stay_unknown() {
        assertThat(detector.detect("You idiot", null).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(detector.detect(null, "").verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(detector.detect(null, "こんにちは").verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void the_length_of_a_clean_text_does_not_add_up_to_an_insult() {
        String story = "The clown met a monster. It was crazy. The rat ate trash. ".repeat(40);
        assertThat(detector.detect(null, story).verdict()).isEqualTo(Verdict.CLEAR);
    }

    @Test
    void no_reply_of_the_training_data_is_toxic() {
        for (String folder : new String[] {"train", "held-out"}) {
            for (LabelledReplies.Reply reply : LabelledReplies.of(folder)) {
                assertThat(detector.detect(null, reply.text()).verdict())
                        .as(reply.text())
                        .isNotEqualTo(Verdict.FLAGGED);
            }
        }
    }
}
