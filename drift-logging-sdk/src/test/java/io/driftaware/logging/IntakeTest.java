package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class IntakeTest {
    private final EventRing ring = new EventRing(8, 1 << 20);
    private final Intake intake = new Intake(ring, Preparation.NONE, new Books(ring, new VectorPool(0, 0, 0)));

    private static Slot interaction(int number) {
        Slot slot = new Slot();
        slot.payload = Interaction.builder().build();
        slot.eventId = new UUID(0, number);
        return slot;
    }

    @Test
    void an_event_that_may_be_stored_is_not_given_up() {
        intake.giveBack(List.of(interaction(1)));
        intake.lend(List.of(interaction(2)));

        assertThat(intake.giveUp(Rank.INTERACTION))
                .extracting(slot -> slot.eventId)
                .containsExactly(new UUID(0, 1));

        Taken left = new Taken(8);
        assertThat(intake.take(left)).isEqualTo(1);
        assertThat(left.get(0).eventId).isEqualTo(new UUID(0, 2));
        assertThat(left.get(0).mayBeThere).isTrue();
    }
}
