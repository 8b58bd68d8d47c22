package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class VectorPoolTest {
    @Test
    void arrays_are_used_again_and_never_by_two_at_once() {
        VectorPool pool = new VectorPool(4, 3, 3);
        Set<float[]> out = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 3; i++) {
            out.add(pool.take(4));
        }
        assertThat(out).hasSize(3);
        float[] beyond = pool.take(4);
        assertThat(out.contains(beyond)).isFalse();
        out.forEach(pool::give);
        assertThat(out.contains(pool.take(4))).isTrue();
    }

    @Test
    void it_keeps_no_more_than_it_may() {
        VectorPool pool = new VectorPool(4, 1, 1);
        float[] first = pool.take(4);
        float[] second = pool.take(4);
        pool.give(first);
        pool.give(second);
        assertThat(pool.take(4)).isSameAs(first);
        assertThat(pool.take(4)).isNotSameAs(second);
    }

    @Test
    void spare_arrays_are_made_ahead_up_to_what_may_be_kept() {
        VectorPool pool = new VectorPool(4, 2, 3);
        Set<float[]> out = Collections.newSetFromMap(new IdentityHashMap<>());
        out.add(pool.take(4));
        out.add(pool.take(4));
        assertThat(pool.makeSpare()).isTrue();
        assertThat(pool.makeSpare()).isFalse();
        out.add(pool.take(4));
        out.forEach(pool::give);
        for (int i = 0; i < 3; i++) {
            assertThat(out.remove(pool.take(4))).isTrue();
        }
        assertThat(out).isEmpty();
    }

    @Test
    void other_dimensions_get_arrays_of_their_own() {
        VectorPool pool = new VectorPool(4, 1, 1);
        float[] other = pool.take(5);
        assertThat(other).hasSize(5);
        pool.give(other);
        assertThat(pool.take(5)).isNotSameAs(other);
    }

    /** Two arrays each, given back in the order in which they were taken: the uppermost changes while the number is the same. */
    @Test
    void threads_that_take_and_give_never_share_an_array() throws InterruptedException {
        VectorPool pool = new VectorPool(1, 3, 3);
        Thread[] threads = new Thread[4];
        AtomicInteger shared = new AtomicInteger();
        for (int t = 0; t < threads.length; t++) {
            float mine = t + 1;
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 3_000_000; i++) {
                    float[] first = pool.take(1);
                    first[0] = mine;
                    float[] second = pool.take(1);
                    second[0] = mine;
                    if (first == second || first[0] != mine || second[0] != mine) {
                        shared.incrementAndGet();
                    }
                    pool.give(first);
                    pool.give(second);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(shared).hasValue(0);
    }
}
