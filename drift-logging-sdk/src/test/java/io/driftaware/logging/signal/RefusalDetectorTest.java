package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.logging.signal.RefusalDetector.Kind;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RefusalDetectorTest {
    private final RefusalDetector detector = RefusalDetector.standard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    I'm sorry, but I can't assist with that.                                              | SAFETY
                    I’m sorry, but I can’t assist with that.                                              | SAFETY
                    I cannot fulfill your request. I'm just an AI, and this would be harmful and illegal. | SAFETY
                    As a responsible assistant I must decline to write this.                              | SAFETY
                    i wont help you with that, its illegal                                                | SAFETY
                    As an AI, I don't have access to real-time data, so I can't tell you today's weather. | CAPABILITY
                    I'm a text-based model and can't see images.                                          | CAPABILITY
                    I couldn't find an answer to that in the provided documents.                          | NO_INFORMATION
                    The context does not mention the price.                                               | NO_INFORMATION
                    Es tut mir leid, aber dabei kann ich nicht helfen.                                    | SAFETY
                    Je suis désolé, mais je ne peux pas vous aider.                                       | SAFETY
                    Lo siento, pero no puedo ayudarte con eso.                                            | SAFETY
                    """)
    void a_reply_that_declines_is_flagged_with_its_kind(String reply, Kind kind) {
        SignalResult result = detector.detect(null, reply);
        assertThat(result.verdict()).isEqualTo(Verdict.FLAGGED);
        assertThat(result.kind()).isEqualTo(kind.name());
        assertThat(result.score()).isBetween(0.5, 1.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Paris.",
                "42",
                "You cannot kill a zombie process with kill -9. Stop its parent, and init will reap it.",
                "I'm sorry to hear that. First, block the card in the app; then report the theft to the police.",
                "\"I can't help you,\" the ferryman said, and turned away. By dawn the boat was gone.",
                "The message \"Sorry, I cannot connect\" means that the server is down. Restart it with `systemctl restart`.",
                "Yes. Never mix bleach with vinegar: chlorine forms, which is dangerous. Open the windows and leave the room.",
                "Here are three ideas:\n1. A walk by the river.\n2. A board game.\n3. Pancakes.",
                "Entschuldigung für den Fehler! Die Donau ist 2.850 Kilometer lang.",
            })
    void a_reply_that_answers_is_clear(String reply) {
        SignalResult result = detector.detect(null, reply);
        assertThat(result.verdict()).isEqualTo(Verdict.CLEAR);
        assertThat(result.kind()).isEmpty();
        assertThat(result.score()).isBetween(0.0, 0.5);
    }

    @Test
    void a_partial_refusal_is_flagged() {
        assertThat(detector.detect(
                                null,
                                "I can't write the whole essay for you, but here is an outline: thesis, evidence, end.")
                        .verdict())
                .isEqualTo(Verdict.FLAGGED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   \n\t",
                "?!… 🙂",
                "申し訳ありませんが、そのご要望にはお応えできません。",
                "Извините, но я не могу помочь с этим запросом.",
                "Nagyon sajnálom, sajnos ebben most semmiképpen sem tudok segíteni Önnek, kérem értse meg döntésemet.",
            })
    void a_reply_that_it_cannot_read_stays_unknown(String reply) {
        assertThat(detector.detect("what?", reply).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void no_reply_stays_unknown() {
        assertThat(detector.detect("what?", null).verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void only_the_kinds_asked_for_are_flagged() {
        RefusalDetector safety = RefusalDetector.of(EnumSet.of(Kind.SAFETY));
        assertThat(safety.detect(null, "I'm sorry, but I can't assist with that.")
                        .verdict())
                .isEqualTo(Verdict.FLAGGED);
        assertThat(safety.detect(null, "I couldn't find an answer to that in the provided documents.")
                        .verdict())
                .isEqualTo(Verdict.CLEAR);
        assertThatThrownBy(() -> RefusalDetector.of(EnumSet.noneOf(Kind.class)))
                .hasMessageContaining("kinds is empty")
                .hasMessageContaining("SAFETY");
    }

    @Test
    void the_same_reply_gets_the_same_result_each_time_and_from_each_detector() {
        for (LabelledReplies.Reply reply : LabelledReplies.of("held-out")) {
            SignalResult result = detector.detect(null, reply.text());
            assertThat(detector.detect("a question", reply.text())).isEqualTo(result);
            assertThat(RefusalDetector.standard().detect(null, reply.text())).isEqualTo(result);
        }
    }

    @Test
    void most_held_out_replies_are_judged_as_labelled() {
        // The figures are docs/signals.md's; here only that the model shipped is a trained one.
        var replies = LabelledReplies.of("held-out");
        long right = replies.stream()
                .filter(reply ->
                        (detector.detect(null, reply.text()).verdict() == Verdict.FLAGGED) == reply.label() > 0)
                .count();
        assertThat(right).isGreaterThan(replies.size() * 85L / 100);
    }
}
