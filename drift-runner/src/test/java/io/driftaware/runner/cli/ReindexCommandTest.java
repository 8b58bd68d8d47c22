package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ReindexCommandTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    @TempDir
    Path folder;

    @BeforeEach
    void empty() {
        db.reset();
    }

    private CommandLineRun run(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new java.util.HashMap<>(more);
        environment.put("DATABASE_URL", db.url());
        environment.put("EMBEDDING_DIM", "3");
        return CommandLineRun.of(environment, arguments);
    }

    @Test
    void start_status_rollback() {
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('a', 'one text', '{1,0,0}')");
        assertThat(run(Map.of(), "reindex", "status").out()).contains("there was no re-index in this database");
        try (FakeOpenAi fake = FakeOpenAi.start()) {
            CommandLineRun started = run(
                    Map.of(
                            "OPENAI_BASE_URL",
                            fake.url().toString(),
                            "OPENAI_API_KEY",
                            FakeOpenAi.KEY,
                            "DRIFT_REINDEX_MODEL",
                            "any-3"),
                    "reindex",
                    "start");
            assertThat(started.code()).as(started.err()).isZero();
            assertThat(started.out())
                    .contains("DONE to any-3 (3 dimensions): 1 embedded")
                    .doesNotContain("geheim");
        }
        assertThat(run(Map.of(), "reindex", "status").out()).startsWith("DONE to any-3");
        assertThat(run(Map.of(), "reindex", "rollback").out()).startsWith("ROLLED_BACK");
        assertThat(db.value("SELECT embedding::text FROM documents")).isEqualTo("{1,0,0}");
    }

    @Test
    void without_a_model_it_says_what_to_set() {
        CommandLineRun run = run(Map.of(), "reindex", "start");
        assertThat(run.code()).isEqualTo(ExitCode.FAILURE);
        assertThat(run.err()).contains("set DRIFT_REINDEX_MODEL");
    }

    @Test
    void a_key_of_two_lines_is_refused_on_one_and_not_shown() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "sk-geheim\nsk-older-geheim\n");
        CommandLineRun run =
                run(Map.of("OPENAI_API_KEY_FILE", file.toString(), "DRIFT_REINDEX_MODEL", "m"), "reindex", "start");
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .hasLineCount(1)
                .contains("OPENAI_API_KEY")
                .contains("has a space, a line break or another character that a header cannot hold; set it alone")
                .doesNotContain("geheim");
    }

    @Test
    void export_writes_the_files_and_says_what_is_in_them() {
        db.execute(
                "INSERT INTO interaction_log (user_query, model_response, user_feedback_score) VALUES ('q', 'a', 1)");
        CommandLineRun run = run(
                Map.of(), "retrain", "export", "--out", folder.resolve("set").toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("for a person to complete");
        assertThat(folder.resolve("set/training.jsonl")).exists();
        assertThat(Files.exists(folder.resolve("set/to-complete.jsonl"))).isTrue();
    }
}
