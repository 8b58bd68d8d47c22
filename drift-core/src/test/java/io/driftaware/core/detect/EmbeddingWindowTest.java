package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EmbeddingWindowTest {

    private static final Instant NOW = Instant.parse("2026-03-08T12:00:00Z");

    private final TreeMap<Instant, Long> rows = new TreeMap<>();

    @Test
    void a_busy_stream_is_judged_by_its_last_day() {
        everyHour(50);
        assertThat(start()).isEqualTo(NOW.minus(Duration.ofHours(24)));
    }

    @Test
    void a_thin_stream_is_judged_by_as_many_buckets_as_hold_enough() {
        everyHour(4);
        assertThat(start()).isEqualTo(NOW.minus(Duration.ofHours(50)));
    }

    @Test
    void no_window_is_longer_than_seven_days() {
        everyHour(1);
        assertThat(start()).isEqualTo(NOW.minus(Duration.ofDays(7)));
    }

    @Test
    void a_stream_without_rows_has_the_shortest_window() {
        assertThat(start()).isEqualTo(NOW.minus(Duration.ofHours(24)));
        rows.put(NOW.minus(Duration.ofDays(8)), 1000L);
        rows.put(NOW, 1000L);
        assertThat(start()).isEqualTo(NOW.minus(Duration.ofHours(24)));
    }

    @Test
    void a_large_bucket_is_taken_whole() {
        rows.put(NOW.minus(Duration.ofDays(3)), 5000L);
        assertThat(start()).isEqualTo(NOW.minus(Duration.ofDays(3)));
    }

    private Instant start() {
        return EmbeddingWindow.start(NOW, rows);
    }

    private void everyHour(long count) {
        for (int hour = 1; hour <= 24 * 40; hour++) {
            rows.put(NOW.minus(Duration.ofHours(hour)), count);
        }
    }
}
