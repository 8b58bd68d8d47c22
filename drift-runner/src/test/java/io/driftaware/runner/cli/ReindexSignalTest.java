package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Eventually;
import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The program in a process of its own, ended as a supervisor ends it. */
@Timeout(180)
class ReindexSignalTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    private static final int SIGTERM = 128 + 15;

    @TempDir
    Path folder;

    private final FakeOpenAi fake = FakeOpenAi.start();

    @AfterEach
    void close() {
        fake.held.countDown();
        fake.close();
    }

    private Path printed(String name) {
        return folder.resolve(name + ".txt");
    }

    private Process start(String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "reindex",
                "start");
        builder.directory(folder.toFile());
        builder.environment()
                .putAll(Map.of(
                        "DATABASE_URL",
                        db.url(),
                        "EMBEDDING_DIM",
                        "3",
                        "OPENAI_BASE_URL",
                        fake.url().toString(),
                        "OPENAI_API_KEY",
                        FakeOpenAi.KEY,
                        "DRIFT_REINDEX_MODEL",
                        "any-3",
                        "DRIFT_REINDEX_BATCH",
                        "2"));
        return builder.redirectErrorStream(true)
                .redirectOutput(printed(name).toFile())
                .start();
    }

    private static String state() {
        return db.value("SELECT value ->> 'state' || ' ' || (value ->> 'embedded') || ' ' || (value ->> 'failures')"
                + " FROM drift_monitor_state WHERE key = 'reindex'");
    }

    @Test
    void sigterm_while_the_model_is_slow_ends_it_at_once_and_the_next_start_goes_on() throws Exception {
        db.reset();
        db.execute("INSERT INTO documents (source, content, embedding)"
                + " SELECT 's' || n, 'text number ' || n, '{1,0,0}' FROM generate_series(1, 9) n");
        fake.holdAfter(2);
        Process process = start("first");
        try {
            Eventually.isTrue("a third request waits for its answer", () -> fake.requests.get() == 3);
            process.toHandle().destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(SIGTERM);
        assertThat(Files.readString(printed("first")))
                .contains("FILLING to any-3 (3 dimensions): 4 embedded")
                .endsWith("stopped by a signal: reindex start goes on from here\n")
                .doesNotContain("geheim", "Exception");
        assertThat(state()).as("the request was not waited for").isEqualTo("FILLING 4 0");
        assertThat(db.count("SELECT count(*) FROM documents WHERE embedding <> '{1,0,0}'"))
                .isZero();

        fake.held.countDown();
        int before = fake.embedded.get();
        Process again = start("second");
        assertThat(again.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(again.exitValue()).as(Files.readString(printed("second"))).isZero();
        assertThat(state()).startsWith("DONE 9");
        assertThat(fake.embedded.get() - before).isBetween(5, 7); // the held request is answered too, to nobody
        for (int n = 1; n <= 9; n++) {
            assertThat(db.value("SELECT embedding::text FROM documents WHERE source = 's" + n + "'"))
                    .isEqualTo(java.util.Arrays.toString(fake.vector("any-3", 3, "text number " + n))
                            .replace('[', '{')
                            .replace(']', '}')
                            .replace(" ", ""));
        }
    }
}
