package io.driftaware.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KOfNTest {

    @Test
    void the_form_is_k_slash_n() {
        assertThat(KOfN.parse("2/3")).isEqualTo(new KOfN(2, 3)).hasToString("2/3");
        assertThat(KOfN.parse(" 1 / 1 ")).isEqualTo(KOfN.ONE);
        assertThat(KOfN.parse("1000/1000").n()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "2/", "/3", "2/3/4", "-1/3", "two/three", "1.5/3", "99999/99999"})
    void another_form_is_refused_with_an_example(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KOfN.parse(text))
                .withMessageStartingWith("\"" + text + "\" is not of the form k/n, for example 2/3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0/3", "4/3", "1/1001", "0/0"})
    void numbers_out_of_range_are_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KOfN.parse(text))
                .withMessageStartingWith(text + " is not k/n with 1 <= k <= n <= 1000");
    }

    @Test
    void only_the_last_n_count() {
        KOfN rule = new KOfN(2, 3);
        assertThat(rule.holds(List.of())).isFalse();
        assertThat(rule.holds(List.of(true))).isFalse();
        assertThat(rule.holds(List.of(true, true))).isTrue();
        assertThat(rule.holds(List.of(true, true, false, false))).isFalse();
        assertThat(rule.holds(List.of(false, true, false, true))).isTrue();
    }
}
