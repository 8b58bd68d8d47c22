package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;

/** The gate that a fault test passes is closed to one whose fault never came. */
final class FaultsTest {
    @Test
    void a_point_that_was_never_hit_fails_the_test() {
        Faults.armed(FaultyDisk.Point.CREATE);
        Faults.armed(FaultyNetwork.Cut.AFTER_COMMIT);
        Faults.hit(FaultyDisk.Point.CREATE);
        assertThatThrownBy(Faults::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Cut.AFTER_COMMIT was armed and never hit");
        Faults.hit(FaultyNetwork.Cut.AFTER_COMMIT);
        Faults.check();
    }

    @Test
    void the_gate_stands_before_every_test() {
        assertThat(ServiceLoader.load(Extension.class)).hasAtLeastOneElementOfType(Faults.class);
    }
}
