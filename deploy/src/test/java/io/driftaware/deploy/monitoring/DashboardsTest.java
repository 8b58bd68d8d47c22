package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Project;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be said of the dashboards without their data; {@link MonitoringIT} asks every query. */
final class DashboardsTest {
    private static final int COLUMNS = 24;

    static List<Dashboard> dashboards() {
        return Dashboard.all();
    }

    @Test
    void there_are_four_each_with_an_address_of_its_own() {
        assertThat(dashboards())
                .extracting(board -> board.json().get("uid").asText() + ".json")
                .containsExactly(
                        "drift-behaviour-accuracy.json",
                        "drift-embeddings.json",
                        "drift-health.json",
                        "drift-overview.json")
                .isEqualTo(dashboards().stream().map(Dashboard::name).toList());
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void every_panel_says_what_it_shows_in_which_unit(Dashboard board) {
        assertThat(board.json().get("title").asText()).startsWith("Drift: ");
        assertThat(board.json().get("description").asText()).endsWith(".");
        assertThat(board.panels()).allSatisfy(panel -> {
            assertThat(panel.get("title").asText()).isNotBlank();
            assertThat(panel.get("description").asText())
                    .as(panel.get("title").asText())
                    .hasSizeGreaterThan(10)
                    .endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                    .as(panel.get("title").asText())
                    .isNotBlank();
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void titles_and_numbers_of_panels_are_given_once(Dashboard board) {
        assertThat(Dashboard.stream(board.json().get("panels")).map(panel -> panel.get("id")))
                .doesNotHaveDuplicates();
        assertThat(board.panels())
                .extracting(panel -> panel.get("title").asText())
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panels_fill_their_place_and_none_lies_over_another(Dashboard board) {
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : board.json().get("panels")) {
            JsonNode place = panel.get("gridPos");
            int right = place.get("x").asInt() + place.get("w").asInt();
            assertThat(right).as(panel.get("title").asText()).isLessThanOrEqualTo(COLUMNS);
            for (int x = place.get("x").asInt(); x < right; x++) {
                for (int y = 0; y < place.get("h").asInt(); y++) {
                    assertThat(taken.add(List.of(x, place.get("y").asInt() + y)))
                            .as(panel.get("title").asText())
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void every_query_goes_to_the_source_that_is_chosen_on_the_page(Dashboard board) {
        List<String> sources = new ArrayList<>();
        board.json()
                .findParents("datasource")
                .forEach(parent -> sources.add(parent.at("/datasource/uid").asText()));
        assertThat(sources)
                .hasSizeGreaterThan(10)
                .allMatch(uid -> uid.equals("${datasource}") || uid.equals("-- Grafana --"));
        assertThat(Dashboard.stream(board.json().at("/templating/list"))
                        .map(variable -> variable.get("name").asText()))
                .startsWith("datasource", "job", "database");
    }

    /** A range would go on showing the last value known, hours after the monitor died. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void a_single_value_or_a_table_is_of_now(Dashboard board) {
        assertThat(board.panels()).allSatisfy(panel -> {
            boolean now = Set.of("stat", "table").contains(panel.get("type").asText());
            assertThat(panel.get("targets")).allSatisfy(target -> {
                assertThat(target.get("instant").asBoolean())
                        .as(panel.get("title").asText())
                        .isEqualTo(now);
                assertThat(target.get("range").asBoolean())
                        .as(panel.get("title").asText())
                        .isEqualTo(!now);
            });
        });
    }

    @Test
    void the_source_that_the_pages_choose_first_is_the_one_that_is_provisioned() {
        JsonNode source = Project.yaml("deploy/grafana/provisioning/datasources/prometheus.yml")
                .at("/datasources/0");

        assertThat(source.get("type").asText()).isEqualTo("prometheus");
        assertThat(source.at("/jsonData/timeInterval").asText())
                .isEqualTo(Project.yaml("deploy/prometheus/prometheus.yml")
                        .at("/global/scrape_interval")
                        .asText());
        assertThat(dashboards()).allSatisfy(board -> assertThat(
                        board.json().at("/templating/list/0/current/value").asText())
                .isEqualTo(source.get("uid").asText()));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void every_limit_that_is_drawn_has_a_colour_and_begins_at_the_least_value(Dashboard board) {
        assertThat(board.panels()).allSatisfy(panel -> {
            JsonNode steps = panel.at("/fieldConfig/defaults/thresholds/steps");
            assertThat(steps.size()).isPositive();
            assertThat(steps.get(0).get("value").isNull()).isTrue();
            assertThat(Dashboard.stream(steps).map(step -> step.get("color").asText()))
                    .allMatch(colour -> !colour.isBlank());
        });
    }
}
