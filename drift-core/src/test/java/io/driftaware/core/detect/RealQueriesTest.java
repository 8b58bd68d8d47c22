package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real queries without drift: two random samples of one set. Skipped where the data is not there. */
class RealQueriesTest {

    private static final int DIMENSION = 384;
    private static final int DRAWS = 400;

    @ParameterizedTest
    @CsvSource({
        "clinc_dev.f32, 10",
        "clinc_dev.f32, 20",
        "clinc_dev.f32, 30",
        "clinc_dev.f32, 50",
        "clinc_dev.f32, 100",
        "banking_dev.f32, 10",
        "banking_dev.f32, 20",
        "banking_dev.f32, 50",
        "banking_dev.f32, 100"
    })
    void two_samples_of_one_set_exceed_the_threshold_in_at_most_a_twentieth_of_draws(String file, int n)
            throws IOException {
        Path data = Path.of(System.getProperty("drift.root", "."), "..", "shared", "data", file);
        assumeTrue(Files.exists(data), () -> "skipped: there is no " + file + " in ../shared/data");
        FloatBuffer vectors = ByteBuffer.wrap(Files.readAllBytes(data))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        Random random = new Random(n);
        int exceeded = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            int[] rows = random.ints(0, vectors.capacity() / DIMENSION)
                    .distinct()
                    .limit(2L * n)
                    .toArray();
            EmbeddingProfile recent = profile(vectors, rows, 0, n);
            EmbeddingProfile baseline = profile(vectors, rows, n, 2 * n);
            if (CentroidShift.withDefaults().withMinimumSamples(2).compare(recent, baseline)
                            instanceof Finding.Compared compared
                    && compared.exceeded()) {
                exceeded++;
            }
        }
        assertThat(exceeded).isLessThanOrEqualTo(DRAWS / 20);
    }

    private static EmbeddingProfile profile(FloatBuffer vectors, int[] rows, int from, int to) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(DIMENSION);
        float[] vector = new float[DIMENSION];
        for (int i = from; i < to; i++) {
            vectors.get(rows[i] * DIMENSION, vector);
            recorder.add(vector);
        }
        return recorder.snapshot();
    }
}
