package io.driftaware.deploy.monitoring;

import io.driftaware.deploy.monitoring.PrometheusRules.Recording;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes docs/metrics.md from the collectors and the recording rules. */
final class MetricsPage {
    private static final String OF_ITS_STREAM =
            "share of drifted rows 0 to 1, provisionally cosine distance 0 to 2 (embeddings); share 0 to 1, or its rise"
                    + " (refusals, toxicity); points 0 to 1 (feedback)";

    /** What a name's ending does not tell. */
    static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("embedding_drift_score", "cosine distance, 0 to 2"),
            Map.entry("embedding_variance_score", "ratio, from 0"),
            Map.entry("refusal_rate", "share, 0 to 1"),
            Map.entry("toxicity_rate", "share, 0 to 1"),
            Map.entry("recent_accuracy", "score, 0 to 1"),
            Map.entry("baseline_accuracy", "score, 0 to 1"),
            Map.entry("retrain_events_total", "decisions"),
            Map.entry("reindex_events_total", "decisions"),
            Map.entry("drift_detection_runs_total", "checks"),
            Map.entry("drift_detection_errors_total", "checks or streams"),
            Map.entry("drift_monitor_info", "always 1"),
            Map.entry("drift_state", "0 or 1"),
            Map.entry("drift_samples", "rows"),
            Map.entry("drift_score", OF_ITS_STREAM),
            Map.entry("drift_threshold", "as `drift_score`"),
            Map.entry("drift_evidence_ratio", "ratio, from 0"),
            Map.entry("drift_p_value", "probability, 0 to 1"),
            Map.entry("drift_novelty_rate", "share, 0 to 1"),
            Map.entry("drift_minimum_detectable", "as `drift_score`"),
            Map.entry("drift_rows_read_total", "rows"),
            Map.entry("drift_noise_floor", "cosine distance, 0 to 1"),
            Map.entry("drift_episode_active", "0 or 1"),
            Map.entry("drift_samples_needed", "rows"),
            Map.entry("drift_stream_failed", "0 or 1"),
            Map.entry("drift_rows_rejected", "rows"),
            Map.entry("drift_outbox_actions", "actions"),
            Map.entry("drift_suppressed_actions", "actions"),
            Map.entry("drift_action_outcomes", "actions"),
            Map.entry("drift_actions_paused", "0 or 1"),
            Map.entry("drift_reindex_documents", "documents"),
            Map.entry("drift_actions_total", "attempts"),
            Map.entry("drift_leader", "0 or 1"),
            Map.entry("drift_logger_content_withheld_total", "events"),
            Map.entry("drift_logger_dropped_total", "events"),
            Map.entry("drift_logger_rejected_total", "events"),
            Map.entry("drift_logger_write_failing", "0 or 1"),
            Map.entry("drift_logger_circuit", "0 or 1"));

    /** Labels whose values are not fixed. */
    private static final Map<String, String> OPEN_LABELS = Map.of(
            "action",
                    "the action's name: `log`, `webhook`, `command`, `notify`, `github`, `reindex`, `retrain`, or one of your own",
            "reason of retrain_events_total",
                    "`high_refusal_rate`, `high_toxicity_rate`, `accuracy_drop`; several are joined by ` & `",
            "version", "of the program",
            "embedding_dim", "`EMBEDDING_DIM`",
            "check_interval", "`CHECK_INTERVAL_SECONDS`",
            "cosine_threshold", "`EMBEDDING_COSINE_THRESHOLD`",
            "refusal_threshold", "`REFUSAL_RATE_THRESHOLD`",
            "toxicity_threshold", "`TOXICITY_RATE_THRESHOLD`",
            "accuracy_drop_threshold", "`ACCURACY_DROP_POINTS`");

    /** What is to be said of a recorded series that is more than a metric at the newest check. */
    private record Said(String labels, String unit, String meaning) {}

    private static final Map<String, Said> SPECIAL_SERIES = Map.of(
            "drift:monitor:up",
            new Said("", "0 or 1", "`up` of the scrape job `drift-monitor`: 1 while the monitor can be scraped"),
            "drift:newest_report:timestamp_seconds",
            new Said("", "Unix time in seconds", "Time of the newest check, of the monitor that made it"),
            "drift:last_success_timestamp_seconds",
            new Said(
                    "",
                    "Unix time in seconds",
                    "Time of the newest check; remembered for a day, also while no monitor answers"),
            "drift:check_interval_seconds",
            new Said(
                    "", "seconds", "`drift_check_interval_seconds`, remembered for a day; the longest of all monitors"),
            "drift:verdict",
            new Said(
                    "`stream`",
                    "number",
                    "The verdict as a number: 0 insufficient, 1 learning, 2 stale, 3 ok, 4 warn, 5 drift"),
            "drift:score:ratio",
            new Said(
                    "`stream`",
                    "ratio",
                    "`drift:score` over `drift:threshold`: 1 is the limit; absent for a limit of 0"),
            "drift:evidence:ratio",
            new Said(
                    "`stream`",
                    "ratio, from 0",
                    "The largest `drift:evidence_ratio` of the stream: 1 is an alarm, 0.5 a warning; absent while it cannot"
                            + " be judged"));

    private MetricsPage() {}

    static String render() {
        Map<String, ExportedMetric> monitor = ExportedMetrics.ofTheMonitor();
        Map<String, ExportedMetric> sdk = ExportedMetrics.ofTheSdk();
        StringBuilder page = new StringBuilder(
                """
                # Metrics

                <!-- Generated from MonitorMetrics.java, DriftLoggerMetrics.java and drift-recording.yml; do not edit. Regenerate:
                mvn -pl deploy -am test -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Ddrift.docs.write=true
                -->

                What the alerts on them mean: [runbooks.md](runbooks.md).

                ## The monitor

                On `/metrics` of the runner, or in the registry that an embedded monitor is given. They are those of the last
                check, computed at each scrape. **What that check does not know is absent, never 0**: a rate without rows, the
                score of a stream with too little data, everything but `drift_detection_*`, `drift_actions_total`,
                `drift_check_interval_seconds`, `drift_monitor_info` and `reindex_events_total` before the first check. A monitor
                that follows another shows `drift_leader` 0 and nothing else of these, so that nothing is counted twice. The
                runner adds the `jvm_*` and `process_*` metrics of the Prometheus client. Names without `drift_` are those of
                the Python original.

                """);
        table(page, monitor.values());
        page.append(
                """

                ## The SDK

                In the registry that `new DriftLoggerMetrics(logger).register(registry)` is given. At every moment
                accepted = written + dropped + pending; rejected events were never accepted. They count from the start of the
                process.

                """);
        table(page, sdk.values());
        page.append(
                """

                ## Labels

                | label | of | values |
                |---|---|---|
                """);
        labels(page, monitor.values());
        labels(page, sdk.values());
        page.append(
                """

                ## Recorded series

                Computed in Prometheus by `deploy/prometheus/rules/drift-recording.yml`. However many monitors watch a database,
                each series is there once for it, from the newest check. It has the labels of its metric and those of the target
                (`job`, `database`, `namespace`, ...) but `instance`, `pod`, `container`, `endpoint` and `node`; only
                `drift:monitor:up` and `drift:newest_report:timestamp_seconds` keep these. Dashboards and alerts read these
                series rather than the metrics.

                | series | labels | unit | meaning |
                |---|---|---|---|
                """);
        for (Recording recording : PrometheusRules.read().recordings()) {
            page.append(row(recording, monitor));
        }
        return page.toString();
    }

    private static void table(StringBuilder page, Collection<ExportedMetric> metrics) {
        page.append("| name | type | labels | unit | meaning |\n|---|---|---|---|---|\n");
        for (ExportedMetric metric : metrics) {
            page.append("| `%s` | %s | %s | %s | %s |\n"
                    .formatted(
                            metric.name(),
                            metric.type().name().toLowerCase(Locale.ROOT),
                            names(metric.labels().keySet()),
                            unit(metric.name()),
                            metric.help()));
        }
    }

    /** One row for each label and set of values, with the metrics that share it. */
    private static void labels(StringBuilder page, Collection<ExportedMetric> metrics) {
        Map<List<String>, String> metricsByLabel = new LinkedHashMap<>();
        for (ExportedMetric metric : metrics) {
            metric.labels().forEach((label, seen) -> {
                String values = Optional.ofNullable(OPEN_LABELS.get(label))
                        .or(() -> Optional.ofNullable(OPEN_LABELS.get(label + " of " + metric.name())))
                        .orElseGet(() -> names(seen));
                metricsByLabel.merge(
                        List.of(label, values), "`" + metric.name() + "`", (one, other) -> one + ", " + other);
            });
        }
        metricsByLabel.forEach(
                (label, names) -> page.append("| `%s` | %s | %s |\n".formatted(label.get(0), names, label.get(1))));
    }

    private static String row(Recording recording, Map<String, ExportedMetric> monitor) {
        Said said = Optional.ofNullable(SPECIAL_SERIES.get(recording.series()))
                .or(() -> recording
                        .source(monitor)
                        .map(metric -> new Said(
                                names(metric.labels().keySet()),
                                unit(metric.name()),
                                "`" + metric.name() + "` at the newest check")))
                .orElseThrow(() -> new IllegalStateException(
                        recording.series() + " is made of other series: say in MetricsPage what it means"));
        return "| `%s` | %s | %s | %s |\n".formatted(recording.series(), said.labels(), said.unit(), said.meaning());
    }

    private static String names(Collection<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    }

    private static String unit(String metric) {
        String known = UNITS.get(metric);
        if (known != null) {
            return known;
        }
        if (metric.endsWith("_timestamp_seconds")) {
            return "Unix time in seconds";
        }
        for (String unit : List.of("seconds", "bytes", "events")) {
            if (metric.endsWith("_" + unit) || metric.endsWith("_" + unit + "_total")) {
                return unit;
            }
        }
        throw new IllegalStateException("the unit of " + metric + " is not known: add it to MetricsPage");
    }
}
