package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportCommandTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @RegisterExtension
    static final TestDatabase empty = TestDatabase.empty();

    @TempDir
    Path folder;

    @BeforeEach
    void emptyTables() {
        db.reset();
    }

    private static CommandLineRun run(TestDatabase database, String... args) {
        return CommandLineRun.of(Map.of("DATABASE_URL", database.url(), "EMBEDDING_DIM", "3"), args);
    }

    private static void refusals() {
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag)
                SELECT now() - interval '1 hour', 'may I <b>return</b> it', 'no', i <= 40 FROM generate_series(1, 200) AS i
                """);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void a_report_is_one_file_and_a_line_that_says_what_is_in_it() throws IOException {
        refusals();
        assertThat(run(db, "check").code()).isEqualTo(3);
        Path file = folder.resolve("report.html");

        CommandLineRun run = run(db, "report", "--out", file.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.code())
                .as("drift is what a report is about, and no failure of it")
                .isZero();
        assertThat(run.out())
                .startsWith(file + " (")
                .contains(" kB): Refusals have drifted. Proven ", "Logged that retraining is due.")
                .hasLineCount(1);
        assertThat(Files.readString(file))
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains("may I &lt;b&gt;return&lt;/b&gt; it");
        assertThat(files()).containsExactly("report.html");
    }

    @Test
    void texts_can_be_withheld() {
        refusals();
        assertThat(run(db, "check").code()).isEqualTo(3);

        CommandLineRun run = run(db, "report", "--no-texts", "--out", "-");

        assertThat(run.out()).contains("<h1>Refusals have drifted.</h1>").doesNotContain("return");
    }

    @Test
    void standard_output_gets_the_page_and_nothing_else() {
        CommandLineRun run = run(db, "report", "--out", "-");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith("<!DOCTYPE html>")
                .endsWith("</html>\n")
                .contains("No check has been made yet.");
    }

    @Test
    void an_old_report_is_replaced_whole_and_keeps_who_may_read_it() throws IOException {
        Path file = Files.writeString(folder.resolve("report.html"), "x".repeat(1_000_000));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(folder.resolve("latest.html"), file);

        assertThat(run(db, "report", "--out", link.toString()).code()).isZero();

        assertThat(file).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(link).isSymbolicLink();
        assertThat(files()).containsExactlyInAnyOrder("report.html", "latest.html");
    }

    @Test
    void a_file_that_cannot_be_written_is_one_line_with_a_remedy() throws IOException {
        refused(2, folder.toString(), "is a folder: name a file in it, such as ");
        refused(2, folder.resolve("no-such/report.html").toString(), "there is no folder ");
        refused(
                2,
                Files.writeString(folder.resolve("file"), "")
                        .resolve("report.html")
                        .toString(),
                "there is no folder ");
        refused(2, " ", "name a file");
        refused(1, folder.resolve("x".repeat(300)).toString(), "cannot be written: ");
        assertThat(files()).containsExactly("file");
    }

    private static void refused(int code, String out, String message) {
        CommandLineRun run = run(db, "report", "--out", out);

        assertThat(run.code()).as(run.err()).isEqualTo(code);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("drift-runner: ").contains(message).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "report                                                                    | --out=FILE",
                "report --out - --from yesterday                                           | is no time",
                "report --out - --from 2026-02-01T00:00:00Z --to 2026-01-01T00:00:00Z      | is not before the end",
                "report --out - --from 2020-02-01T00:00:00Z                                | more than 800 days",
            })
    void a_wrong_stretch_is_a_usage_error(String line, String message) {
        CommandLineRun run = run(db, line.split(" +"));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(message).hasLineCount(1);
    }

    @Test
    void without_a_schema_or_a_database_there_is_no_report() {
        CommandLineRun run =
                run(empty, "report", "--out", folder.resolve("report.html").toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("run init-db").hasLineCount(1);

        CommandLineRun away = run(db, "report", "--out", "-", "--database-url", "postgresql://u@127.0.0.1:1/x");
        assertThat(away.code()).isEqualTo(1);
        assertThat(away.err())
                .contains("the connection was refused: start PostgreSQL")
                .hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }
}
