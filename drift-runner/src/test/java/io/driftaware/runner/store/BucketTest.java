package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class BucketTest {
    private static final long OF_2000 = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

    @Test
    void ends_at_the_next_full_quarter_of_an_hour() {
        assertThat(Bucket.roundUp(Instant.parse("2026-03-01T11:45:00Z"))).isEqualTo("2026-03-01T11:45:00Z");
        assertThat(Bucket.roundUp(Instant.parse("2026-03-01T11:45:00.000000001Z")))
                .isEqualTo("2026-03-01T12:00:00Z");
        assertThat(Bucket.roundUp(Instant.parse("1969-12-31T23:59:59Z"))).isEqualTo("1970-01-01T00:00:00Z");
    }

    @Test
    void of_a_time_as_postgres_sends_it() {
        assertThat(Bucket.ofPostgres(0)).isEqualTo(OF_2000);
        assertThat(Bucket.ofPostgres(-1)).isEqualTo(OF_2000 - 900);
        assertThat(Bucket.ofPostgres(899_999_999)).isEqualTo(OF_2000);
        assertThat(Bucket.instantOfPostgres(-1)).isEqualTo("1999-12-31T23:59:59.999999Z");
    }

    @Test
    void is_none_of_infinity() {
        assertThat(Bucket.isPlace(Bucket.ofPostgres(Long.MAX_VALUE))).isFalse();
        assertThat(Bucket.isPlace(Bucket.ofPostgres(Long.MIN_VALUE))).isFalse();
        assertThat(Bucket.isPlace(Bucket.ofPostgres(0))).isTrue();
    }
}
