package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecentHoursTest {
    private static final Instant NOW = Instant.parse("2026-03-04T12:15:00Z");
    private static final Instant HOUR = Instant.parse("2026-03-04T12:00:00Z");

    private static NavigableMap<Instant, Long> hours(int count, long rows) {
        NavigableMap<Instant, Long> hours = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            hours.put(HOUR.minus(Duration.ofHours(i)), rows);
        }
        return hours;
    }

    @Test
    void the_window_begins_with_the_first_whole_hour_of_a_day() {
        assertThat(RecentHours.start(hours(100, 500), NOW, Instant.EPOCH))
                .isEqualTo(Instant.parse("2026-03-03T13:00:00Z"));
    }

    @Test
    void it_reaches_further_back_where_a_day_has_too_few_rows() {
        assertThat(RecentHours.start(hours(100, 5), NOW, Instant.EPOCH)).isEqualTo(HOUR.minus(Duration.ofHours(39)));
    }

    @Test
    void it_never_begins_in_the_future() {
        assertThat(RecentHours.start(hours(100, 500), NOW, NOW.minus(Duration.ofMinutes(8))))
                .isEqualTo(NOW);
    }
}
