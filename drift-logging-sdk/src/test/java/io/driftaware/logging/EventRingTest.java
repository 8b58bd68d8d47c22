package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

final class EventRingTest {
    private static final VectorPool NO_POOL = new VectorPool(0, 0, 0);

    private static void put(EventRing ring, long size, String model) {
        long position = ring.claim(size);
        assertThat(position).isNotNegative();
        ring.slot(position).bytes = size;
        ring.slot(position).model = model;
        ring.publish(position);
    }

    @Test
    void events_leave_in_order_and_make_room() {
        EventRing ring = new EventRing(2, 100);
        for (int i = 0; i < 10; i++) {
            put(ring, 40, "a" + i);
            put(ring, 40, "b" + i);
            assertThat(ring.claim(1)).isEqualTo(EventRing.FULL);
            long head = ring.head();
            assertThat(ring.view(head, ring.publishedEnd(head, 10)))
                    .extracting(s -> s.model)
                    .containsExactly("a" + i, "b" + i);
            ring.release(head + 2, NO_POOL);
            assertThat(ring.bytes()).isZero();
        }
    }

    @Test
    void bytes_bound_the_queue_as_well() {
        EventRing ring = new EventRing(10, 100);
        put(ring, 60, "a");
        assertThat(ring.claim(41)).isEqualTo(EventRing.FULL);
        assertThat(ring.bytes()).isEqualTo(60);
        put(ring, 40, "b");
    }

    @Test
    void the_writer_does_not_see_past_an_event_that_is_not_complete() {
        EventRing ring = new EventRing(8, 1_000);
        long slow = ring.claim(1);
        put(ring, 1, "fast");
        assertThat(ring.publishedEnd(0, 8)).isZero();
        ring.publish(slow);
        assertThat(ring.publishedEnd(0, 8)).isEqualTo(2);
        assertThat(ring.publishedEnd(0, 1)).isEqualTo(1);
    }

    @Test
    void a_closed_ring_takes_nothing_and_is_drained_when_all_has_left() {
        EventRing ring = new EventRing(8, 1_000);
        put(ring, 1, "a");
        ring.close();
        ring.close();
        assertThat(ring.claim(1)).isEqualTo(EventRing.CLOSED);
        assertThat(ring.claim(2_000)).isEqualTo(EventRing.CLOSED);
        assertThat(ring.isDrained()).isFalse();
        ring.release(1, NO_POOL);
        assertThat(ring.isDrained()).isTrue();
        assertThat(ring.bytes()).isZero();
    }

    @Test
    void slots_that_were_left_hold_on_to_nothing() {
        EventRing ring = new EventRing(1, 1_000);
        long position = ring.claim(1);
        Slot slot = ring.slot(position);
        slot.payload = "text";
        slot.interactionId = new UUID(1, 1);
        slot.vector = new float[1];
        ring.publish(position);
        ring.release(1, NO_POOL);
        assertThat(slot)
                .extracting(s -> s.payload, s -> s.interactionId, s -> s.vector)
                .containsOnlyNulls();
    }
}
