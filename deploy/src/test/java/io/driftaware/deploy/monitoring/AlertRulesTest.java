package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.Project;
import io.driftaware.deploy.monitoring.PromQlNames.Selection;
import io.driftaware.deploy.monitoring.PrometheusRules.Alert;
import io.driftaware.deploy.monitoring.PrometheusRules.Recording;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The rules name what there is. promtool cannot know: a misspelt metric is a valid expression, and never fires.
 */
class AlertRulesTest {
    /** Made by Prometheus itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "prometheus_rule_evaluation_failures_total");

    private static final Pattern REPOSITORY = Pattern.compile("<project\\.repository>(.+)</project\\.repository>");

    private static PrometheusRules rules;
    private static Map<String, ExportedMetric> exported;
    private static Map<String, Recording> recorded;

    @BeforeAll
    static void read() {
        rules = PrometheusRules.read();
        exported = ExportedMetrics.all();
        recorded = new TreeMap<>();
        rules.recordings().forEach(recording -> recorded.put(recording.series(), recording));
    }

    @Test
    void every_alert_says_what_it_is_how_bad_and_where_to_read_on() {
        String runbooks = repository() + "/blob/main/docs/runbooks.md#";

        assertThat(rules.alerts()).isNotEmpty().allSatisfy(alert -> {
            assertThat(alert.severity()).as(alert.name()).isIn("info", "warning", "critical");
            assertThat(alert.summary()).as(alert.name()).isNotBlank();
            assertThat(alert.description()).as(alert.name()).isNotBlank();
            assertThat(alert.runbookUrl())
                    .as("its address begins with the property project.repository of pom.xml; after a change of the"
                            + " property replace the old address in deploy/prometheus, rules and tests")
                    .isEqualTo(runbooks + alert.name().toLowerCase(Locale.ROOT));
        });
    }

    @Test
    void the_runbooks_have_a_section_for_each_alert_in_the_order_of_the_rules() {
        List<String> sections = new Runbooks()
                .sections().stream()
                        .filter(section -> section.startsWith("Drift"))
                        .toList();

        assertThat(sections)
                .as("sections of docs/runbooks.md")
                .containsExactlyElementsOf(
                        rules.alerts().stream().map(Alert::name).toList());
    }

    @Test
    void no_rule_names_a_metric_that_there_is_not() {
        assertThat(rules.alerts()).allSatisfy(alert -> {
            assertThat(unknown(PromQlNames.metrics(alert.expression())))
                    .as(alert.name())
                    .isEmpty();
            assertThat(unknown(PromQlNames.metricsOfTemplate(alert.description())))
                    .as("description of %s", alert.name())
                    .isEmpty();
        });
        assertThat(rules.recordings()).isNotEmpty().allSatisfy(recording -> assertThat(
                        unknown(PromQlNames.metrics(recording.expression())))
                .as(recording.series())
                .isEmpty());
    }

    @Test
    void no_rule_selects_by_a_value_that_its_label_never_has() {
        assertThat(rules.alerts()).allSatisfy(alert -> assertThat(neverMatching(alert.expression()))
                .as(alert.name())
                .isEmpty());
    }

    @Test
    void recorded_series_are_recorded_once_and_begin_alike() {
        assertThat(rules.recordings())
                .extracting(Recording::series)
                .doesNotHaveDuplicates()
                .allMatch(series -> series.startsWith("drift:"));
    }

    @Test
    void names_and_selections_are_found_wherever_they_stand() {
        String expression =
                """
                sum without (pod) (increase(drift_one[5m:1m])) / ignoring (reason) group_left () drift:two:ratio{state=~"ok|warn"} > 0.01
                and on (job) max by (stream) (three{a="four", b!="five"} offset 5m) unless bool_six == bool 1e3 or absent(seven)
                """;

        assertThat(PromQlNames.metrics(expression))
                .containsExactlyInAnyOrder("drift_one", "drift:two:ratio", "three", "bool_six", "seven");
        assertThat(PromQlNames.selections(expression))
                .containsExactly(
                        new Selection("drift:two:ratio", "state", "ok|warn"),
                        new Selection("three", "a", "four"),
                        new Selection("three", "b", "five"));
        assertThat(PromQlNames.metricsOfTemplate("{{ with printf \"drift:score{job=%q}\" $labels.job | query }}"))
                .containsExactly("drift:score");
    }

    @Test
    void what_does_not_exist_is_found() {
        assertThat(unknown(PromQlNames.metrics("drift:state and drift_scroe > 0")))
                .containsExactly("drift_scroe");
        assertThat(neverMatching("drift:state{state=~\"drift|wran\"} == 1"))
                .containsExactly("drift:state{state=\"wran\"}");
        assertThat(neverMatching("drift_state{straem=\"refusals\"} == 1"))
                .containsExactly("drift_state{straem=\"refusals\"}");
    }

    private static String repository() {
        return REPOSITORY
                .matcher(Project.text("pom.xml"))
                .results()
                .map(property -> property.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("pom.xml has no property project.repository"));
    }

    private static Set<String> unknown(Set<String> names) {
        Set<String> unknown = new TreeSet<>(names);
        unknown.removeAll(exported.keySet());
        unknown.removeAll(recorded.keySet());
        unknown.removeAll(OF_PROMETHEUS);
        return unknown;
    }

    /** The parts of selectors that select nothing; of Prometheus' own metrics nothing is known. */
    private static List<String> neverMatching(String expression) {
        List<String> never = new ArrayList<>();
        for (Selection selection : PromQlNames.selections(expression)) {
            ExportedMetric metric = recorded.containsKey(selection.metric())
                    ? recorded.get(selection.metric()).source(exported).orElse(null)
                    : exported.get(selection.metric());
            if (metric == null) {
                continue;
            }
            Set<String> values = metric.labels().getOrDefault(selection.label(), Collections.emptySortedSet());
            for (String alternative : selection.value().split("\\|")) {
                if (values.stream().noneMatch(value -> Pattern.matches(alternative, value))) {
                    never.add(selection.metric() + "{" + selection.label() + "=\"" + alternative + "\"}");
                }
            }
        }
        return never.stream().distinct().collect(Collectors.toList());
    }
}
