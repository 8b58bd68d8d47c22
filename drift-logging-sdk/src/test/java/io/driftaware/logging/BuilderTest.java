package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A wrong setting fails while building, with its value and what is allowed. */
final class BuilderTest {
    private static DriftLogger.Builder builder() {
        return DriftLogger.builder(Databases.nowhere());
    }

    private static void refused(DriftLogger.Builder builder, String message) {
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage(message);
    }

    @Test
    void settings_out_of_range_are_refused() {
        refused(builder().embeddingModel("m", 0), "the dimension of m is 0, allowed is: 1 to 16000");
        refused(builder().embeddingModel("m", 16_001), "the dimension of m is 16001, allowed is: 1 to 16000");
        refused(builder().embeddingModel(" ", 3), "embeddingModel is ' ', allowed is: give the model a name");
        refused(builder().queueCapacity(0), "queueCapacity is 0, allowed is: 1 to 16777216 events");
        refused(builder().queueBytes(10), "queueBytes is 10, allowed is: at least 65536");
        refused(builder().batchSize(0), "batchSize is 0, allowed is: at least 1");
        refused(builder().closeTimeout(Duration.ofSeconds(-1)), "closeTimeout is PT-1S, allowed is: not negative");
        refused(builder().idleTimeout(Duration.ofSeconds(-1)), "idleTimeout is PT-1S, allowed is: not negative");
    }

    @Test
    void settings_of_what_is_kept_are_checked_when_they_are_set() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder().sampling(share))
                    .withMessage("sampling is " + share + ", allowed is: a share from 0 to 1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().userIdKey(new byte[15]))
                .withMessage("userIdKey has 15 bytes, allowed is: at least 16 random bytes");
    }

    @Test
    void building_does_not_connect() {
        Databases.Scripted source = Databases.counted(Databases.nowhere());
        DriftLogger.builder(source).build().close();
        assertThat(source.taken()).isZero();
    }

    @Test
    void the_writer_is_a_daemon_that_ends_with_the_logger() {
        DriftLogger logger = builder().closeOnExit().build();
        Thread writer = Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().equals("drift-logger-writer"))
                .findFirst()
                .orElseThrow();
        assertThat(writer.isDaemon()).isTrue();
        logger.close();
        Eventually.hold("the thread ends", () -> !writer.isAlive());
    }
}
