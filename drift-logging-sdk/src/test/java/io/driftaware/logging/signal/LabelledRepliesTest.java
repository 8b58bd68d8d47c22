package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.logging.signal.LabelledReplies.Reply;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What training and measuring rely on. */
final class LabelledRepliesTest {
    private final List<Reply> trained = LabelledReplies.of("train");
    private final List<Reply> heldOut = LabelledReplies.of("held-out");

    @Test
    void no_voice_and_no_reply_is_both_trained_on_and_held_out() {
        assertThat(families(trained)).doesNotContainAnyElementsOf(families(heldOut));
        Set<String> texts = trained.stream().map(Reply::text).collect(Collectors.toCollection(HashSet::new));
        assertThat(heldOut).noneMatch(reply -> texts.contains(reply.text()));
        assertThat(texts).hasSameSizeAs(trained);
    }

    @Test
    void there_are_enough_of_each_kind_in_both() {
        assertThat(trained.size() + heldOut.size()).isGreaterThanOrEqualTo(600);
        for (List<Reply> replies : List.of(trained, heldOut)) {
            for (int label = 0; label < RefusalModel.CLASSES; label++) {
                int wanted = label;
                assertThat(replies.stream().filter(reply -> reply.label() == wanted))
                        .hasSizeGreaterThan(20);
            }
        }
    }

    private static Set<String> families(List<Reply> replies) {
        return replies.stream().map(Reply::family).collect(Collectors.toSet());
    }
}
