package io.driftaware.benchmarks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.benchmarks.acceptance.Figure.Amount;
import io.driftaware.benchmarks.acceptance.Figure.Share;
import io.driftaware.benchmarks.acceptance.Target.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultTest {
    private static final Run HERE = new Run("some_data", 3, true, "here");

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
        Result result = new Result(HERE, List.of("Left out."), List.of(section));

        assertThat(result.toMarkdown())
                .contains("## G1: Title", "A note.", "Left out.", "seed 3, **a small part of the trials**")
                .contains("| first  | 25.0 % (0.6 to 80.6) | at most 50 %: met         |")
                .contains("| second | 12 ms                | at most 10 ms: **missed** |");
        assertThat(result.toJson())
                .contains("\"met\" : 1", "\"missed\" : 1", "\"hits\" : 1", "\"trials\" : 4", "\"unit\" : \"ms\"")
                .contains("\"outcome\" : \"missed\"");
    }

    @Test
    void a_result_that_was_written_is_read_again() throws IOException {
        Section section = new Section(
                "G7",
                "Title",
                List.of("A note."),
                List.of(
                        row("first", new Share(1, 4), Target.atMost("rule", 0.5, "at most 50 %")),
                        row("second", new Amount(12.5, "ms"), Target.atMost("rule", 10, "at most 10 ms")),
                        row("third", new Amount(Double.NaN, ""))));
        Result result = new Result(HERE, List.of("Left out."), List.of(section));
        Result read = ResultReader.read(result.toJson());
        assertThat(read.toJson()).isEqualTo(result.toJson());
        assertThat(read.toMarkdown()).isEqualTo(result.toMarkdown());
        assertThatThrownBy(() -> ResultReader.read("[]")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ResultReader.read(result.toJson().replace("\"met\"\n", "\"so so\"\n")))
                .hasMessageContaining("so so");
    }

    @Test
    void groups_that_are_run_alone_replace_their_own_tables_and_keep_their_own_line(@TempDir Path root)
            throws IOException {
        Acceptance.write(
                root, new Result(HERE, List.of(), List.of(table("G2", 1), table("G5", 1), table("G11", 1))), false);
        Run later = new Run("other_data", 4, false, "there");
        // G5 has two tables now
        Acceptance.write(
                root,
                new Result(later, List.of("Other."), List.of(table("G5", 3), table("G5", 4), table("G13", 2))),
                true);

        Path json = root.resolve("benchmarks/results/acceptance/acceptance.json");
        Result whole = ResultReader.read(Files.readString(json));
        assertThat(whole.run()).isEqualTo(HERE);
        assertThat(whole.notes()).containsExactly("Other.");
        assertThat(whole.sections().stream().map(Section::group))
                .containsExactly("G2", "G5", "G5", "G11", "G12", "G13");
        assertThat(whole.sections().stream().map(section -> section.run()))
                .containsExactly(null, later, later, null, null, later);
        assertThat(whole.sections().stream()
                        .filter(section -> section.rows().get(0).figures().containsKey("rule"))
                        .map(section ->
                                section.rows().get(0).figures().get("rule").value()))
                .containsExactly(.25, .75, 1.0, .25, .5);
        assertThat(whole.count(Outcome.MET)).isEqualTo(2);
        assertThat(whole.count(Outcome.UNSURE)).isEqualTo(3);
        assertThat(whole.count(Outcome.MISSED)).as("no dummies").isEqualTo(2);
        assertThat(Files.readString(root.resolve("docs/acceptance.md")))
                .isEqualTo(whole.toMarkdown())
                .contains("Data: some_data, seed 3, **a small part of the trials**. here.")
                .contains("Run alone. Data: other_data, seed 4. there.");

        Acceptance.write(root, new Result(later, List.of(), List.of(table("G1", 1))), false);
        assertThat(ResultReader.read(Files.readString(json)).sections()).hasSize(1);
    }

    private static Section table(String group, int hits) {
        return new Section(
                group,
                "Title",
                List.of(),
                List.of(row("row", new Share(hits, 4), Target.atLeast("rule", .74, "most"))));
    }

    @Test
    void the_tables_of_this_project_are_those_of_its_result() throws IOException {
        Path root = Path.of(System.getProperty("user.dir")).getParent();
        String json = Files.readString(root.resolve("benchmarks/results/acceptance/acceptance.json"));
        Result result = ResultReader.read(json);
        assertThat(result.toJson() + "\n").isEqualTo(json);
        assertThat(result.toMarkdown()).isEqualTo(Files.readString(root.resolve("docs/acceptance.md")));
    }
}
