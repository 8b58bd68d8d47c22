package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BackoffTest {
    @Test
    void pauses_stay_under_a_ceiling_that_doubles_up_to_five_seconds() {
        for (int seed = 0; seed < 100; seed++) {
            Backoff backoff = new Backoff(seed);
            long ceiling = 100_000_000L;
            for (int i = 0; i < 20; i++) {
                assertThat(backoff.nextNanos()).isBetween(0L, ceiling - 1);
                ceiling = Math.min(5_000_000_000L, 2 * ceiling);
            }
        }
    }

    @Test
    void after_a_success_it_starts_small_again() {
        Backoff backoff = new Backoff(1);
        for (int i = 0; i < 20; i++) {
            backoff.nextNanos();
        }
        backoff.reset();
        assertThat(backoff.nextNanos()).isLessThan(100_000_000L);
    }
}
