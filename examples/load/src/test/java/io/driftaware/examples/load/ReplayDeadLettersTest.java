package io.driftaware.examples.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.Interaction;
import io.driftaware.testdb.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class ReplayDeadLettersTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        out.reset();
        err.reset();
        return ReplayDeadLetters.run(
                args,
                Map.of("DATABASE_URL", DB.url()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void what_was_refused_is_listed_and_goes_in_when_it_is_mended() {
        DB.execute("ALTER TABLE interaction_log ADD CONSTRAINT no_poison CHECK (user_query <> 'poison')");
        try (DriftLogger logger =
                DriftLogger.builder(DB.dataSource()).spoolDirectory(folder).build()) {
            logger.log(Interaction.builder().query("poison").build());
        }
        assertThat(run("list", folder.toString())).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("1  SQLSTATE 23514")
                .contains("no_poison");
        assertThat(run("replay", folder.toString())).isEqualTo(1);
        DB.execute("ALTER TABLE interaction_log DROP CONSTRAINT no_poison");
        assertThat(run("replay", folder.toString())).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("stored=1");
        assertThat(DB.count("SELECT count(*) FROM interaction_log")).isEqualTo(1);
    }

    @Test
    void a_wrong_call_says_what_is_right() {
        assertThat(run("replay")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("list|replay FOLDER");
        assertThat(run("list", folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("spoolDirectory");
    }
}
