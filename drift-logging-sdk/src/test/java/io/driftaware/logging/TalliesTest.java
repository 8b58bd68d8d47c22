package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TalliesTest {
    private final Tallies<DropReason> tallies = new Tallies<>(DropReason.class);
    private final Tallies.Tally full = tallies.tally(DropReason.QUEUE_FULL);

    @Test
    void whoever_sees_the_first_event_also_sees_why() {
        tallies.add(DropReason.QUEUE_FULL, 1, () -> {
            assertThat(full.count()).as("counted before it was explained").isZero();
            return "the queue is full";
        });

        assertThat(full.count()).isOne();
        assertThat(full.takeExplanation()).isEqualTo("the queue is full");
    }

    @Test
    void a_flood_is_explained_once_until_the_explanation_is_taken() {
        tallies.add(DropReason.QUEUE_FULL, 1, () -> "first");
        tallies.add(DropReason.QUEUE_FULL, 2, () -> {
            throw new AssertionError("explained again");
        });

        assertThat(full.takeExplanation()).isEqualTo("first");
        assertThat(full.takeExplanation()).isEmpty();
        assertThat(tallies.snapshot()).containsOnlyKeys("queue_full").containsValue(3L);
    }
}
