package io.driftaware.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Project;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of deploy/prometheus/rules.
 *
 * @param alerts in the order of the file
 * @param recordings in the order of the file
 */
record PrometheusRules(List<Alert> alerts, List<Recording> recordings) {

    /** One alert; what it does not have is empty. */
    record Alert(
            String name, String expression, String severity, String summary, String description, String runbookUrl) {}

    /** One series that Prometheus computes. */
    record Recording(String series, String expression) {
        /** The exported metric that it is made of; empty if it is made of other series. */
        Optional<ExportedMetric> source(Map<String, ExportedMetric> exported) {
            return PromQlNames.metrics(expression).stream()
                    .filter(exported::containsKey)
                    .map(exported::get)
                    .findFirst();
        }
    }

    static PrometheusRules read() {
        List<Alert> alerts = new ArrayList<>();
        List<Recording> recordings = new ArrayList<>();
        for (String file : List.of("drift-recording.yml", "drift-alerts.yml")) {
            for (JsonNode group :
                    Project.yaml("deploy/prometheus/rules/" + file).get("groups")) {
                for (JsonNode rule : group.get("rules")) {
                    if (rule.has("record")) {
                        recordings.add(new Recording(
                                rule.get("record").asText(), rule.get("expr").asText()));
                    } else {
                        alerts.add(new Alert(
                                rule.get("alert").asText(),
                                rule.get("expr").asText(),
                                rule.at("/labels/severity").asText(),
                                rule.at("/annotations/summary").asText(),
                                rule.at("/annotations/description").asText(),
                                rule.at("/annotations/runbook_url").asText()));
                    }
                }
            }
        }
        return new PrometheusRules(alerts, recordings);
    }
}
