package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.sequential.RateWatch.Counts;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredBaselinesTest {

    private static final RateBaseline RATE = new RateBaseline(
            Map.of(Stratum.WEEKDAY_MORNING, new Counts(30, 1_000), Stratum.WEEKEND_NIGHT, new Counts(9, 200)), 0.01);
    private static final ScoreBaseline SCORE = new ScoreBaseline(2_000, 0.8, 0.05);

    @Test
    void aRateReadsBackTheSame() {
        assertThat(RateBaseline.fromBytes(RATE.toBytes())).isEqualTo(RATE);
        assertThat(RATE.rows()).isEqualTo(1_200);
        assertThat(RATE.rate()).isEqualTo(39.0 / 1_200);
    }

    @Test
    void aScoreReadsBackTheSame() {
        assertThat(ScoreBaseline.fromBytes(SCORE.toBytes())).isEqualTo(SCORE);
    }

    /** The stored form may not change: databases hold it. */
    @Test
    void theBytesAreThoseOfTheFirstRelease() {
        assertThat(Base64.getEncoder().encodeToString(RATE.toBytes())).isEqualTo(GOLDEN_RATE);
        assertThat(Base64.getEncoder().encodeToString(SCORE.toBytes())).isEqualTo(GOLDEN_SCORE);
    }

    @Test
    void refusesOtherBytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateBaseline.fromBytes(SCORE.toBytes()))
                .withMessageContaining("26 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoreBaseline.fromBytes(RATE.toBytes()))
                .withMessageContaining("fit it anew");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RateBaseline(Map.of(), 0))
                .withMessageContaining("without a single row");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ScoreBaseline(10, 1.5, 0))
                .withMessageContaining("1.5");
    }

    @Test
    void theLimitOfAScoreLiesBelowItsMeanByWhatIsNotKnown() {
        // 0.8 - sqrt(2 x .05 x ln(2/.01) / 2000) - 7 ln(2/.01) / (3 x 1999)
        assertThat(SCORE.limit(0.01)).isCloseTo(0.8 - 0.016276 - 0.006184, within(1e-5));
        assertThat(new ScoreBaseline(2, 0.1, 0.05).limit(0.01)).isEqualTo(ScoreBaseline.LEAST);
    }

    @Test
    void aWindowsEvidenceIsHalfTheInverseRootOfItsPValue() {
        assertThat(WindowEvidence.logE(1e-6)[0]).isCloseTo(Math.log(500), within(1e-9));
        assertThat(WindowEvidence.logE(1)[0]).isCloseTo(Math.log(0.5), within(1e-12));
        assertThat(WindowEvidence.logE(0)[0]).isFinite();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WindowEvidence.logE(Double.NaN))
                .withMessageContaining("NaN");
    }

    @Test
    void scoresCountedByHundredthsGiveTheSameEvidence() {
        MeanFall fall = MeanFall.below(0.8);
        long[] hundredths = new long[101];
        hundredths[30] = 2;
        hundredths[100] = 1;

        assertThat(fall.logE(hundredths)).containsExactly(fall.logE(0.3, 0.3, 1), within(1e-12));
    }

    private static final String GOLDEN_RATE =
            "AQUIAAAAAAAAAAAAAAAAAAAAAB4AAAAAAAAA6AMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAkAAAAAAAAAyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB7FK5H4XqEPw==";
    private static final String GOLDEN_SCORE = "AQbQBwAAAAAAAJqZmZmZmek/mpmZmZmZqT8=";
}
