package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.FlagCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateTestTest {

    /** scipy 1.17: binom.sf(x, 600, .05) + binom.pmf(x, 600, .05) / 2. */
    @ParameterizedTest
    @CsvSource({"72, 8.301311163886106e-12", "30, 0.48889301492411064"})
    void equalsTheExactBinomialTail(long flagged, double expected) {
        assertThat(RateTest.above(List.of(counts(flagged, 600)), 0.05)).isCloseTo(expected, within(1e-9 * expected));
    }

    @Test
    void bucketsThatAreAlikeChangeNothing() {
        assertThat(RateTest.above(Collections.nCopies(12, counts(6, 50)), 0.05))
                .isEqualTo(RateTest.above(List.of(counts(72, 600)), 0.05));
    }

    @Test
    void aBurstInOneBucketStandsForLittle() {
        List<FlagCounts> burst = new ArrayList<>(Collections.nCopies(95, counts(0, 10)));
        burst.add(counts(90, 100));

        assertThat(RateTest.above(burst, 0.05)).isGreaterThan(0.05);
    }

    @Test
    void nothingKnownSaysNothing() {
        assertThat(RateTest.above(List.of(new FlagCounts(0, 0, 7)), 0.05)).isEqualTo(0.5);
        assertThat(RateTest.above(List.of(), 0.05)).isEqualTo(0.5);
    }

    @Test
    void refusesALimitThatIsNoRate() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateTest.above(List.of(), 1.5))
                .withMessageContaining("1.5");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.01", "0.01, 0.01", "0.04, 0.0188235294", "0.5, 0.1", "1, 0.01"})
    void anExcessIsWorthActingOnFromOnePointAndHalfAsManyOddsMore(double baselineRate, double threshold) {
        assertThat(RateExcess.threshold(baselineRate)).isCloseTo(threshold, within(1e-9));
    }

    private static FlagCounts counts(long flagged, long known) {
        return new FlagCounts(flagged, known - flagged, 0);
    }
}
