package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Eventually;
import io.driftaware.deploy.FreePort;
import io.driftaware.deploy.Program;
import io.driftaware.deploy.monitoring.PrometheusServer.Series;
import io.driftaware.logging.DriftLogger;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What /metrics says while everything drifts, as Prometheus' own parsers read it. */
final class ExpositionIT {
    @RegisterExtension
    static final TestDatabase database = TestDatabase.withSchema(Scene.DIMENSION);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static final int MONITOR_PORT = FreePort.find();
    private static final int APP_PORT = FreePort.find();

    private static Program monitor;
    private static ShopApp shop;

    @BeforeAll
    static void drift() throws Exception {
        Scene scene = new Scene(folder, database);
        scene.traffic("drift");
        monitor = scene.monitor(MONITOR_PORT);
        shop = ShopApp.start(
                APP_PORT,
                DriftLogger.builder(database.dataSource())
                        .embeddingModel("shop", Scene.DIMENSION)
                        .build());
        // The second answer holds what the first check did to the database.
        Eventually.holds(() -> assertThat(metrics(MONITOR_PORT)).contains("retrain_events_total{"));
        // The evidence of novelty begins with the rows that come after the baseline was learned.
        database.execute(
                """
                INSERT INTO embeddings_log ("timestamp", type, embedding, embedding_model, embedding_dim)
                SELECT "timestamp", type, embedding, embedding_model, embedding_dim
                FROM embeddings_log
                WHERE type = 'query'
                ORDER BY "timestamp" DESC
                LIMIT 20
                """);
        Eventually.holds(() -> assertThat(metrics(MONITOR_PORT)).contains("hypothesis=\"novelty\""));
    }

    @AfterAll
    static void stop() {
        if (shop != null) {
            shop.close();
        }
        if (monitor != null) {
            monitor.close();
        }
    }

    private static String metrics(int port) throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError("no answer:\n" + monitor.output(), e);
        }
    }

    @Test
    void prometheus_reads_the_same_in_both_formats() throws Exception {
        try (Forwarder toMonitor = Forwarder.to(MONITOR_PORT);
                Forwarder toApp = Forwarder.to(APP_PORT);
                PrometheusServer prometheus = PrometheusServer.start(folder, bothFormats(toMonitor, toApp))) {
            Eventually.holds(() -> assertThat(prometheus.query("up == 1")).hasSize(4));

            for (Forwarder target : List.of(toMonitor, toApp)) {
                assertThat(target.contentType(Forwarder.AS_ASKED)).startsWith("application/openmetrics-text");
                assertThat(target.contentType(Forwarder.TEXT)).startsWith("text/plain; version=0.0.4");
                assertThat(types(prometheus, "text", target))
                        .containsEntry(target == toApp ? "drift_logger_events" : "drift_detection_runs", "counter")
                        .isEqualTo(types(prometheus, "openmetrics", target));
            }
            String drift = "{__name__=~\"drift_.+|.+_(score|rate|accuracy|events_total)\",job=\"%s\"}";
            Eventually.holds(() -> assertThat(values(prometheus, drift.formatted("text")))
                    .hasSizeGreaterThan(100)
                    .isEqualTo(values(prometheus, drift.formatted("openmetrics"))));
        }
    }

    private static String bothFormats(Forwarder... targets) {
        String addresses = String.join("', '", List.of(targets[0].address(), targets[1].address()));
        return """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - {job_name: openmetrics, metrics_path: %s, static_configs: [{targets: ['%s']}]}
                  - {job_name: text, metrics_path: %s, static_configs: [{targets: ['%s']}]}
                """
                .formatted(Forwarder.AS_ASKED, addresses, Forwarder.TEXT, addresses);
    }

    /** Type by metric; the formats differ in whether a counter's name ends in _total, and the client's own in jvm_info. */
    private static Map<String, String> types(PrometheusServer prometheus, String job, Forwarder target) {
        Map<String, String> types = new TreeMap<>();
        for (JsonNode metric : prometheus.api("targets/metadata")) {
            if (metric.at("/target/job").asText().equals(job)
                    && metric.at("/target/instance").asText().equals(target.address())) {
                String name = metric.get("metric").asText();
                if (!name.startsWith("jvm")) {
                    types.put(
                            name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name,
                            metric.get("type").asText());
                }
            }
        }
        return types;
    }

    private static Map<Map<String, String>, Double> values(PrometheusServer prometheus, String selector) {
        Map<Map<String, String>, Double> values = new HashMap<>();
        for (Series series : prometheus.query(selector)) {
            Map<String, String> labels = new TreeMap<>(series.labels());
            labels.remove("job");
            values.put(labels, series.values().get(0));
        }
        return values;
    }

    /** docs/metrics.md is made from these descriptions. */
    @Test
    void the_programs_answer_nothing_that_is_not_described() throws Exception {
        assertThat(exposed(MONITOR_PORT))
                .contains("drift_state", "retrain_events_total")
                .isSubsetOf(ExportedMetrics.ofTheMonitor().keySet());
        assertThat(exposed(APP_PORT))
                .containsExactlyInAnyOrderElementsOf(ExportedMetrics.ofTheSdk().keySet());
    }

    @Test
    void the_tests_and_hypotheses_of_a_check_are_the_described_ones() throws Exception {
        Map<String, ExportedMetric> described = ExportedMetrics.ofTheMonitor();

        assertThat(valuesOf("test", "drift_p_value"))
                .isEqualTo(described.get("drift_p_value").labels().get("test"));
        assertThat(valuesOf("hypothesis", "drift_evidence_ratio"))
                .isEqualTo(described.get("drift_evidence_ratio").labels().get("hypothesis"));
    }

    private static Set<String> valuesOf(String label, String metric) throws InterruptedException {
        return Pattern.compile("(?m)^" + metric + "\\{[^}]*\\b" + label + "=\"([^\"]+)\"")
                .matcher(metrics(MONITOR_PORT))
                .results()
                .map(sample -> sample.group(1))
                .collect(Collectors.toSet());
    }

    private static List<String> exposed(int port) throws InterruptedException {
        return metrics(port)
                .lines()
                .filter(line -> line.matches("# TYPE (?!jvm_|process_).*"))
                .map(line -> line.split(" ")[2])
                .toList();
    }
}
