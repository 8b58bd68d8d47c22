package io.driftaware.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StalenessTest {

    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void a_busy_stream_may_be_silent_for_a_day() {
        Instant last = FIRST.plus(Duration.ofHours(99));
        Staleness busy = new Staleness(FIRST, last, 100);
        assertThat(busy.limit()).hasValue(Duration.ofHours(24));
        assertThat(busy.isStale(last.plus(Duration.ofHours(24)))).isFalse();
        assertThat(busy.isStale(last.plus(Duration.ofHours(24)).plusNanos(1))).isTrue();
    }

    @Test
    void a_slow_stream_may_be_silent_for_three_of_its_usual_gaps() {
        Instant last = FIRST.plus(Duration.ofHours(180));
        Staleness slow = new Staleness(FIRST, last, 10);
        assertThat(slow.limit()).hasValue(Duration.ofHours(60));
        assertThat(slow.isStale(last.plus(Duration.ofHours(60)))).isFalse();
        assertThat(slow.isStale(last.plus(Duration.ofHours(61)))).isTrue();
    }

    @Test
    void with_fewer_than_ten_active_hours_the_gap_is_not_known_and_nothing_is_stale() {
        Staleness young = new Staleness(FIRST, FIRST.plus(Duration.ofHours(8)), 9);
        assertThat(young.limit()).isEmpty();
        assertThat(young.isStale(FIRST.plus(Duration.ofDays(365)))).isFalse();
    }

    @Test
    void a_row_from_the_future_is_not_stale() {
        Staleness ahead = new Staleness(FIRST, FIRST.plus(Duration.ofDays(30)), 10);
        assertThat(ahead.isStale(FIRST)).isFalse();
    }

    @Test
    void rows_in_the_wrong_order_and_no_active_hour_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Staleness(FIRST, FIRST.minusSeconds(1), 10))
                .withMessageContaining("last row at 2025-12-31T23:59:59Z is before the first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Staleness(FIRST, FIRST, 0))
                .withMessage("active hours 0 is not at least 1");
    }
}
