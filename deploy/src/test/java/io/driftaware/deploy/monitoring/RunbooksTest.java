package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.Project;
import io.driftaware.deploy.monitoring.PrometheusRules.Recording;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The runbooks name what there is: whoever reads them is in a hurry. */
class RunbooksTest {
    private static final Pattern SETTING = Pattern.compile("\\b[A-Z]+(?:_[A-Z]+)+\\b");
    private static final Pattern DRIFT_NAME = Pattern.compile("\\bdrift[_:][a-z_:]*[a-z]\\b");
    private static final Pattern WORD = Pattern.compile("[\\w:]+");

    private static Runbooks runbooks;

    @BeforeAll
    static void read() {
        runbooks = new Runbooks();
    }

    @Test
    void every_setting_is_one() {
        Set<String> settings = found(SETTING, Project.text("docs/configuration.md"));

        assertThat(found(SETTING, String.join(" ", runbooks.inlineCode())))
                .isNotEmpty()
                .isSubsetOf(settings);
    }

    @Test
    void every_metric_table_and_role_exists() {
        Set<String> existing = Stream.of(
                        ExportedMetrics.all().keySet().stream(),
                        PrometheusRules.read().recordings().stream().map(Recording::series),
                        found(WORD, Project.text("setup_database.sql")).stream())
                .flatMap(names -> names)
                .collect(Collectors.toSet());

        assertThat(found(DRIFT_NAME, String.join(" ", runbooks.inlineCode())))
                .isNotEmpty()
                .isSubsetOf(existing);
    }

    @Test
    void every_link_leads_somewhere() {
        List<String> anchors = runbooks.sections().stream()
                .map(section -> "#" + section.toLowerCase(Locale.ROOT).replace(' ', '-'))
                .toList();

        assertThat(runbooks.links()).isNotEmpty().allSatisfy(link -> {
            if (link.startsWith("#")) {
                assertThat(link).isIn(anchors);
            } else {
                assertThat(Project.path("docs/" + link.replaceFirst("#.*", ""))).exists();
            }
        });
    }

    @Test
    void every_section_says_what_to_do_and_when_it_is_over() {
        String[] sections = Project.text("docs/runbooks.md").split("\n## ");

        assertThat(Arrays.stream(sections).filter(section -> section.startsWith("Drift")))
                .isNotEmpty()
                .allSatisfy(section -> assertThat(section)
                        .contains("**Means:**", "**First", "**False, and quieter:**", "**Ends:**")
                        .containsIgnoringCase("remedy"));
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group()).collect(Collectors.toSet());
    }
}
