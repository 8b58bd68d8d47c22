package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FindingTest {

    @Test
    void details_are_copied_and_cannot_be_changed() {
        SortedMap<String, Double> details = new TreeMap<>();
        details.put("a", 1.0);
        Finding.Compared found = new Finding.Compared("d", .1, .2, false, 50, 50, details);
        details.put("b", 2.0);
        assertThat(found.details()).containsOnlyKeys("a");
        assertThatThrownBy(() -> found.details().put("c", 3.0)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_number_that_is_not_finite_is_refused() {
        SortedMap<String, Double> none = new TreeMap<>();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Finding.Compared("d", Double.NaN, .2, false, 50, 50, none))
                .withMessage("value NaN is not finite");
        SortedMap<String, Double> infinite = new TreeMap<>();
        infinite.put("floor", Double.POSITIVE_INFINITY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Finding.Compared("d", 0, .2, false, 50, 50, infinite))
                .withMessage("floor Infinity is not finite");
    }

    @Test
    void samples_names_and_reasons_are_checked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Finding.Insufficient("d", "why", -1, 0, 50))
                .withMessageContaining("recent -1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Finding.Insufficient("d", " ", 0, 0, 50));
        assertThatIllegalArgumentException().isThrownBy(() -> new Finding.Insufficient("", "why", 0, 0, 50));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Finding.Insufficient("d", "why", 0, 0, 0))
                .withMessageContaining("needed 0");
    }
}
