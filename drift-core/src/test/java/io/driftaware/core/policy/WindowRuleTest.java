package io.driftaware.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowRuleTest {

    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

    private final NavigableMap<Instant, Long> buckets = new TreeMap<>();

    @Test
    void isADayWhereThatHasEnoughRows() {
        hours(1, 30, 10);

        assertThat(start(Instant.EPOCH)).isEqualTo(hoursAgo(24));
    }

    @Test
    void growsBackByWholeBucketsUntilItHasEnough() {
        hours(1, 100, 5);

        assertThat(start(Instant.EPOCH)).isEqualTo(hoursAgo(40));
    }

    @Test
    void isAWeekAtMost() {
        hours(1, 1_000, 1);

        assertThat(start(Instant.EPOCH)).isEqualTo(hoursAgo(168));
    }

    @Test
    void doesNotReachIntoTheBaselinesOwnRows() {
        hours(1, 1_000, 1);

        assertThat(start(hoursAgo(30))).isEqualTo(hoursAgo(30));
        assertThat(start(hoursAgo(3))).isEqualTo(hoursAgo(3));
    }

    @Test
    void stopsWhereThereAreNoRows() {
        hours(40, 41, 7);

        assertThat(start(Instant.EPOCH)).isEqualTo(hoursAgo(41));
        buckets.clear();
        assertThat(start(Instant.EPOCH)).isEqualTo(hoursAgo(24));
    }

    /** As where a baseline was fitted on the rows of this hour too. */
    @Test
    void isEmptyWhereNothingCountsYet() {
        hours(1, 30, 10);

        assertThat(start(NOW)).isEqualTo(NOW);
        assertThat(start(NOW.plusSeconds(2_700))).isEqualTo(NOW.plusSeconds(2_700));
    }

    @Test
    void refusesLengthsOutOfOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WindowRule(1, Duration.ofDays(2), Duration.ofDays(1)))
                .withMessageContaining("PT48H");
    }

    private Instant start(Instant earliest) {
        return WindowRule.USUAL.start(buckets, NOW, earliest);
    }

    private void hours(int from, int to, long rows) {
        for (int hour = from; hour <= to; hour++) {
            buckets.put(hoursAgo(hour), rows);
        }
    }

    private static Instant hoursAgo(int hours) {
        return NOW.minus(Duration.ofHours(hours));
    }
}
