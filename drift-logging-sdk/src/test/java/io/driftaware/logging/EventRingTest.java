package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class EventRingTest {
    private static void put(EventRing ring, long size, String model) {
        long position = ring.claim(size, Rank.FEEDBACK);
        assertThat(position).isNotNegative();
        ring.slot(position).bytes = size;
        ring.slot(position).model = model;
        ring.publish(position);
    }

    private static List<Slot> take(EventRing ring) {
        List<Slot> taken = new ArrayList<>();
        for (int ready = ring.ready(10); ready > 0; ready--) {
            Slot slot = new Slot();
            ring.take(slot);
            taken.add(slot);
        }
        return taken;
    }

    @Test
    void events_leave_in_order_and_make_room() {
        EventRing ring = new EventRing(2, 100);
        for (int i = 0; i < 10; i++) {
            put(ring, 40, "a" + i);
            put(ring, 40, "b" + i);
            assertThat(ring.claim(1, Rank.FEEDBACK)).isEqualTo(EventRing.FULL);
            assertThat(take(ring)).extracting(s -> s.model).containsExactly("a" + i, "b" + i);
            assertThat(ring.claim(1, Rank.FEEDBACK))
                    .as("what is taken and not settled takes room")
                    .isEqualTo(EventRing.FULL);
            ring.leave(2, 80);
            assertThat(ring.bytes()).isZero();
        }
    }

    @Test
    void bytes_bound_the_queue_as_well() {
        EventRing ring = new EventRing(10, 100);
        put(ring, 60, "a");
        assertThat(ring.claim(41, Rank.FEEDBACK)).isEqualTo(EventRing.FULL);
        assertThat(ring.bytes()).isEqualTo(60);
        put(ring, 40, "b");
    }

    @Test
    void the_writer_does_not_see_past_an_event_that_is_not_complete() {
        EventRing ring = new EventRing(8, 1_000);
        long slow = ring.claim(1, Rank.FEEDBACK);
        put(ring, 1, "fast");
        assertThat(ring.ready(8)).isZero();
        ring.publish(slow);
        assertThat(ring.ready(8)).isEqualTo(2);
        assertThat(ring.ready(1)).isEqualTo(1);
    }

    @Test
    void events_settle_in_any_order_and_a_slot_is_free_when_as_many_have_left() {
        EventRing ring = new EventRing(4, 1_000);
        for (int i = 0; i < 4; i++) {
            put(ring, 1, "first");
        }
        assertThat(take(ring)).hasSize(4);
        ring.leave(3, 3);
        for (int i = 0; i < 3; i++) {
            put(ring, 1, "second");
        }
        assertThat(ring.claim(1, Rank.FEEDBACK)).isEqualTo(EventRing.FULL);
        assertThat(take(ring)).extracting(s -> s.model).containsOnly("second").hasSize(3);
        assertThat(ring.pending()).isEqualTo(4);
    }

    @Test
    void a_tenth_is_kept_from_embeddings_and_half_of_it_for_feedback_alone() {
        for (Rank rank : Rank.values()) {
            EventRing events = new EventRing(100, 1_000_000);
            EventRing bytes = new EventRing(1_000, 1_000);
            int room = 100 - rank.reservedPercent();
            for (int i = 0; i < room; i++) {
                assertThat(events.hasRoom(1, rank)).isTrue();
                assertThat(events.claim(1, rank)).isEqualTo(i);
                assertThat(bytes.claim(10, rank)).isEqualTo(i);
            }
            assertThat(events.hasRoom(1, rank)).isFalse();
            assertThat(bytes.hasRoom(10, rank)).isFalse();
            assertThat(events.claim(1, rank)).isEqualTo(EventRing.FULL);
            assertThat(bytes.claim(10, rank)).isEqualTo(EventRing.FULL);
        }
    }

    @Test
    void an_empty_queue_takes_what_is_as_large_as_all_of_it() {
        EventRing ring = new EventRing(8, 1_000);
        assertThat(ring.hasRoom(1_000, Rank.EMBEDDING)).isTrue();
        assertThat(ring.claim(1_000, Rank.EMBEDDING)).isZero();
        assertThat(ring.claim(1, Rank.EMBEDDING)).isEqualTo(EventRing.FULL);
    }

    @Test
    void a_closed_ring_takes_nothing_and_is_drained_when_all_has_left() {
        EventRing ring = new EventRing(8, 1_000);
        put(ring, 1, "a");
        ring.close();
        ring.close();
        assertThat(ring.claim(1, Rank.FEEDBACK)).isEqualTo(EventRing.CLOSED);
        assertThat(ring.claim(2_000, Rank.FEEDBACK)).isEqualTo(EventRing.CLOSED);
        assertThat(ring.isDrained()).isFalse();
        assertThat(take(ring)).hasSize(1);
        ring.leave(1, 1);
        assertThat(ring.isDrained()).isTrue();
        assertThat(ring.bytes()).isZero();
    }

    @Test
    void slots_that_were_left_hold_on_to_nothing() {
        EventRing ring = new EventRing(1, 1_000);
        long position = ring.claim(1, Rank.FEEDBACK);
        Slot slot = ring.slot(position);
        slot.payload = "text";
        slot.interactionId = new UUID(1, 1);
        slot.vector = new float[1];
        ring.publish(position);
        assertThat(take(ring)).extracting(s -> s.payload).containsExactly("text");
        assertThat(slot)
                .extracting(s -> s.payload, s -> s.interactionId, s -> s.vector)
                .containsOnlyNulls();
    }
}
