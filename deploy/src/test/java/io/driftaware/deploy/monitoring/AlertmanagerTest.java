package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AlertmanagerTest {
    private static final String CONFIG = "deploy/alertmanager/alertmanager.yml";

    @TempDir
    Path folder;

    private Program amtool(String... arguments) {
        Path tool = Tool.require("amtool", "Debian's package prometheus-alertmanager");
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        return Program.start(folder.resolve("log"), Map.of("HOME", folder.toString()), command);
    }

    @Test
    void alertmanager_takes_the_example_as_it_is() throws Exception {
        try (Program check = amtool("check-config", Project.path(CONFIG).toString())) {
            assertThat(check.exitCode()).as(check.output()).isZero();
        }
    }

    @Test
    void it_names_only_alerts_that_there_are() {
        Set<String> named = new TreeSet<>();
        for (JsonNode rule : Project.yaml(CONFIG).get("inhibit_rules")) {
            for (String side : List.of("source_matchers", "target_matchers")) {
                Matcher name =
                        Pattern.compile("Drift\\w+").matcher(rule.get(side).toString());
                while (name.find()) {
                    named.add(name.group());
                }
            }
        }
        Set<String> alerts = new TreeSet<>();
        Matcher alert =
                Pattern.compile("alert: (\\w+)").matcher(Project.text("deploy/prometheus/rules/drift-alerts.yml"));
        while (alert.find()) {
            alerts.add(alert.group(1));
        }
        assertThat(named).hasSizeGreaterThan(5);
        assertThat(alerts).containsAll(named);
    }
}
