package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.deploy.monitoring.PrometheusRules.Recording;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A metric that is exported and that nobody is shown is either forgotten or superfluous. */
class MetricsSeenTest {
    /** What no dashboard shows and no alert reads, each with the reason; none at present. */
    private static final Map<String, String> NOT_SHOWN = Map.of();

    @Test
    void every_metric_and_recorded_series_is_on_a_dashboard_or_in_an_alert_or_it_is_said_why_not() {
        Set<String> seen = seen(Stream.concat(
                Dashboard.all().stream()
                        .flatMap(board -> Stream.concat(board.queries().stream(), board.annotations().stream()))
                        .flatMap(query -> PromQlNames.metrics(query.expression()).stream()),
                PrometheusRules.read().alerts().stream()
                        .flatMap(alert -> PromQlNames.metrics(alert.expression()).stream())));
        Set<String> unseen = new TreeSet<>(ExportedMetrics.all().keySet());
        PrometheusRules.read().recordings().forEach(recording -> unseen.add(recording.series()));
        assertThat(unseen).hasSizeGreaterThan(50);
        unseen.removeAll(seen);

        assertThat(unseen)
                .as("give it a panel in deploy/grafana/dashboards or an alert, or say here why it has neither")
                .isEqualTo(new TreeSet<>(NOT_SHOWN.keySet()));
        assertThat(NOT_SHOWN.values()).allSatisfy(reason -> assertThat(reason).isNotBlank());
    }

    /** A recorded series that is made and read by nobody shows nothing. */
    @Test
    void a_series_makes_its_metric_seen_only_if_it_is_seen_itself() {
        assertThat(seen(Stream.of("drift:verdict"))).contains("drift:state", "drift_state");
        assertThat(seen(Stream.of("drift:p_value"))).contains("drift_p_value").doesNotContain("drift_state");
        assertThat(seen(Stream.of())).isEmpty();
    }

    /** These, and what they are recorded from. */
    private static Set<String> seen(Stream<String> names) {
        Set<String> seen = new TreeSet<>();
        names.forEach(seen::add);
        int before = -1;
        while (before < seen.size()) {
            before = seen.size();
            for (Recording recording : PrometheusRules.read().recordings()) {
                if (seen.contains(recording.series())) {
                    seen.addAll(PromQlNames.metrics(recording.expression()));
                }
            }
        }
        return seen;
    }
}
