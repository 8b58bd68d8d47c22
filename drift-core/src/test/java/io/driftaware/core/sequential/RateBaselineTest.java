package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RateBaselineTest {
    private final SplittableRandom random = new SplittableRandom(12);

    private long binomial(int rows, double rate) {
        long events = 0;
        for (int i = 0; i < rows; i++) {
            events += random.nextDouble() < rate ? 1 : 0;
        }
        return events;
    }

    @Test
    void strata_that_do_not_differ_share_the_bound_of_the_whole() {
        StratumCounts counts = StratumCounts.none();
        for (Stratum stratum : Stratum.values()) {
            counts = counts.plus(stratum, 18 + stratum.ordinal() % 3, 625);
        }
        StratumRates limits = new RateBaseline(counts, 0, 1).limits(.01);

        double whole = BaselineBounds.rateAtMost(counts.events(), 5000, .01);
        for (Stratum stratum : Stratum.values()) {
            assertThat(limits.of(stratum).limit()).isEqualTo(whole);
        }
    }

    @Test
    void strata_that_differ_have_their_own_and_those_of_few_rows_are_taken_to_be_like_the_whole() {
        StratumCounts counts = StratumCounts.of(Stratum.WEEKDAY_MORNING, 300, 10_000)
                .plus(Stratum.WEEKDAY_NIGHT, 900, 10_000)
                .plus(Stratum.WEEKEND_NIGHT, 3, 3);
        StratumRates limits = new RateBaseline(counts, 0, 1).limits(.01);

        double part = .01 / 8;
        assertThat(limits.of(Stratum.WEEKDAY_MORNING).limit()).isEqualTo(BaselineBounds.rateAtMost(300, 10_000, part));
        assertThat(limits.of(Stratum.WEEKDAY_NIGHT).limit()).isEqualTo(BaselineBounds.rateAtMost(900, 10_000, part));
        double whole = 1203 / 20_003.0;
        assertThat(limits.of(Stratum.WEEKEND_NIGHT).limit())
                .isEqualTo(BaselineBounds.rateAtMost(3 + 497 * whole, 500, part));
        assertThat(limits.of(Stratum.WEEKEND_EVENING).limit())
                .isEqualTo(BaselineBounds.rateAtMost(500 * whole, 500, part));
    }

    @Test
    void rows_that_go_together_are_worth_less() {
        RateBaseline baseline = new RateBaseline(StratumCounts.of(Stratum.WEEKDAY_MORNING, 300, 10_000), .02, 51);

        assertThat(baseline.limits(.01).of(Stratum.WEEKDAY_MORNING).limit())
                .isEqualTo(BaselineBounds.rateAtMost(150, 5000, .01));
    }

    @Test
    void a_season_is_no_correlation() {
        RateBaselineRecorder recorder = new RateBaselineRecorder();
        BatchCorrelation acrossStrata = new BatchCorrelation();
        for (int batch = 0; batch < 4000; batch++) {
            Stratum stratum = Stratum.values()[batch % 8];
            long events = binomial(50, stratum.ordinal() < 4 ? .05 : .15);
            recorder.add(stratum, events, 50);
            acrossStrata.add(events, 50);
        }
        // Standard error sqrt(2 / 4000) / 50, see Donner 1986.
        assertThat(recorder.snapshot().correlation()).isCloseTo(0, within(.002));
        assertThat(acrossStrata.estimate()).isCloseTo(.0025 / .09, within(.003));
        assertThat(recorder.snapshot().usualBatch()).isEqualTo(50);
        assertThat(recorder.rows()).isEqualTo(200_000);
    }

    @Test
    void the_true_rate_is_above_a_limit_in_no_more_baselines_than_the_risk() {
        int baselines = 500;
        int wrong = 0;
        for (int i = 0; i < baselines; i++) {
            RateBaselineRecorder recorder = new RateBaselineRecorder();
            for (int batch = 0; batch < 80; batch++) {
                recorder.add(Stratum.values()[batch % 8], binomial(25, .05), 25);
            }
            StratumRates limits = recorder.snapshot().limits(.05);
            boolean above = false;
            for (Stratum stratum : Stratum.values()) {
                above |= limits.of(stratum).limit() < .05;
            }
            wrong += above ? 1 : 0;
        }
        // 25 are allowed; 3 standard deviations of a binomial(500, .05) above are 40.
        assertThat(wrong).isLessThanOrEqualTo(40);
    }

    @Test
    void a_rise_is_worth_acting_on_from_a_point_and_an_odds_ratio_of_one_and_a_half() {
        RateBaseline rare = new RateBaseline(StratumCounts.of(Stratum.WEEKDAY_MORNING, 10, 10_000), 0, 1);
        RateBaseline usual = new RateBaseline(StratumCounts.of(Stratum.WEEKDAY_MORNING, 2_000, 10_000), 0, 1);

        assertThat(rare.rate()).isEqualTo(.001);
        assertThat(rare.roseTo(.0109)).isFalse();
        assertThat(rare.roseTo(.0111)).isTrue();
        // Odds .25 times 1.5 are a rate of .2727.
        assertThat(usual.roseTo(.272)).isFalse();
        assertThat(usual.roseTo(.273)).isTrue();
        assertThat(usual.roseTo(.1)).isFalse();
    }

    @Test
    void its_bytes_survive_a_restart_and_are_the_same_for_ever() {
        RateBaseline baseline = new RateBaseline(
                StratumCounts.of(Stratum.WEEKDAY_MORNING, 3, 100).plus(Stratum.WEEKEND_EVENING, 1, 7), .25, 10);

        assertThat(RateBaseline.fromBytes(baseline.toBytes())).isEqualTo(baseline);
        assertThat(Base64.getEncoder().encodeToString(baseline.toBytes()))
                .isEqualTo(
                        "AT/QAAAAAAAAQCQAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADAAAAAAAAAGQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                                + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAc=");
        assertThat(StratumCounts.fromBytes(baseline.counts().toBytes())).isEqualTo(baseline.counts());
        assertThatThrownBy(() -> RateBaseline.fromBytes(new byte[3]))
                .hasMessage("these 3 bytes are no baseline of a rate of version 1, which has 146");
        assertThatThrownBy(() -> StratumCounts.fromBytes(new byte[129])).hasMessageContaining("counts by stratum");
    }

    @Test
    void counts_merge_in_any_order() {
        StratumCounts one = StratumCounts.of(Stratum.WEEKDAY_MORNING, 3, 100);
        StratumCounts other = StratumCounts.of(Stratum.WEEKDAY_MORNING, 1, 7).plus(Stratum.WEEKEND_NIGHT, 0, 5);

        assertThat(one.merge(other)).isEqualTo(other.merge(one)).hasToString("StratumCounts[4 events in 112 rows]");
        assertThat(one.merge(other).rows(Stratum.WEEKDAY_MORNING)).isEqualTo(107);
        assertThat(StratumCounts.of(Map.of(Stratum.WEEKDAY_MORNING, new RateWatch.Counts(3, 100))))
                .isEqualTo(one);
        assertThat(one.merge(StratumCounts.none())).isEqualTo(one).hasSameHashCodeAs(one);
    }

    @Test
    void nonsense_is_refused_by_name() {
        StratumCounts counts = StratumCounts.of(Stratum.WEEKDAY_MORNING, 1, 2);
        assertThatThrownBy(() -> counts.plus(Stratum.WEEKDAY_MORNING, 3, 2)).hasMessageContaining("3 events in 2 rows");
        assertThatThrownBy(() -> new RateBaselineRecorder().snapshot()).hasMessageContaining("single row");
        assertThatThrownBy(() -> new RateBaseline(counts, 2, 1)).hasMessageContaining("correlation = 2.0");
        assertThatThrownBy(() -> new RateBaseline(counts, 0, 0)).hasMessageContaining("usualBatch = 0.0");
    }
}
