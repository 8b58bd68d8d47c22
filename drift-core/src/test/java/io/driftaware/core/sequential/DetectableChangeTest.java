package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The smallest change that a number of rows can show. */
final class DetectableChangeTest {
    private static final double LOG_ALARM = new AlarmBudget(600, 1).logAlarm(Duration.ofMinutes(15));

    private final SplittableRandom random = new SplittableRandom(17);

    @Test
    void more_rows_show_smaller_changes_and_too_few_show_none() {
        RateRise rise = RateRise.above(.02);

        double few = rise.detectableRate(200, LOG_ALARM).orElseThrow();
        double many = rise.detectableRate(5000, LOG_ALARM).orElseThrow();
        assertThat(many).isBetween(.02, few);
        assertThat(rise.detectableRate(2, LOG_ALARM)).isEmpty();
        assertThat(rise.detectableRate(0, LOG_ALARM)).isEmpty();

        MeanFall fall = MeanFall.below(.8);
        assertThat(fall.detectableFall(5000, .02, LOG_ALARM).orElseThrow())
                .isLessThan(fall.detectableFall(500, .02, LOG_ALARM).orElseThrow());
        assertThat(fall.detectableFall(5, .02, LOG_ALARM)).isEmpty();
        assertThat(fall.detectableFall(0, .02, LOG_ALARM)).isEmpty();
    }

    @Test
    void at_the_detectable_rate_the_expected_evidence_of_the_best_alternative_is_what_an_alarm_needs() {
        RateRise rise = RateRise.above(.03);
        double rate = rise.detectableRate(1000, LOG_ALARM).orElseThrow();

        double[] perEvent = rise.logE(1, 1);
        double[] perOther = rise.logE(0, 1);
        double best = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < perEvent.length; j++) {
            best = Math.max(best, 1000 * (rate * perEvent[j] + (1 - rate) * perOther[j]));
        }
        assertThat(best).isCloseTo(LOG_ALARM + Math.log(5), within(1e-9));
    }

    /**
     * Where the expectation of log E is what an alarm needs, half the batches reach it; the other alternatives add a little.
     * 400 batches of probability 1/2 stay within 170 to 230 (3 standard deviations).
     */
    @Test
    void the_detectable_change_is_found_at_least_half_the_time_and_half_of_it_seldom() {
        RateRise rise = RateRise.above(.03);
        double rate = rise.detectableRate(1000, LOG_ALARM).orElseThrow();
        assertThat(found(rise, rate)).isGreaterThanOrEqualTo(170);
        assertThat(found(rise, (rate + .03) / 2)).isLessThan(40);

        MeanFall fall = MeanFall.below(.8);
        double drop = fall.detectableFall(400, .01, LOG_ALARM).orElseThrow();
        assertThat(found(fall, .8 - drop)).isGreaterThanOrEqualTo(170);
        assertThat(found(fall, .8 - drop / 2)).isLessThan(40);
    }

    private int found(RateRise rise, double rate) {
        RateWatch watch = new RateWatch(StratumRates.constant(rise.limit()), 0, LOG_ALARM);
        int found = 0;
        for (int batch = 0; batch < 400; batch++) {
            long events = 0;
            for (int row = 0; row < 1000; row++) {
                events += random.nextDouble() < rate ? 1 : 0;
            }
            found += watch.step(Evidence.none(RateRise.ALTERNATIVES), Checks.of(events, 1000))
                            .alarm()
                    ? 1
                    : 0;
        }
        return found;
    }

    /** Scores of variance .01. */
    private int found(MeanFall fall, double mean) {
        MeanWatch watch = new MeanWatch(fall, 0, LOG_ALARM);
        int found = 0;
        for (int batch = 0; batch < 400; batch++) {
            double[] scores = new double[400];
            for (int row = 0; row < scores.length; row++) {
                scores[row] = mean + (random.nextBoolean() ? .1 : -.1);
            }
            found += watch.step(Evidence.none(MeanFall.ALTERNATIVES), Checks.scores(scores))
                            .alarm()
                    ? 1
                    : 0;
        }
        return found;
    }
}
