package io.driftaware.examples.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.Interaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

final class EraseUserTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path temporary;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        out.reset();
        err.reset();
        return EraseUser.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** A folder in which there is one interaction of alice's; nobody listens on port 1. */
    private Path folder(boolean keyed) {
        Path folder = temporary.resolve("spool");
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/nowhere");
        DriftLogger.Builder builder =
                DriftLogger.builder(nowhere).spoolDirectory(folder).closeTimeout(Duration.ZERO);
        try (DriftLogger logger = (keyed ? builder.userIdKey(KEY) : builder).build()) {
            logger.log(Interaction.builder().query("hello").userId("alice").build());
        }
        return folder;
    }

    @Test
    void a_user_is_erased_from_a_folder_once() {
        String folder = folder(false).toString();
        assertThat(run(folder, "alice")).isZero();
        assertThat(out()).contains("interactions=1").doesNotContain("alice");
        assertThat(run(folder, "alice")).isZero();
        assertThat(out()).contains("interactions=0");
    }

    @Test
    void a_pseudonym_is_found_with_the_key_in_any_form() throws IOException {
        for (String form : new String[] {
            new String(KEY, StandardCharsets.US_ASCII),
            HexFormat.of().formatHex(KEY) + "\n",
            Base64.getEncoder().encodeToString(KEY) + "\n"
        }) {
            String folder = folder(true).toString();
            Path key = Files.writeString(temporary.resolve("key"), form);
            assertThat(run(folder, "alice")).isZero();
            assertThat(out()).contains("interactions=0");
            assertThat(run(folder, "alice", "--key-file", key.toString())).isZero();
            assertThat(out()).as(form).contains("interactions=1");
        }
    }

    @Test
    void what_cannot_be_read_is_said() throws IOException {
        Path folder = folder(false);
        Files.writeString(folder.resolve("events-00000000000000ff.spool"), "of another version");
        assertThat(run(folder.toString(), "alice")).isEqualTo(1);
        assertThat(out()).contains("interactions=1").contains("unreadable=1").contains("nobody can tell");
    }

    @Test
    void a_wrong_call_says_what_is_right() throws IOException {
        assertThat(run("folder")).isEqualTo(2);
        assertThat(err()).contains("EraseUser FOLDER ID");
        assertThat(run(temporary.resolve("nowhere").toString(), "alice")).isEqualTo(1);
        assertThat(err()).contains("spoolDirectory");
        String folder = folder(false).toString();
        assertThat(run(folder, "alice", "--key-file", folder + "/nokey")).isEqualTo(2);
        assertThat(err()).contains("no such file");
        Path key = Files.writeString(temporary.resolve("key"), "short");
        assertThat(run(folder, "alice", "--key-file", key.toString())).isEqualTo(2);
        assertThat(err()).contains("at least 16");
    }
}
