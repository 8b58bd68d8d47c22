package io.driftaware.core.detect;

import static io.driftaware.core.detect.WindowVerdictTest.p;
import static io.driftaware.core.detect.WindowVerdictTest.verdict;
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
import org.junit.jupiter.api.Test;

/** Windows of real queries against a baseline of their like. Skipped where the data is not there. */
class RealWindowsTest {

    private static final int DIMENSION = 384;
    private static final int ROWS = 2_000;
    private static final int WINDOW = 200;
    private static final int BUCKET = 10;
    private static final Path ROOT = Path.of(System.getProperty("drift.root", "."), "..", "shared", "data");

    @Test
    void windows_of_the_same_queries_seldom_alarm_and_other_queries_are_found() throws IOException {
        FloatBuffer queries = vectors(ROOT.resolve("clinc_dev.f32"));
        List<Integer> inScope = new ArrayList<>();
        List<Integer> outOfScope = new ArrayList<>();
        List<String> lines = Files.readAllLines(ROOT.resolve("clinc_dev.tsv"));
        for (int row = 0; row < lines.size() - 1; row++) {
            (lines.get(row + 1).startsWith("oos\t") ? outOfScope : inScope).add(row);
        }
        int draws = 0;
        int alarms = 0;
        int found = 0;
        for (int b = 0; b < 2; b++) {
            Random random = new Random(b);
            Collections.shuffle(inScope, random);
            EmbeddingBaseline baseline = EmbeddingBaseline.fit(sample(queries, inScope.subList(0, ROWS)), b);
            for (int i = 0; i < 10; i++, draws++) {
                int from = ROWS + i * WINDOW;
                List<Integer> window = new ArrayList<>(inScope.subList(from, from + WINDOW));
                alarms += p(verdict(buckets(queries, window, baseline), baseline)) < .05 ? 1 : 0;
                Collections.shuffle(outOfScope, random);
                for (int k = 0; k < WINDOW / 10; k++) {
                    window.set(10 * k, outOfScope.get(k));
                }
                found += p(verdict(buckets(queries, window, baseline), baseline)) < .05 ? 1 : 0;
            }
        }
        assertThat(draws).isEqualTo(20);
        assertThat(alarms).isLessThanOrEqualTo(Bounds.most(draws, .08));
        // A tenth of the rows; the baseline is small, with 5,000 rows it is to be found in 95 of 100
        assertThat(draws - found).isLessThanOrEqualTo(Bounds.most(draws, .1));
    }

    private static FloatBuffer vectors(Path file) throws IOException {
        assumeTrue(Files.exists(file), () -> "skipped: there is no " + file.getFileName() + " in ../shared/data");
        return ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    private static BaselineSample sample(FloatBuffer vectors, List<Integer> rows) {
        BaselineSample sample = new BaselineSample(DIMENSION);
        float[] vector = new float[DIMENSION];
        for (int row : rows) {
            vectors.get(row * DIMENSION, vector);
            sample.add(vector, 0, new UUID(0, row), row);
        }
        return sample;
    }

    private static List<ScoredProfile> buckets(FloatBuffer vectors, List<Integer> rows, EmbeddingBaseline baseline) {
        List<ScoredProfile> buckets = new ArrayList<>();
        float[] vector = new float[DIMENSION];
        for (int from = 0; from < rows.size(); from += BUCKET) {
            ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
            for (int row : rows.subList(from, from + BUCKET)) {
                vectors.get(row * DIMENSION, vector);
                recorder.add(vector, 0, 0, row);
            }
            buckets.add(recorder.snapshot());
        }
        return buckets;
    }
}
