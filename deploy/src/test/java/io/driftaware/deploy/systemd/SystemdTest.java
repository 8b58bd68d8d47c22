package io.driftaware.deploy.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemdTest {
    private static final Path UNIT = Project.path("deploy/systemd/drift-monitor.service");

    @TempDir
    Path folder;

    private Program analyze(String... arguments) {
        Path tool = Tool.require("systemd-analyze", "Debian's package systemd");
        return Program.start(
                folder.resolve("log"),
                Map.of("SYSTEMD_PAGER", ""),
                Stream.concat(Stream.of(tool.toString()), Stream.of(arguments)).toList());
    }

    @Test
    void systemd_understands_every_line_of_the_unit() throws Exception {
        try (Program verify = analyze("verify", "--man=no", UNIT.toString())) {
            assertThat(verify.exitCode()).as(verify.output()).isZero();
            assertThat(verify.output()).doesNotContain("Unknown", "ignoring", "Failed");
        }
    }

    @Test
    void it_may_do_little_more_than_it_needs() throws Exception {
        // Out of 10 (an ordinary service has more than 9); the threshold is in tenths.
        try (Program security = analyze("security", "--offline=true", "--threshold=20", UNIT.toString())) {
            assertThat(security.exitCode()).as(security.output()).isZero();
        }
    }

    @Test
    void it_starts_what_the_image_starts() {
        String unit = Project.text(UNIT);
        List<String> arguments = List.of("@/opt/drift/jvm.options", "-jar", "/opt/drift/drift-runner.jar");

        assertThat(unit).contains("ExecStart=/usr/bin/java " + String.join(" ", arguments) + " run --init-db\n");
        assertThat(Project.text("Dockerfile")).contains("\"" + String.join("\", \"", arguments) + "\"]");
        assertThat(Project.text("docs/operations.md")).contains("| 2 | wrong usage, or settings that cannot be used |");
        assertThat(unit).contains("RestartPreventExitStatus=2\n");
    }
}
