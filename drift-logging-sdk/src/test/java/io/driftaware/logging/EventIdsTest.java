package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

final class EventIdsTest {
    private final EventIds ids = new EventIds(new SecureRandom());

    @Test
    void an_id_is_a_version_7_uuid_that_carries_its_millisecond() {
        UUID id = ids.next(1_645_557_742_000L);
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        // The first 48 bits of the example in RFC 9562, appendix A.6.
        assertThat(id.toString()).startsWith("017f22e2-79b0-7");
    }

    @Test
    void ids_grow_within_a_millisecond_past_its_counter_and_when_the_clock_goes_back() {
        UUID before = ids.next(2_000);
        for (int i = 0; i < 20_000; i++) {
            UUID next = ids.next(i % 2 == 0 ? 2_000 : 1_000);
            assertThat(next.toString()).isGreaterThan(before.toString());
            before = next;
        }
    }

    @Test
    void threads_never_get_the_same_id() throws InterruptedException {
        Set<UUID> all = ConcurrentHashMap.newKeySet();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 25_000; i++) {
                    all.add(ids.next(7));
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(all).hasSize(100_000);
    }

    @Test
    void two_sources_in_the_same_millisecond_differ() {
        Set<UUID> all = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(new EventIds(new SecureRandom()).next(7));
        }
        assertThat(all).hasSize(1_000);
    }
}
