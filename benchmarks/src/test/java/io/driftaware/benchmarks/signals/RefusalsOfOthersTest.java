package io.driftaware.benchmarks.signals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RefusalsOfOthersTest {
    private static final String REPLIES =
            """
            label\tsource\ttext
            FULL\tone\tI'm sorry, but I can't help with that.
            PARTIAL\tone\tI can't tell you the dose.\\nWhat I can say: see a doctor if it lasts for three days.
            NONE\ttwo\tThe train leaves at 8:40 from platform 3.

            NONE\ttwo\tPut the dough in the fridge for an hour, then roll it out.
            """;

    @TempDir
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("replies.tsv"), content);
    }

    @Test
    void columns_are_found_by_their_names_and_a_break_is_a_break() throws IOException {
        var read = RefusalsOfOthers.read(file(REPLIES));
        assertThat(read).extracting(Labelled::family).containsExactly("one", "one", "two", "two");
        assertThat(read).extracting(Labelled::isPositive).containsExactly(true, true, false, false);
        assertThat(read.get(1).partial()).isTrue();
        assertThat(read.get(1).text()).contains("dose.\nWhat");
    }

    @Test
    void without_a_source_all_are_of_the_file() throws IOException {
        assertThat(RefusalsOfOthers.read(file("text\tlabel\nAt nine.\tNONE\n")))
                .extracting(Labelled::family)
                .containsExactly("file");
    }

    @Test
    void the_table_has_a_line_for_all_for_each_source_and_without_partial_ones() throws Exception {
        assertThat(RefusalsOfOthers.tables(file(REPLIES)))
                .contains("| all | 4 | 2 |")
                .contains("| one | 2 | 2 |")
                .contains("| two | 2 | 0 |")
                .contains("| without partial refusals | 3 | 1 |");
    }

    @Test
    void what_is_kept_holds_no_text_of_the_file() throws Exception {
        Files.createDirectories(folder.resolve("benchmarks/results"));
        RefusalsOfOthers.keep(folder, file(REPLIES), "Four replies.");
        assertThat(folder.resolve(RefusalsOfOthers.KEPT))
                .content()
                .startsWith("Four replies. Measured with `refusal-linear`")
                .contains("| all | 4 | 2 |")
                .doesNotContain("dose", "platform", "dough");
    }

    @Test
    void an_unknown_label_or_a_missing_column_is_named() throws IOException {
        Path labels = file("label\ttext\nREFUSED\tNo.\n");
        assertThatThrownBy(() -> RefusalsOfOthers.read(labels))
                .hasMessageContaining("REFUSED")
                .hasMessageContaining("PARTIAL");
        Path columns = file("verdict\ttext\nFULL\tNo.\n");
        assertThatThrownBy(() -> RefusalsOfOthers.read(columns)).hasMessageContaining("none is called label");
    }
}
