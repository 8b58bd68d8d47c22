package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.SyntheticQueries;
import io.driftaware.core.baseline.SyntheticQueries.Row;
import io.driftaware.core.detect.SegmentShares.Part;
import io.driftaware.core.detect.SegmentShares.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SegmentSharesTest {

    private final SyntheticQueries queries = new SyntheticQueries(21);
    private final EmbeddingBaseline baseline = queries.baseline(1_000);
    private final TreeMap<String, Windows> segments = new TreeMap<>();

    @Test
    void a_segment_that_changed_itself_carries_the_drift_and_the_others_do_not() {
        segments.put("changed", new Windows(rows(500, 0), rows(400, 100)));
        segments.put("same", new Windows(rows(500, 0), rows(500, 0)));
        segments.put("small", new Windows(rows(20, 0), rows(20, 0)));
        Map<String, Part> parts = parts();
        assertThat(parts.get("changed").carries()).isTrue();
        assertThat(parts.get("changed").movedWithin()).isBetween(.05, .15);
        assertThat(parts.get("same").carries()).isFalse();
        assertThat(parts.get("small").carries()).isFalse();
    }

    @Test
    void a_segment_that_only_grew_moved_the_mix() {
        segments.put("odd", new Windows(rows(50, 50), rows(250, 250)));
        segments.put("usual", new Windows(rows(900, 0), rows(500, 0)));
        Part odd = parts().get("odd");
        assertThat(odd.movedMix()).isGreaterThan(.05);
        assertThat(odd.movedWithin()).isCloseTo(0, within(.02));
        assertThat(odd.carries()).isFalse();
    }

    @Test
    void the_parts_add_up_to_the_change_of_the_whole() {
        segments.put("a", new Windows(rows(100, 3), rows(50, 40)));
        segments.put("b", new Windows(rows(300, 9), rows(700, 20)));
        segments.put("gone", new Windows(rows(30, 10), baseline.empty()));
        segments.put("new", new Windows(baseline.empty(), rows(10, 60)));
        segments.put("silent", new Windows(baseline.empty(), baseline.empty()));
        double before = rate(Windows::before);
        double recent = rate(Windows::recent);
        Map<String, Part> parts = parts();
        assertThat(parts.values().stream()
                        .mapToDouble(part -> part.movedMix() + part.movedWithin())
                        .sum())
                .isCloseTo(recent - before, within(1e-12));
        assertThat(parts).doesNotContainKey("silent");
        assertThat(parts.get("new").movedWithin()).isZero();
    }

    @Test
    void a_window_without_rows_is_refused() {
        segments.put("a", new Windows(baseline.empty(), rows(10, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(this::parts)
                .withMessage("0 rows before and 10 now: each window needs some");
    }

    private double rate(Function<Windows, ScoredProfile> window) {
        ScoredProfile whole =
                ScoredProfile.merge(segments.values().stream().map(window).toList());
        return (double) whole.above(baseline.novelEdge()) / whole.count();
    }

    private Map<String, Part> parts() {
        return SegmentShares.ofNovelty(segments, baseline, .1).stream()
                .collect(Collectors.toMap(Part::segment, Function.identity()));
    }

    private ScoredProfile rows(int usual, int novel) {
        List<Row> rows = new ArrayList<>(queries.usual(usual));
        for (int i = 0; i < novel; i++) {
            rows.add(queries.novel());
        }
        return SyntheticQueries.scored(baseline, rows);
    }
}
