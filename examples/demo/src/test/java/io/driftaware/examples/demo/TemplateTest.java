package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
    private static final Map<String, List<String>> SLOTS = Map.of("room", List.of("attic", "cellar"));

    @Test
    void a_choice_gives_one_sentence_for_each_option_and_an_empty_one_leaves_no_double_space() {
        assertThat(sentences("turn (|all |half )lights (on|off)"))
                .containsExactlyInAnyOrder(
                        "turn lights on",
                        "turn lights off",
                        "turn all lights on",
                        "turn all lights off",
                        "turn half lights on",
                        "turn half lights off");
    }

    @Test
    void a_slot_is_filled_with_each_of_its_values_inside_choices_too() {
        assertThat(sentences("dust (everywhere|in the {room})"))
                .containsExactlyInAnyOrder("dust everywhere", "dust in the attic", "dust in the cellar");
    }

    @Test
    void a_slot_that_occurs_twice_gets_two_different_values() {
        assertThat(sentences("{room} and {room}")).containsExactlyInAnyOrder("attic and cellar", "cellar and attic");
    }

    @Test
    void an_unknown_slot_is_refused_by_name() {
        assertThatThrownBy(() -> sentences("in the {rom}")).hasMessageContaining("{rom}");
    }

    private static List<String> sentences(String text) {
        return Template.of(text, SLOTS).sentences();
    }
}
