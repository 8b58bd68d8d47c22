package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code drift} at the root, as far as it goes without building anything. */
class LauncherTest {
    @TempDir
    Path folder;

    @Test
    void help_names_the_commands() throws Exception {
        assertThat(run(0, Map.of(), "help")).contains("demo", "sample-data", "check", "--scenario drift|baseline");
    }

    @Test
    void a_java_home_without_java_is_one_line_with_the_remedy() throws Exception {
        assertThat(run(1, Map.of("JAVA_HOME", folder.toString()), "demo"))
                .hasLineCount(1)
                .contains("JAVA_HOME is " + folder, "JDK 17 or newer");
    }

    @Test
    void a_java_that_is_too_old_is_one_line_with_the_remedy() throws Exception {
        Path java = Files.createDirectories(folder.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        assertThat(run(1, Map.of("JAVA_HOME", folder.toString()), "check"))
                .hasLineCount(1)
                .contains("is Java 11", "JDK 17 or newer");
    }

    private static String run(int exitCode, Map<String, String> environment, String command)
            throws IOException, InterruptedException {
        Path script = Path.of(System.getProperty("drift.root")).resolve("drift");
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString(), command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
        return output;
    }
}
