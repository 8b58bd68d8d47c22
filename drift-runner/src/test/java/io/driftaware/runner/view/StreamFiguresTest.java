package io.driftaware.runner.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.ProvisionalShift;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.StreamReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamFiguresTest {
    /** As each rule compares: a rate that is its configured limit is within it, a rise that is the least one acts. */
    @ParameterizedTest
    @CsvSource({
        "refusals, refusal_rate, above",
        "refusals, refusal_rate_rise, from",
        "coverage, uncovered_rate_rise, from",
        "feedback, feedback_drop, at or below",
        "query_embeddings, " + WindowVerdict.NAME + ", from",
        "query_embeddings, " + CentroidShift.NAME + ", above",
        "query_embeddings, " + ProvisionalShift.NAME + ", from"
    })
    void a_limit_is_told_with_the_side_that_acts(String stream, String detector, String acts) {
        assertThat(Objects.requireNonNull(figures(stream, detector).headline()).acts())
                .isEqualTo(acts);
    }

    @Test
    void a_number_of_recent_rows_comes_with_when_it_begins() {
        assertThat(figures("refusals", "refusal_rate")
                        .state(List.of(), Map.of())
                        .recentFrom())
                .isEqualTo(Instant.EPOCH);
    }

    private static StreamFigures figures(String stream, String detector) {
        return new StreamFigures(new StreamReport(
                stream,
                Verdict.OK,
                210,
                2_000,
                0,
                List.of(new Finding.Compared(detector, 0.01, 0.02, false, 210, 2_000, new TreeMap<>())),
                "",
                Instant.EPOCH,
                null,
                List.of(),
                null,
                null,
                Instant.EPOCH));
    }
}
