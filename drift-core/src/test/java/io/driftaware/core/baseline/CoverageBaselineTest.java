package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.profile.RetrievalRecorder;
import io.driftaware.core.sequential.AlarmBudget;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateRise;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.Step;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CoverageBaselineTest {
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
    private static final Duration QUARTER = Duration.ofMinutes(15);

    /** Scores around .75, one in a hundred without a hit. */
    private static NavigableMap<Instant, RetrievalProfile> week(Random random, int rowsABucket) {
        NavigableMap<Instant, RetrievalProfile> buckets = new TreeMap<>();
        for (int i = 0; i < 7 * 96; i++) {
            RetrievalRecorder recorder = new RetrievalRecorder();
            for (int row = 0; row < rowsABucket; row++) {
                boolean nothing = random.nextInt(100) == 0;
                recorder.add(nothing ? null : .75 + .08 * random.nextGaussian(), nothing ? 0L : 5L);
            }
            buckets.put(START.plus(QUARTER.multipliedBy(i)), recorder.snapshot());
        }
        return buckets;
    }

    @Test
    void the_usual_rate_is_counted_on_rows_that_did_not_choose_the_edge_and_is_right_on_average() {
        Random random = new Random(3);
        double usual = 0;
        double later = 0;
        int baselines = 40;
        for (int i = 0; i < baselines; i++) {
            CoverageBaseline fitted =
                    CoverageBaseline.fit(week(random, 5), ZoneOffset.UTC, i).orElseThrow();
            RetrievalProfile others =
                    week(random, 5).values().stream().reduce(RetrievalProfile.empty(), RetrievalProfile::merge);
            assertThat(fitted.usual().counts().rows()).as("half of 3,360 rows").isBetween(1_675L, 1_685L);
            usual += fitted.usual().rate() / baselines;
            later += others.below(fitted.edge()).rate().orElseThrow() / baselines;
        }
        // The standard error of a difference of means over 40 baselines of 1,680 and 3,360 rows at 5 % is .00103.
        assertThat(usual).isCloseTo(later, within(.0031));
        assertThat(usual).isBetween(.03, .055);
    }

    @Test
    void a_month_without_drift_rarely_alarms_and_one_with_always() {
        int streams = 200;
        int quiet = 0;
        int found = 0;
        AlarmBudget budget = new AlarmBudget(600, 1);
        for (int i = 0; i < streams; i++) {
            Random random = new Random(1_000 + i);
            CoverageBaseline fitted =
                    CoverageBaseline.fit(week(random, 2), ZoneOffset.UTC, i).orElseThrow();
            RateWatch watch = new RateWatch(
                    fitted.usual().limits(budget.baselineRisk()),
                    fitted.usual().correlation(),
                    budget.logAlarm(QUARTER));
            quiet += alarms(watch, fitted.edge(), random, 0) ? 1 : 0;
            found += alarms(watch, fitted.edge(), random, .15) ? 1 : 0;
        }
        // Allowed are a hundredth for the baseline and 2,880 checks of 57,600, 12 of 200; 3 standard deviations make
        // 22.
        assertThat(quiet).isLessThanOrEqualTo(22);
        assertThat(found).isEqualTo(streams);
    }

    private static boolean alarms(RateWatch watch, int edge, Random random, double lost) {
        Evidence evidence = Evidence.none(RateRise.ALTERNATIVES);
        for (int check = 0; check < 30 * 96; check++) {
            Instant at = START.plus(QUARTER.multipliedBy(check));
            RetrievalRecorder recorder = new RetrievalRecorder();
            for (int row = 0; row < 5; row++) {
                boolean nothing = random.nextInt(100) == 0 || random.nextDouble() < lost;
                recorder.add(nothing ? null : .75 + .08 * random.nextGaussian(), nothing ? 0L : 5L);
            }
            FlagCounts below = recorder.snapshot().below(edge);
            Step step = watch.step(
                    evidence, StratumCounts.of(Stratum.of(at, ZoneOffset.UTC), below.flagged(), below.known()));
            if (step.alarm()) {
                return true;
            }
            evidence = step.after();
        }
        return false;
    }

    @Test
    void where_many_have_no_hit_as_a_rule_the_hits_alone_are_watched() {
        NavigableMap<Instant, RetrievalProfile> buckets = new TreeMap<>();
        RetrievalRecorder recorder = new RetrievalRecorder();
        recorder.add(null, 0L, 10);
        recorder.add(.8, 2L, 90);
        for (int i = 0; i < 20; i++) {
            buckets.put(START.plus(QUARTER.multipliedBy(i)), recorder.snapshot());
        }

        CoverageBaseline fitted =
                CoverageBaseline.fit(buckets, ZoneOffset.UTC, 1).orElseThrow();

        assertThat(fitted.edge()).isZero();
        assertThat(fitted.usual().rate()).isCloseTo(.1, within(1e-12));
        assertThat(fitted.usual().counts().rows()).isEqualTo(1_000);
    }

    @Test
    void rows_of_one_moment_fill_no_two_halves() {
        RetrievalRecorder recorder = new RetrievalRecorder();
        recorder.add(.8, 2L, 2_000);
        NavigableMap<Instant, RetrievalProfile> buckets = new TreeMap<>();
        assertThat(CoverageBaseline.fit(buckets, ZoneOffset.UTC, 1)).isEmpty();
        buckets.put(START, recorder.snapshot());
        assertThat(CoverageBaseline.fit(buckets, ZoneOffset.UTC, 1)).isEmpty();
        RetrievalRecorder few = new RetrievalRecorder();
        few.add(.8, 2L, CoverageBaseline.LEAST_HALF - 1);
        buckets.put(START.plus(QUARTER), few.snapshot());
        assertThat(CoverageBaseline.fit(buckets, ZoneOffset.UTC, 1)).isEmpty();
        buckets.put(START.plus(QUARTER), recorder.snapshot());
        assertThat(CoverageBaseline.fit(buckets, ZoneOffset.UTC, 1)).isPresent();
    }

    @Test
    void its_bytes_survive_a_restart_and_are_the_same_for_ever() {
        RateBaseline usual = new RateBaseline(StratumCounts.of(Stratum.WEEKDAY_MORNING, 3, 100), .25, 10);
        CoverageBaseline baseline = new CoverageBaseline(61, usual);
        byte[] stored = baseline.toBytes();

        assertThat(CoverageBaseline.fromBytes(stored)).isEqualTo(baseline);
        assertThat(stored).startsWith(1, 61).endsWith(usual.toBytes()).hasSize(2 + usual.toBytes().length);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoverageBaseline.fromBytes(usual.toBytes().clone()))
                .withMessageContaining("baseline of a rate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoverageBaseline.fromBytes(new byte[] {2, 1}))
                .withMessageContaining("version 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CoverageBaseline(101, usual))
                .withMessageContaining("edge = 101");
    }
}
