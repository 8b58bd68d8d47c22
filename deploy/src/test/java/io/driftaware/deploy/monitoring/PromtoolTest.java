package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own checks of the configuration, the rules and their unit tests. */
final class PromtoolTest {
    @TempDir
    Path folder;

    private Path promtool;

    private record Outcome(int exit, String output) {}

    @BeforeEach
    void promtool_is_there() {
        promtool = Tool.require("promtool", "Debian's package prometheus");
    }

    @Test
    void the_configuration_can_be_loaded() throws IOException, InterruptedException {
        Path installed = install();

        Outcome outcome = promtool(List.of("check", "config"), List.of(installed.toString()));

        assertThat(outcome.exit()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .as("both files of rules are found")
                .contains("drift-alerts.yml")
                .contains("drift-recording.yml");
    }

    @Test
    void the_rules_are_valid() throws InterruptedException {
        Outcome outcome = promtool(List.of("check", "rules"), files("rules", ".yml"));

        assertThat(outcome.exit()).as(outcome.output()).isZero();
    }

    @Test
    void the_rules_do_what_their_unit_tests_say() throws InterruptedException {
        Outcome outcome = promtool(List.of("test", "rules"), files("tests", ".test.yml"));

        assertThat(outcome.exit()).as(outcome.output()).isZero();
    }

    @Test
    void a_rule_that_cannot_be_parsed_is_refused() throws IOException, InterruptedException {
        Path installed = install();
        Path alerts = folder.resolve("rules/drift-alerts.yml");
        Files.writeString(
                alerts, Files.readString(alerts).replace("drift:stream_failed == 1", "drift:stream_failed =="));

        assertThat(promtool(List.of("check", "config"), List.of(installed.toString()))
                        .exit())
                .isNotZero();
    }

    /** As mounted at /etc/prometheus, in a folder of the test's own. */
    private Path install() throws IOException {
        Path rules = Files.createDirectories(folder.resolve("rules"));
        for (String file : files("rules", ".yml")) {
            Files.copy(Path.of(file), rules.resolve(Path.of(file).getFileName()));
        }
        String configuration = Project.text("deploy/prometheus/prometheus.yml");
        return Files.writeString(
                folder.resolve("prometheus.yml"), configuration.replace("/etc/prometheus/", folder + "/"));
    }

    private static List<String> files(String folder, String ending) {
        List<String> files = Project.files("deploy/prometheus/" + folder, ending).stream()
                .map(Path::toString)
                .toList();
        assertThat(files).as("deploy/prometheus/%s/*%s", folder, ending).isNotEmpty();
        return files;
    }

    private Outcome promtool(List<String> arguments, List<String> files) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(promtool.toString()));
        command.addAll(arguments);
        command.addAll(files);
        try (Program program = Program.start(folder.resolve("promtool.log"), Map.of(), command)) {
            return new Outcome(program.exitCode(), program.output());
        }
    }
}
