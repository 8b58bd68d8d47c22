package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.driftaware.core.baseline.BaselineSample;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A few windows of real queries; the acceptance table has the many. Skipped where the data is not there. */
class RealWindowsTest {

    private static final int DIMENSION = 384;
    private static final int BASELINE = 3_000;
    private static final int ROWS = 200;
    private static final int WINDOWS = 40;

    @Test
    void out_of_scope_queries_are_found_and_usual_ones_are_not() throws IOException {
        Path data = Path.of(System.getProperty("drift.root", "."), "..", "shared", "data");
        Path file = data.resolve("clinc_dev.f32");
        assumeTrue(Files.exists(file), () -> "skipped: there is no clinc_dev.f32 in ../shared/data");
        FloatBuffer vectors = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        List<String> labels = Files.readAllLines(data.resolve("clinc_dev.tsv"));
        List<Integer> usual = new ArrayList<>();
        List<Integer> outOfScope = new ArrayList<>();
        IntStream.range(0, labels.size() - 1)
                .forEach(row -> (labels.get(row + 1).startsWith("oos\t") ? outOfScope : usual).add(row));
        Random random = new Random(61);
        Collections.shuffle(usual, random);
        EmbeddingBaseline baseline = baseline(vectors, usual.subList(0, BASELINE));
        List<Integer> fresh = usual.subList(BASELINE, usual.size());

        int falseAlarms = 0;
        int found = 0;
        for (int window = 0; window < WINDOWS; window++) {
            Collections.shuffle(fresh, random);
            Collections.shuffle(outOfScope, random);
            falseAlarms += evidence(vectors, fresh.subList(0, ROWS), baseline, random) ? 1 : 0;
            List<Integer> mixed = new ArrayList<>(fresh.subList(0, ROWS * 9 / 10));
            mixed.addAll(outOfScope.subList(0, ROWS / 10));
            found += evidence(vectors, mixed, baseline, random) ? 1 : 0;
        }
        // Windows of one baseline share its chance: 8 % and four standard errors of as many, and 95 % less three.
        assertThat(falseAlarms).isLessThanOrEqualTo((int) (WINDOWS * .08 + 4 * Math.sqrt(WINDOWS * .08 * .92)));
        assertThat(found).isGreaterThanOrEqualTo((int) (WINDOWS * .95 - 3 * Math.sqrt(WINDOWS * .95 * .05)));
    }

    private static EmbeddingBaseline baseline(FloatBuffer vectors, List<Integer> rows) {
        BaselineSample sample = new BaselineSample(DIMENSION);
        float[] vector = new float[DIMENSION];
        for (int row : rows) {
            vectors.get(row * DIMENSION, vector);
            sample.add(vector, 0, new UUID(0, row), row);
        }
        return EmbeddingBaseline.fit(sample, 5);
    }

    private static boolean evidence(
            FloatBuffer vectors, List<Integer> rows, EmbeddingBaseline baseline, Random random) {
        EmbeddingScorer scorer = new EmbeddingScorer(baseline);
        List<ScoredRecorder> buckets =
                IntStream.range(0, 96).mapToObj(i -> scorer.recorder()).toList();
        float[] vector = new float[DIMENSION];
        for (int row : rows) {
            vectors.get(row * DIMENSION, vector);
            buckets.get(random.nextInt(buckets.size())).add(vector, 0, 0, row);
        }
        List<ScoredProfile> window =
                buckets.stream().map(ScoredRecorder::snapshot).toList();
        Finding.Compared finding =
                (Finding.Compared) WindowVerdict.withDefaults().compare(window, baseline);
        return finding.details().getOrDefault(WindowVerdict.P_VALUE, 1.0) < .05;
    }
}
