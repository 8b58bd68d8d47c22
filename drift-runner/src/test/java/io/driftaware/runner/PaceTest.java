package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void what_the_rows_of_a_step_may_take_and_did_not_is_waited_for() {
        Pace pace = new Pace(500);
        assertThat(pace.rowsAtOnce(10_000)).isEqualTo(500);
        assertThat(pace.rowsAtOnce(100)).isEqualTo(100);
        assertThat(pace.pause(1_000, Duration.ofMillis(300))).isEqualTo(Duration.ofMillis(1_700));
        assertThat(pace.pause(1_000, Duration.ofSeconds(3))).isZero();
        assertThat(pace.pause(0, Duration.ZERO)).isZero();
        assertThat(pace.pause(1_000_000_000L, Duration.ZERO)).isEqualTo(Duration.ofSeconds(2_000_000));
    }

    @Test
    void without_a_pace_nothing_is_waited_for() {
        assertThat(new Pace(0).rowsAtOnce(10_000)).isEqualTo(10_000);
        assertThat(new Pace(0).pause(1_000, Duration.ZERO)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(-1)).withMessageContaining("-1 rows a second");
    }
}
