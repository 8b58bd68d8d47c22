package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PValueWatchTest {
    private static final double LOG_ALARM = new AlarmBudget(600, 1).logAlarm(Duration.ofDays(1));

    @Test
    void an_e_value_is_half_of_one_over_the_root_of_p() {
        assertThat(Math.exp(PValueWatch.logE(.01))).isCloseTo(5, within(1e-12));
        assertThat(Math.exp(PValueWatch.logE(1))).isCloseTo(.5, within(1e-12));
        assertThat(PValueWatch.logE(0)).isEqualTo(PValueWatch.logE(1e-15)).isLessThan(20);
        assertThatThrownBy(() -> PValueWatch.logE(1.5)).hasMessageContaining("p = 1.5");
        assertThatThrownBy(() -> PValueWatch.logE(Double.NaN)).hasMessageContaining("NaN");
    }

    /** Midpoint rule; below the clip the integrand is at most its value there. */
    @Test
    void it_expects_1_of_a_uniform_p() {
        int steps = 1_000_000;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            sum += Math.exp(PValueWatch.logE((i + .5) / steps)) / steps;
        }
        assertThat(sum).isCloseTo(1, within(1e-3)).isLessThanOrEqualTo(1);
    }

    @Test
    void a_month_of_uniform_p_keeps_the_budget_and_a_week_of_small_ones_is_an_alarm() {
        SplittableRandom random = new SplittableRandom(9);
        PValueWatch watch = new PValueWatch(LOG_ALARM);
        int alarms = 0;
        int streams = 2000;
        for (int stream = 0; stream < streams; stream++) {
            Evidence evidence = Evidence.none(PValueWatch.ALTERNATIVES);
            boolean alarm = false;
            for (int day = 0; day < 30; day++) {
                Step step = watch.step(evidence, random.nextDouble());
                evidence = step.after();
                alarm |= step.alarm();
            }
            alarms += alarm ? 1 : 0;
        }
        // 30 / 600 = 5 % of 2000 are allowed: 100, and 3 standard deviations are 29.
        assertThat(alarms).isLessThanOrEqualTo(129);

        Evidence evidence = Evidence.none(PValueWatch.ALTERNATIVES);
        int days = 0;
        boolean alarm = false;
        while (!alarm) {
            Step step = watch.step(evidence, .001);
            evidence = step.after();
            alarm = step.alarm();
            days++;
        }
        assertThat(days).isLessThanOrEqualTo(3);
    }
}
