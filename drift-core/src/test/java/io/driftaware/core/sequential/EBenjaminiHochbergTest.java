package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EBenjaminiHochbergTest {
    @Test
    void the_largest_are_rejected_as_long_as_the_smallest_of_them_suffices() {
        // K / (alpha k) = 100, 50, 33.3, 25 for k = 1 to 4 at alpha .04.
        assertThat(EBenjaminiHochberg.rejected(new double[] {60, 1, 55, 30}, .04))
                .hasToString("{0, 2}");
        assertThat(EBenjaminiHochberg.rejected(new double[] {90, 1, 2, 3}, .04).isEmpty())
                .isTrue();
        assertThat(EBenjaminiHochberg.rejected(new double[] {25, 25, 25, 25}, .04))
                .hasToString("{0, 1, 2, 3}");
        assertThat(EBenjaminiHochberg.rejected(new double[] {}, .04).isEmpty()).isTrue();
        assertThat(EBenjaminiHochberg.rejected(new double[] {Double.POSITIVE_INFINITY, 1}, .04))
                .hasToString("{0}");
    }

    @Test
    void of_what_is_rejected_at_most_alpha_is_wrong_on_average() {
        SplittableRandom random = new SplittableRandom(11);
        double wrongShare = 0;
        int runs = 2000;
        for (int run = 0; run < runs; run++) {
            // 40 true hypotheses with e-values that expect 1 (100 once in a hundred), 10 false ones with 100 half the
            // time.
            double[] e = new double[50];
            for (int i = 0; i < e.length; i++) {
                e[i] = random.nextDouble() < (i < 40 ? .01 : .5) ? 100 : 0;
            }
            var rejected = EBenjaminiHochberg.rejected(e, .2);
            long wrong = rejected.stream().filter(i -> i < 40).count();
            wrongShare += rejected.isEmpty() ? 0 : (double) wrong / rejected.cardinality();
        }
        // The guarantee.
        assertThat(wrongShare / runs).isLessThan(.2);
    }

    @Test
    void nonsense_is_refused() {
        assertThatThrownBy(() -> EBenjaminiHochberg.rejected(new double[] {-1}, .1))
                .hasMessageContaining("below 0");
        assertThatThrownBy(() -> EBenjaminiHochberg.rejected(new double[] {1}, 0))
                .hasMessageContaining("alpha = 0.0");
    }
}
