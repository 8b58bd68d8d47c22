package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of checks every 15 minutes, with and without a change, at the budget of one false alarm in 600 days. */
final class FalseAlarmsTest {
    private static final Duration STEP = Duration.ofMinutes(15);
    private static final int CHECKS_PER_DAY = 96;
    private static final int THIRTY_DAYS = 30 * CHECKS_PER_DAY;
    private static final double LOG_ALARM = new AlarmBudget(600, 1).logAlarm(STEP);

    private final SplittableRandom random = new SplittableRandom(20_261_123);

    private long binomial(int rows, double rate) {
        long events = 0;
        for (int i = 0; i < rows; i++) {
            events += random.nextDouble() < rate ? 1 : 0;
        }
        return events;
    }

    /** Checks until the alarm, or the number of checks plus 1. */
    private int alarmAfter(RateWatch watch, int rows, double rate, int checks) {
        Evidence evidence = Evidence.none(RateRise.ALTERNATIVES);
        for (int check = 1; check <= checks; check++) {
            Step step = watch.step(evidence, Checks.of(binomial(rows, rate), rows));
            if (step.alarm()) {
                return check;
            }
            evidence = step.after();
        }
        return checks + 1;
    }

    private static int median(List<Integer> values) {
        List<Integer> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    /** N / A = 2880 / 57600 = 5 % are allowed in 30 days; with 200 streams that and 2 standard errors are 16. */
    @ParameterizedTest
    @CsvSource({".02, 2", ".02, 10", ".045, 10", ".045, 50"})
    void a_constant_rate_at_its_limit_keeps_the_budget_for_thirty_days(double rate, int rows) {
        RateWatch watch = new RateWatch(StratumRates.constant(rate), 0, LOG_ALARM);
        int alarms = 0;
        for (int stream = 0; stream < 200; stream++) {
            alarms += alarmAfter(watch, rows, rate, THIRTY_DAYS) <= THIRTY_DAYS ? 1 : 0;
        }
        assertThat(alarms).isLessThanOrEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({"50, 12", "10, 45"})
    void a_rate_that_triples_is_found_in_time(int rows, int most) {
        RateWatch watch = new RateWatch(StratumRates.constant(.02), 0, LOG_ALARM);
        List<Integer> delays = new ArrayList<>();
        for (int stream = 0; stream < 201; stream++) {
            delays.add(alarmAfter(watch, rows, .06, THIRTY_DAYS));
        }
        assertThat(median(delays)).isLessThanOrEqualTo(most);
    }

    @Test
    void a_limit_estimated_from_a_baseline_raises_no_more_alarms_and_still_finds_a_doubling() {
        List<Integer> delays = new ArrayList<>();
        int alarms = 0;
        for (int stream = 0; stream < 201; stream++) {
            RateBaselineRecorder week = new RateBaselineRecorder();
            for (int check = 0; check < 100; check++) {
                week.add(Stratum.values()[check % 8], binomial(50, .03), 50);
            }
            RateBaseline baseline = week.snapshot();
            RateWatch watch = new RateWatch(baseline.limits(.01), baseline.correlation(), LOG_ALARM);
            delays.add(alarmAfter(watch, 50, .06, THIRTY_DAYS));
            alarms += alarmAfter(watch, 50, .03, THIRTY_DAYS) <= THIRTY_DAYS ? 1 : 0;
        }
        assertThat(median(delays)).isLessThanOrEqualTo(40);
        // At most 1 % are asked for: 2, and 2 standard errors are 3 more.
        assertThat(alarms).isLessThanOrEqualTo(5);
    }

    @Test
    void ratings_that_fall_are_found_in_time_and_those_that_do_not_raise_no_alarm() {
        MeanWatch watch = new MeanWatch(MeanFall.below(.8), 0, LOG_ALARM);
        List<Integer> delays = new ArrayList<>();
        int alarms = 0;
        for (int stream = 0; stream < 201; stream++) {
            delays.add(alarmAfter(watch, () -> stars(.72), THIRTY_DAYS));
            alarms += alarmAfter(watch, () -> stars(.8), THIRTY_DAYS) <= THIRTY_DAYS ? 1 : 0;
        }
        assertThat(median(delays)).isLessThanOrEqualTo(30);
        assertThat(alarms).isLessThanOrEqualTo(16);
    }

    /** A rating of this mean and a standard deviation of .15. */
    private double stars(double mean) {
        return random.nextBoolean() ? mean + .15 : mean - .15;
    }

    private static int alarmAfter(MeanWatch watch, DoubleSupplier scores, int checks) {
        Evidence evidence = Evidence.none(MeanFall.ALTERNATIVES);
        for (int check = 1; check <= checks; check++) {
            double[] batch = new double[5];
            for (int i = 0; i < batch.length; i++) {
                batch[i] = scores.getAsDouble();
            }
            Step step = watch.step(evidence, Checks.scores(batch));
            if (step.alarm()) {
                return check;
            }
            evidence = step.after();
        }
        return checks + 1;
    }

    @Test
    void rows_that_go_together_within_a_check_raise_no_more_alarms_once_they_are_measured() {
        int alarms = 0;
        for (int stream = 0; stream < 100; stream++) {
            BatchCorrelation correlation = new BatchCorrelation();
            for (int check = 0; check < 7 * CHECKS_PER_DAY; check++) {
                correlation.add(binomial(50, together(.045, .01)), 50);
            }
            RateWatch watch = new RateWatch(StratumRates.constant(.045), correlation.estimate(), LOG_ALARM);
            Evidence evidence = Evidence.none(RateRise.ALTERNATIVES);
            boolean alarm = false;
            for (int check = 0; check < THIRTY_DAYS && !alarm; check++) {
                Step step = watch.step(evidence, Checks.of(binomial(50, together(.045, .01)), 50));
                evidence = step.after();
                alarm = step.alarm();
            }
            alarms += alarm ? 1 : 0;
        }
        // G10 asks for at most 10 %; 2 standard errors of 100 streams are 6.
        assertThat(alarms).isLessThanOrEqualTo(16);
    }

    /** A rate that varies over checks so that rows of one have this correlation: mean +- sqrt(icc mean (1 - mean)). */
    private double together(double mean, double correlation) {
        double deviation = Math.sqrt(correlation * mean * (1 - mean));
        return random.nextBoolean() ? mean + deviation : mean - deviation;
    }

    @Test
    void a_season_of_the_week_raises_no_alarm_where_strata_know_it() {
        Instant monday = Instant.parse("2026-11-02T00:00:00Z");
        int alarms = 0;
        for (int stream = 0; stream < 60; stream++) {
            RateBaselineRecorder weeks = new RateBaselineRecorder();
            for (int check = 0; check < 28 * CHECKS_PER_DAY; check++) {
                Instant at = monday.plus(STEP.multipliedBy(check));
                weeks.add(Stratum.of(at, ZoneOffset.UTC), binomial(20, seasonal(at)), 20);
            }
            RateBaseline baseline = weeks.snapshot();
            RateWatch watch = new RateWatch(baseline.limits(.01), baseline.correlation(), LOG_ALARM);
            Evidence evidence = Evidence.none(RateRise.ALTERNATIVES);
            boolean alarm = false;
            for (int check = 0; check < THIRTY_DAYS && !alarm; check++) {
                Instant at = monday.plus(STEP.multipliedBy(28L * CHECKS_PER_DAY + check));
                Step step = watch.step(
                        evidence, StratumCounts.of(Stratum.of(at, ZoneOffset.UTC), binomial(20, seasonal(at)), 20));
                evidence = step.after();
                alarm = step.alarm();
            }
            alarms += alarm ? 1 : 0;
        }
        // 5 % of 60 and 2 standard errors.
        assertThat(alarms).isLessThanOrEqualTo(6);
    }

    private static double seasonal(Instant at) {
        DayOfWeek day = at.atZone(ZoneOffset.UTC).getDayOfWeek();
        return day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY ? .045 : .03;
    }

    @Test
    void the_first_day_of_an_empty_system_raises_no_alarm() {
        for (int stream = 0; stream < 100; stream++) {
            RateWatch watch = new RateWatch(StratumRates.constant(.05), 0, LOG_ALARM);
            assertThat(alarmAfter(watch, 1, .03, CHECKS_PER_DAY)).isEqualTo(CHECKS_PER_DAY + 1);
        }
    }
}
