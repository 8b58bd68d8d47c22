package io.driftaware.benchmarks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.benchmarks.acceptance.Figure.Amount;
import io.driftaware.benchmarks.acceptance.Figure.Share;
import io.driftaware.benchmarks.acceptance.Target.Outcome;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ResultTest {
    private static Section.Row row(String label, Figure figure, Target... targets) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put("rule", figure);
        return new Section.Row(label, figures, List.of(targets));
    }

    /** scipy: beta.ppf(.025, 5, 96), beta.ppf(.975, 6, 95). */
    @Test
    void a_share_has_the_interval_of_clopper_and_pearson() {
        Share share = new Share(5, 100);
        assertThat(share.low()).isCloseTo(0.016431879104, within(1e-9));
        assertThat(share.high()).isCloseTo(0.112834911, within(1e-8));
        assertThat(new Share(0, 10).low()).isZero();
        assertThat(new Share(10, 10).high()).isOne();
        assertThatThrownBy(() -> new Share(2, 1)).hasMessageContaining("2 of 1 trials");
    }

    @Test
    void a_target_is_missed_only_beyond_the_interval_of_the_trials() {
        Target most = Target.atMost("rule", 0.05, "at most 5 %");
        assertThat(most.of(new Share(5, 100))).isEqualTo(Outcome.MET);
        assertThat(most.of(new Share(6, 100))).isEqualTo(Outcome.UNSURE);
        assertThat(most.of(new Share(20, 100))).isEqualTo(Outcome.MISSED);
        assertThat(most.of(new Amount(Double.NaN, ""))).isEqualTo(Outcome.MISSED);
        assertThat(most.of(new Amount(0.06, ""))).isEqualTo(Outcome.MISSED);
        assertThatThrownBy(() -> row("row", new Amount(1, ""), Target.atLeast("other", 1, "")))
                .hasMessageContaining("other");
    }

    @Test
    void a_table_without_dummies_is_noticed() {
        Section without = new Section("G1", "Title", List.of(), List.of(row("row", new Share(1, 4))));
        Section section = Dummies.in(List.of(without));
        assertThat(section.count(Outcome.MET)).isZero();
        assertThat(section.rows().get(0).figures().get(WindowRules.NEVER).value())
                .isZero();
    }

    @Test
    void the_same_result_is_read_by_people_and_by_programs() throws IOException {
        Section section = new Section(
                "G1",
                "Title",
                List.of("A note."),
                List.of(
                        row("first", new Share(1, 4), Target.atMost("rule", 0.5, "at most 50 %")),
                        row("second", new Amount(12, "ms"), Target.atMost("rule", 10, "at most 10 ms"))));
        Result result = new Result("some_data", 3, true, "here", List.of("Left out."), List.of(section));

        assertThat(result.toMarkdown())
                .contains("## G1: Title", "A note.", "Left out.", "seed 3, **a small part of the trials**")
                .contains("| first  | 25.0 % (0.6 to 80.6) | at most 50 %: met         |")
                .contains("| second | 12 ms                | at most 10 ms: **missed** |");
        assertThat(result.toJson())
                .contains("\"met\" : 1", "\"missed\" : 1", "\"hits\" : 1", "\"trials\" : 4", "\"unit\" : \"ms\"")
                .contains("\"outcome\" : \"missed\"");
    }
}
