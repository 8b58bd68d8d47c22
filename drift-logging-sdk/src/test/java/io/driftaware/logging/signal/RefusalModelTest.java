package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class RefusalModelTest {
    private static byte[] shipped() throws IOException {
        try (var in = RefusalModel.class.getResourceAsStream("refusal-model.bin")) {
            return Objects.requireNonNull(in).readAllBytes();
        }
    }

    @Test
    void training_again_gives_the_bytes_that_are_shipped() throws IOException {
        assertThat(RefusalTraining.train(LabelledReplies.of("train")).toBytes())
                .as(
                        "run dev/train-refusals after a change of replies, words or patterns, and raise the detector's version")
                .isEqualTo(shipped());
    }

    @Test
    void the_stored_form_is_as_described() throws IOException {
        byte[] bytes = shipped();
        assertThat(HexFormat.of().formatHex(bytes, 0, 6)).isEqualTo("010400004000");
        assertThat(bytes).hasSize(6 + 4 * (8 + 16_384)).hasSizeLessThan(200_000);
        assertThat(RefusalModel.read(new ByteArrayInputStream(bytes)).toBytes()).isEqualTo(bytes);
    }

    @Test
    void golden_bytes_of_two_weights() {
        double[][] weights = new double[RefusalModel.CLASSES][FeatureCollector.DIMENSION];
        weights[0][0] = 1;
        weights[0][1] = -0.5;
        byte[] bytes = RefusalModel.of(new double[] {0.25, 0, 0, 0}, weights).toBytes();
        // version, classes, features; bias 0.25f, scale 1/127f; 127, -64 (rounded half to even)
        assertThat(HexFormat.of().formatHex(bytes, 0, 18))
                .isEqualTo("010400004000" + "3e800000" + "3c010204" + "7fc00000");
    }

    @Test
    void another_version_or_a_torn_model_is_refused_by_name() throws IOException {
        byte[] newer = shipped();
        newer[0] = 2;
        assertThatThrownBy(() -> RefusalModel.read(new ByteArrayInputStream(newer)))
                .hasMessageContaining("version 2")
                .hasMessageContaining("reads 1");
        byte[] smaller = shipped();
        smaller[4] = 1;
        assertThatThrownBy(() -> RefusalModel.read(new ByteArrayInputStream(smaller)))
                .hasMessageContaining("256 weights");
        byte[] torn = Arrays.copyOf(shipped(), 1_000);
        assertThatThrownBy(() -> RefusalModel.read(new ByteArrayInputStream(torn)))
                .isInstanceOf(EOFException.class);
    }
}
