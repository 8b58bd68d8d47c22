package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.driftaware.core.baseline.BaselineSample;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import io.driftaware.core.baseline.SyntheticQueries;
import io.driftaware.core.baseline.SyntheticQueries.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WindowVerdictTest {

    private static final int BUCKETS = 60;

    private final SyntheticQueries queries = new SyntheticQueries(11);
    private final EmbeddingBaseline baseline = queries.baseline(2_000);

    @Test
    void a_window_of_too_few_rows_is_insufficient() {
        assertThat(WindowVerdict.withDefaults().compare(buckets(queries.usual(199)), baseline))
                .asInstanceOf(type(Finding.Insufficient.class))
                .satisfies(finding -> assertThat(finding.reason())
                        .isEqualTo("the recent window has 199 scored embeddings, 200 are needed"));
        assertThat(WindowVerdict.withDefaults().compare(List.of(), baseline)).isInstanceOf(Finding.Insufficient.class);
    }

    @Test
    void a_window_scored_against_another_baseline_is_refused() {
        List<ScoredProfile> others = List.of(queries.baseline(1_000).heldOut());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WindowVerdict.withDefaults().compare(others, baseline))
                .withMessageContaining("score its rows again");
    }

    /** 25 baselines with four windows each. */
    @Test
    void windows_like_their_baseline_are_rarely_evidence() {
        int fired = 0;
        for (int i = 0; i < 25; i++) {
            EmbeddingBaseline fresh = queries.baseline(1_000);
            for (int j = 0; j < 4; j++) {
                fired += p(buckets(fresh, queries.usual(200)), fresh) < .05 ? 1 : 0;
            }
        }
        assertThat(fired).isLessThanOrEqualTo(few(100));
    }

    @Test
    void a_new_topic_is_found_with_its_share() {
        Finding.Compared finding = compare(mixed(180, 20), baseline);
        assertThat(finding.details().get(WindowVerdict.P_VALUE)).isLessThan(1e-4);
        assertThat(finding.exceeded()).isTrue();
        assertThat(finding.value()).isBetween(.02, .1);
        assertThat(finding.details().get(WindowVerdict.NOVELTY_EXCESS)).isBetween(.05, .15);
        assertThat(finding.recentSamples()).isEqualTo(200);
        assertThat(finding.baselineSamples()).isEqualTo(2_000);
        assertThat(finding.details().get(WindowVerdict.MINIMUM_DETECTABLE_SHARE))
                .isBetween(.04, .07);
    }

    @Test
    void a_topic_that_grew_is_found_and_named() {
        List<Row> rows = new ArrayList<>(queries.usual(850));
        for (int i = 0; i < 150; i++) {
            rows.add(queries.about(3));
        }
        Collections.shuffle(rows, new Random(1));
        assertThat(p(buckets(rows), baseline)).isLessThan(1e-4);
        Explanation.GrownTopic grown =
                Explanation.of(buckets(rows), baseline).grown().get(0);
        assertThat(grown.pValue()).isLessThan(1e-4);
        assertThat(grown.share()).isGreaterThan(1.5 * grown.shareBefore());
    }

    @Test
    void rows_that_come_in_copies_count_once() {
        assertThat(firedOf(40, () -> {
                    List<Row> rows = new ArrayList<>();
                    queries.usual(60).forEach(row -> rows.addAll(Collections.nCopies(5, row)));
                    return buckets(rows);
                }))
                .isLessThanOrEqualTo(few(40));
    }

    @Test
    void a_burst_of_one_session_is_no_drift() {
        assertThat(firedOf(20, () -> {
                    List<ScoredProfile> buckets = new ArrayList<>(buckets(queries.usual(220)));
                    buckets.add(SyntheticQueries.scored(baseline, Collections.nCopies(30, queries.novel())));
                    return buckets;
                }))
                .isLessThanOrEqualTo(few(20));
        assertThat(firedOf(20, () -> {
                    List<ScoredProfile> buckets = new ArrayList<>(buckets(queries.usual(220)));
                    List<Row> known =
                            Stream.generate(() -> queries.about(5)).limit(40).toList();
                    buckets.add(SyntheticQueries.scored(baseline, known));
                    return buckets;
                }))
                .isLessThanOrEqualTo(few(20));
    }

    @Test
    void one_vector_of_norm_a_million_is_one_vector() {
        float[] far = new float[SyntheticQueries.DIMENSION];
        far[0] = 1e6f;
        assertThat(firedOf(20, () -> {
                    List<Row> rows = new ArrayList<>(queries.usual(299));
                    rows.add(new Row(new UUID(0, 0), far));
                    return buckets(rows);
                }))
                .isLessThanOrEqualTo(few(20));
    }

    @Test
    void equal_vectors_are_no_drift_from_equal_vectors_and_another_one_is() {
        BaselineSample sample = new BaselineSample(3);
        IntStream.range(0, 1_000).forEach(i -> sample.add(new float[] {1, 2, 3}, 0, new UUID(0, i), i));
        EmbeddingBaseline equal = EmbeddingBaseline.fit(sample, 1);
        assertThat(p(List.of(equalRows(equal, 1)), equal)).isGreaterThan(.05);
        assertThat(p(List.of(equalRows(equal, -1)), equal)).isLessThan(1e-6);
    }

    @Test
    void a_window_beyond_the_held_out_rows_counts_as_many_as_they_are() {
        double p = p(buckets(queries.usual(20_000)), baseline);
        assertThat(p).isGreaterThan(.001);
    }

    @Test
    void queries_that_no_document_is_near_are_falling_coverage() {
        BaselineSample documents = new BaselineSample(SyntheticQueries.DIMENSION);
        for (int i = 0; i < 100; i++) {
            Row row = queries.usual();
            documents.add(row.vector(), 0, row.id(), i);
        }
        EmbeddingBaseline covered =
                EmbeddingBaseline.ofDocuments(documents, SyntheticQueries.sample(queries.usual(1_000)), 1);
        Finding usual = WindowVerdict.ofCoverage().compare(buckets(covered, queries.usual(300)), covered);
        Finding falling = WindowVerdict.ofCoverage().compare(buckets(covered, mixed(240, 60)), covered);
        assertThat(usual.detector()).isEqualTo(WindowVerdict.COVERAGE);
        assertThat(((Finding.Compared) usual).details().get(WindowVerdict.P_VALUE))
                .isGreaterThan(.05);
        assertThat(((Finding.Compared) falling).details().get(WindowVerdict.P_VALUE))
                .isLessThan(1e-6);
        assertThat(((Finding.Compared) falling).exceeded()).isTrue();
        assertThat(((Finding.Compared) falling).details()).doesNotContainKey("p_topic_growth");
    }

    @Test
    void the_explanation_shows_novel_rows_and_the_clusters_that_changed() {
        Explanation explanation = Explanation.of(buckets(mixed(180, 20)), baseline);
        assertThat(explanation.driftedShare()).isBetween(.05, .2);
        assertThat(explanation.noveltyRate()).isGreaterThan(explanation.noveltyRateBefore());
        assertThat(explanation.novelRows()).hasSizeBetween(20, 64);
        assertThat(explanation.clusters())
                .isSortedAccordingTo((a, b) -> Double.compare(Math.abs(b.z()), Math.abs(a.z())))
                .allSatisfy(change -> {
                    assertThat(change.exemplars()).hasSizeBetween(1, 3);
                    assertThat(Math.signum(change.z())).isEqualTo(Math.signum(change.share() - change.shareBefore()));
                });
        assertThatIllegalArgumentException().isThrownBy(() -> Explanation.of(List.of(), baseline));
    }

    private int firedOf(int windows, Supplier<List<ScoredProfile>> window) {
        int fired = 0;
        for (int i = 0; i < windows; i++) {
            fired += p(window.get(), baseline) < .05 ? 1 : 0;
        }
        return fired;
    }

    /** 8 % of the windows, the greatest rate that is accepted at a level of 5 %, and three standard errors. */
    private static int few(int windows) {
        return (int) (windows * .08 + 3 * Math.sqrt(windows * .08 * .92));
    }

    private List<Row> mixed(int usual, int novel) {
        List<Row> rows = new ArrayList<>(queries.usual(usual));
        for (int i = 0; i < novel; i++) {
            rows.add(queries.novel());
        }
        Collections.shuffle(rows, new Random(3));
        return rows;
    }

    private static ScoredProfile equalRows(EmbeddingBaseline baseline, float sign) {
        ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
        for (int i = 0; i < 300; i++) {
            recorder.add(new float[] {sign, 2 * sign, 3 * sign}, 0, 0, i);
        }
        return recorder.snapshot();
    }

    private List<ScoredProfile> buckets(List<Row> rows) {
        return buckets(baseline, rows);
    }

    private static List<ScoredProfile> buckets(EmbeddingBaseline baseline, List<Row> rows) {
        return SyntheticQueries.buckets(baseline, rows, BUCKETS);
    }

    private static Finding.Compared compare(List<Row> rows, EmbeddingBaseline baseline) {
        return (Finding.Compared) WindowVerdict.withDefaults().compare(buckets(baseline, rows), baseline);
    }

    private static double p(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        Finding.Compared finding =
                (Finding.Compared) WindowVerdict.withDefaults().compare(buckets, baseline);
        return finding.details().getOrDefault(WindowVerdict.P_VALUE, Double.NaN);
    }
}
