package io.driftaware.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Project;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes docs/metrics.md from what the programs answer at /metrics, and from the recording rules. */
final class MetricsPage {
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final String HEAD =
            """
            # Metrics

            <!-- Generated from what a running monitor and a running application answer; do not edit. Regenerate:
            mvn -pl deploy -am verify -Dit.test=ExpositionIT -Dsurefire.skip=true -Dfailsafe.failIfNoSpecifiedTests=false -Ddrift.docs.write=true
            -->

            What the monitor does not know is absent, never 0. A monitor that follows another shows `drift_leader` 0 alone,
            and the process metrics, so that nothing is counted twice. Names without the prefix `drift_` are those of the
            Python original.

            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    /** One metric as a program exposes it. */
    private record Family(String type, String help, Map<String, Set<String>> labels) {}

    private MetricsPage() {}

    /**
     * The page.
     *
     * @param monitor the text format of a monitor that leads
     * @param application the text format of an application
     */
    static String render(String monitor, String application) {
        MetricsPage page = new MetricsPage();
        Map<String, Family> families = families(monitor);
        page.section("The monitor", families, "(?!jvm_|process_).*");
        page.values(families, Map.of("drift_state", List.of("stream", "state"), "drift_samples", List.of("window")));
        Map<String, Family> logger = families(application);
        page.section("The logging SDK", logger, ".*");
        page.values(
                logger,
                Map.of(
                        "drift_logger_events_total", List.of("state"),
                        "drift_logger_dropped_total", List.of("reason"),
                        "drift_logger_rejected_total", List.of("reason")));
        page.rules();
        page.page.append(
                """
                ## Process
                The program `drift-runner` adds the JVM and process metrics of the Prometheus Java client, `jvm_*` and
                `process_*`. A monitor inside an application adds nothing: the application has its own.
                """);
        return page.page.toString();
    }

    private void section(String title, Map<String, Family> families, String names) {
        page.append("## ").append(title).append("\n| metric | type | labels | meaning |\n|---|---|---|---|\n");
        families.forEach((name, family) -> {
            if (name.matches(names)) {
                String labels = String.join(", ", family.labels().keySet());
                page.append("| `%s` | %s | %s | %s. |\n".formatted(name, family.type(), labels, family.help()));
            }
        });
        page.append('\n');
    }

    /** The values of the labels whose values are fixed. */
    private void values(Map<String, Family> families, Map<String, List<String>> labels) {
        page.append("| label | values |\n|---|---|\n");
        new TreeMap<>(labels)
                .forEach((name, fixed) -> fixed.forEach(label -> page.append("| `%s` of `%s` | %s |\n"
                        .formatted(
                                label, name, quoted(families.get(name).labels().get(label))))));
        page.append('\n');
    }

    private static String quoted(Set<String> values) {
        return "`" + String.join("`, `", values) + "`";
    }

    private void rules() {
        page.append(
                """
                ## Recorded by deploy/prometheus/rules
                Each number once per database, from the newest check, however many monitors watch it. The dashboards and alerts
                read these.

                | series | is |
                |---|---|
                """);
        for (JsonNode group :
                Project.yaml("deploy/prometheus/rules/drift-recording.yml").get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                String expression = rule.get("expr")
                        .asText()
                        .strip()
                        .replaceAll("\\s+", " ")
                        .replace("|", "\\|");
                page.append("| `%s` | `%s` |\n".formatted(rule.get("record").asText(), expression));
            }
        }
        page.append('\n');
    }

    private static Map<String, Family> families(String exposition) {
        Map<String, String> helps = new LinkedHashMap<>();
        Map<String, Family> families = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        for (String line : exposition.split("\n")) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                helps.put(words[2], words[3]);
            } else if (line.startsWith("# TYPE ")) {
                names.add(words[2]);
                families.put(words[2], new Family(words[3], helps.getOrDefault(words[2], ""), new LinkedHashMap<>()));
            } else if (!line.startsWith("#") && !names.isEmpty()) {
                Family family = families.get(names.get(names.size() - 1));
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                    family.labels()
                            .computeIfAbsent(label.group(1), name -> new LinkedHashSet<>())
                            .add(label.group(2));
                }
            }
        }
        return sorted(families);
    }

    private static Map<String, Family> sorted(Map<String, Family> families) {
        Map<String, Family> sorted = new LinkedHashMap<>();
        for (String name : new TreeSet<>(families.keySet())) {
            sorted.put(name, families.get(name));
        }
        return sorted;
    }
}
