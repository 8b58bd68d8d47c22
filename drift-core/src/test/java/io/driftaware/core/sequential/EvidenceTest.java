package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Base64;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EvidenceTest {
    @Test
    void it_is_the_recursion_of_shiryaev_and_roberts() {
        double[][] batches = {{.5, 3}, {2, .25}, {1.5, 1}};
        double first = 0;
        double second = 0;
        Evidence evidence = Evidence.none(2);
        for (double[] e : batches) {
            first = (first + 1) * e[0];
            second = (second + 1) * e[1];
            evidence = evidence.after(new double[] {Math.log(e[0]), Math.log(e[1])});
        }

        assertThat(evidence.log()).isCloseTo(Math.log((first + second) / 2), within(1e-12));
        assertThat(Evidence.none(2).log()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void no_run_is_too_long() {
        Evidence evidence = Evidence.none(1);
        for (int i = 0; i < 10_000; i++) {
            evidence = evidence.after(new double[] {5});
        }
        assertThat(evidence.log()).isCloseTo(50_000, within(1.0));
        for (int i = 0; i < 20_000; i++) {
            evidence = evidence.after(new double[] {-5});
        }
        assertThat(evidence.log()).isLessThan(0).isGreaterThan(Double.NEGATIVE_INFINITY);
    }

    @Test
    void its_bytes_survive_a_restart_and_are_the_same_for_ever() {
        Evidence evidence = Evidence.none(2).after(new double[] {.5, -1});

        assertThat(Evidence.fromBytes(evidence.toBytes())).isEqualTo(evidence);
        assertThat(Base64.getEncoder().encodeToString(evidence.toBytes())).isEqualTo("AQI/4AAAAAAAAL/wAAAAAAAA");
        assertThat(Evidence.fromBytes(Evidence.none(5).toBytes())).isEqualTo(Evidence.none(5));
        assertThatThrownBy(() -> Evidence.fromBytes(new byte[] {2, 1})).hasMessageContaining("version 1");
        assertThatThrownBy(() -> Evidence.fromBytes(new byte[] {1, 2, 0})).hasMessageContaining("3 bytes");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, .001, .02, .045, .3, .5, .9, .999})
    void an_e_value_of_a_rate_expects_at_most_1_at_its_limit_and_below(double limit) {
        RateRise rise = RateRise.above(limit);
        int n = 60;
        for (double rate : new double[] {limit, limit / 2, limit / 10}) {
            double[] expected = new double[RateRise.ALTERNATIVES];
            BinomialDistribution counts = BinomialDistribution.of(n, rate);
            for (int x = 0; x <= n; x++) {
                double[] logE = rise.logE(x, n);
                for (int j = 0; j < expected.length; j++) {
                    expected[j] += counts.probability(x) * Math.exp(logE[j]);
                }
            }
            for (double e : expected) {
                assertThat(e).isLessThanOrEqualTo(1 + 1e-9);
                if (rate == limit) {
                    assertThat(e).isCloseTo(1, within(1e-9));
                }
            }
        }
    }

    @Test
    void an_e_value_of_a_mean_expects_at_most_1_from_its_limit_upwards() {
        MeanFall fall = MeanFall.below(.7);
        // Two points with mean .7, .8 and .9: the expectation over one score is linear in it.
        for (double mean : new double[] {.7, .8, .9}) {
            double[] low = fall.logE(Checks.scores(0));
            double[] high = fall.logE(Checks.scores(1));
            for (int j = 0; j < low.length; j++) {
                double expected = (1 - mean) * Math.exp(low[j]) + mean * Math.exp(high[j]);
                assertThat(expected).isLessThanOrEqualTo(1 + 1e-12);
                assertThat(Math.exp(high[j])).isPositive();
            }
        }
    }

    @Test
    void a_batch_without_rows_changes_nothing() {
        RateWatch watch = new RateWatch(StratumRates.constant(.02), 0, 10);
        Evidence before = watch.step(Evidence.none(5), Checks.of(2, 50)).after();

        Step step = watch.step(before, Checks.of(0, 0));

        assertThat(step.after()).isSameAs(before);
        assertThat(step.alarm()).isFalse();
        assertThat(new MeanWatch(MeanFall.below(.7), 0, -100)
                        .step(before, Checks.scores())
                        .alarm())
                .isFalse();
    }

    @Test
    void there_is_no_alarm_without_an_event_and_after_one_evidence_begins_anew() {
        RateWatch eager = new RateWatch(StratumRates.constant(.02), 0, -100);

        assertThat(eager.step(Evidence.none(5), Checks.of(0, 50)).alarm()).isFalse();
        Step step = eager.step(Evidence.none(5), Checks.of(1, 50));
        assertThat(step.alarm()).isTrue();
        assertThat(step.logEvidence()).isGreaterThan(Double.NEGATIVE_INFINITY);
        assertThat(step.after()).isEqualTo(Evidence.none(5));
    }

    @Test
    void what_a_step_records_replays_to_the_same_bytes() {
        SplittableRandom random = new SplittableRandom(3);
        RateWatch watch = new RateWatch(StratumRates.constant(.03), .01, 50);
        Evidence evidence = Evidence.none(5);
        Evidence replayed = Evidence.none(5);
        int alarms = 0;
        for (int check = 0; check < 500; check++) {
            int rows = random.nextInt(40);
            Step step = watch.step(evidence, Checks.of(Math.min(rows, random.nextInt(4)), rows));
            evidence = step.after();
            replayed = rows == 0 ? replayed : replayed.after(step.logE());
            if (step.alarm()) {
                alarms++;
                replayed = Evidence.none(RateRise.ALTERNATIVES);
            }
        }
        assertThat(replayed.toBytes()).isEqualTo(evidence.toBytes());
        assertThat(alarms).isBetween(1, 499);
    }

    @Test
    void half_the_evidence_on_the_log_scale_is_a_warning() {
        RateWatch watch = new RateWatch(StratumRates.constant(.02), 0, 10);

        Step first = watch.step(Evidence.none(RateRise.ALTERNATIVES), Checks.of(0, 50));
        assertThat(first.evidenceRatio()).isZero();
        assertThat(first.warning()).isFalse();
        Step second = watch.step(first.after(), Checks.of(8, 50));
        assertThat(second.evidenceRatio())
                .isEqualTo(second.logEvidence() / 10)
                .isEqualTo(second.after().ratio(10))
                .isBetween(.5, 1.0);
        assertThat(second.warning()).isTrue();
        assertThat(second.alarm()).isFalse();
        assertThat(Evidence.none(1).ratio(10)).isZero();
        assertThat(Evidence.none(1).ratio(0)).isZero();
    }

    @Test
    void scores_that_go_together_count_for_less() {
        MeanFall fall = MeanFall.below(.8);
        long[] scores = Checks.scores(.5, .6, .7);
        double[] whole = new MeanWatch(fall, 0, 10)
                .step(Evidence.none(MeanFall.ALTERNATIVES), scores)
                .logE();

        double[] tempered = new MeanWatch(fall, .5, 10)
                .step(Evidence.none(MeanFall.ALTERNATIVES), scores)
                .logE();
        for (int j = 0; j < whole.length; j++) {
            assertThat(tempered[j]).isCloseTo(whole[j] / 2, within(1e-15));
        }
    }

    @Test
    void a_batch_of_scores_is_the_product_over_its_scores() {
        MeanFall fall = MeanFall.below(.8);
        // Python: [math.log(1 + .95 * s / .2 * (.8 - .5)) + 2 * math.log(1 + .95 * s / .2 * (.8 - 1)) for s in
        // (.02, .05, .1, .2, .4)]
        double[] expected = {
            -0.010264208722673196,
            -0.028504153032709492,
            -0.06642182677819902,
            -0.17068334428412185,
            -0.5049959825257826
        };
        assertThat(fall.logE(Checks.scores(.5, 1, 1))).containsExactly(expected, within(1e-12));
    }

    @Test
    void the_budget_is_shared_by_all_sequences() {
        Duration quarter = Duration.ofMinutes(15);

        assertThat(Math.exp(new AlarmBudget(600, 1).logAlarm(quarter))).isCloseTo(57_600, within(1e-6));
        assertThat(Math.exp(new AlarmBudget(600, 7).logAlarm(quarter))).isCloseTo(7 * 57_600, within(1e-6));
        assertThat(Math.exp(new AlarmBudget(600, 3).logAlarm(Duration.ofDays(1))))
                .isCloseTo(1800, within(1e-6));
        assertThat(new AlarmBudget(1e-9, 1).logAlarm(quarter)).isZero();
        assertThat(new AlarmBudget(600, 4).baselineRisk()).isEqualTo(.0025);
    }

    @Test
    void nonsense_is_refused_by_name() {
        assertThatThrownBy(() -> RateRise.above(0)).hasMessageContaining("limit = 0.0");
        assertThatThrownBy(() -> RateRise.above(.1).logE(3, 2)).hasMessageContaining("3 events in 2 trials");
        assertThatThrownBy(() -> MeanFall.below(.5).logE(new long[5])).hasMessageContaining("5 counts for 101");
        assertThatThrownBy(() -> MeanFall.below(1)).hasMessageContaining("limit = 1.0");
        assertThatThrownBy(() -> Evidence.none(2).after(new double[] {1})).hasMessageContaining("1 values for 2");
        assertThatThrownBy(() -> Evidence.none(1).after(new double[] {Double.NaN}))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> new AlarmBudget(0, 1)).hasMessageContaining("days = 0.0");
        assertThatThrownBy(() -> new AlarmBudget(1, 0)).hasMessageContaining("sequences = 0");
        assertThatThrownBy(() -> new RateWatch(StratumRates.constant(.1), 2, 1)).hasMessageContaining("correlation");
    }

    @Test
    void isLoweredToALimitAndNeverRaised() {
        Evidence strong = Evidence.ofLogs(20, 18, Double.NEGATIVE_INFINITY);

        assertThat(strong.atMost(13).log()).isCloseTo(13, within(1e-12));
        assertThat(strong.atMost(25)).isEqualTo(strong);
        assertThat(Evidence.none(5).atMost(13)).isEqualTo(Evidence.none(5));
        assertThat(Evidence.ofLogs(strong.logs())).isEqualTo(strong);
    }
}
