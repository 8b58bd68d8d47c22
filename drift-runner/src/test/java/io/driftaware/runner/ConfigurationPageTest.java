package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConfigurationPageTest {
    private static final Path ROOT = Path.of(System.getProperty("drift.root", ".."));

    @Test
    void the_page_in_docs_is_the_one_that_the_code_makes() throws IOException {
        Path page = ROOT.resolve("docs/configuration.md");
        if (Boolean.getBoolean("drift.docs.write")) {
            Files.writeString(page, ConfigurationPage.render());
        }

        assertThat(Files.exists(page) ? Files.readString(page) : "(absent)")
                .as("docs/configuration.md differs from the code; run the tests of drift-runner once with"
                        + " -Ddrift.docs.write=true")
                .isEqualTo(ConfigurationPage.render());
    }

    @Test
    void the_example_file_can_be_used_as_it_is() {
        MonitorConfig config = MonitorConfig.fromEnvironment(Map.of(), ROOT.resolve(".env.example"));

        assertThat(config)
                .hasToString(MonitorConfig.builder()
                        .databaseUrl(config.requiredDatabaseUrl())
                        .build()
                        .toString());
    }

    @Test
    void the_example_file_names_every_setting() throws IOException {
        assertThat(Files.readString(ROOT.resolve(".env.example")))
                .contains(Arrays.stream(Setting.values())
                        .map(setting -> setting.name() + "=")
                        .toList());
    }
}
