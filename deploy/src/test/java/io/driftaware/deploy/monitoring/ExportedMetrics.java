package io.driftaware.deploy.monitoring;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Verdict;
import io.driftaware.deploy.Project;
import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.DriftLoggerMetrics;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.EvidenceReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.metrics.MonitorMetrics;
import io.driftaware.runner.store.DispatchCounts;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.WatchedStream;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Every metric of the monitor and of the SDK, as their collectors describe them. A description names no labels: these
 * come from the samples of collectors that were given a report in which everything occurs. No database is reached.
 */
final class ExportedMetrics {
    private static final Pattern ACTION_STATES =
            Pattern.compile("state\\s+text NOT NULL DEFAULT 'PROPOSED' CHECK \\(state IN \\(([^)]*)\\)");
    private static final Pattern QUOTED = Pattern.compile("'([A-Z_]+)'");
    private static final Instant AT = Instant.EPOCH;

    /** The tests of {@link WindowVerdict}; {@link ExpositionIT} holds them against a real check. */
    private static final List<String> TESTS = List.of(
            "novelty_95",
            "novelty_98",
            "novelty_rank_sum",
            "novelty_tail",
            "mean_embedding",
            "clusters",
            "topic_growth");

    private ExportedMetrics() {}

    /** By name, in the order of the code. */
    static Map<String, ExportedMetric> all() {
        Map<String, ExportedMetric> all = new LinkedHashMap<>(ofTheMonitor());
        all.putAll(ofTheSdk());
        return all;
    }

    static Map<String, ExportedMetric> ofTheMonitor() {
        List<MonitorMetrics> registered = new ArrayList<>();
        CollectorRegistry registry = new CollectorRegistry() {
            @Override
            public void register(Collector collector) {
                registered.add((MonitorMetrics) collector);
            }
        };
        MonitorConfig config = MonitorConfig.builder()
                .actions(List.of("log", "webhook"))
                .webhookUrl(URI.create("http://localhost/"))
                .build();
        // Never started, so that there is nothing to close.
        DriftMonitor.builder(new PGSimpleDataSource())
                .config(config)
                .registry(registry)
                .build();
        MonitorMetrics metrics = registered.get(0);
        metrics.read(1, Optional.of(Duration.ZERO));
        metrics.led(reportWithEverything(), countsOfEverything());
        metrics.reindexing(2, 1);
        return read(metrics);
    }

    static Map<String, ExportedMetric> ofTheSdk() {
        try (DriftLogger logger = DriftLogger.builder(new PGSimpleDataSource()).build()) {
            return read(new DriftLoggerMetrics(logger));
        }
    }

    private static CheckReport reportWithEverything() {
        Finding compared = new Finding.Compared("detector", 1, 1, true, 1, 1, everyDetail());
        Finding missing = new Finding.Insufficient("detector", "too little", 1, 1, 2);
        List<StreamReport> streams = new ArrayList<>();
        List<EpisodeReport> episodes = new ArrayList<>();
        for (WatchedStream stream : WatchedStream.values()) {
            String name = stream.label();
            streams.add(new StreamReport(
                    name,
                    Verdict.DRIFT,
                    1,
                    1,
                    1,
                    List.of(compared, missing),
                    "everything",
                    AT,
                    "a model",
                    Hypothesis.of(stream).stream()
                            .map(hypothesis -> new EvidenceReport(hypothesis.label(), 1, 1))
                            .toList(),
                    null,
                    new BaselineReport(1, AT, AT, 1),
                    AT));
            episodes.add(new EpisodeReport(1, name, AT, 1, 1, 1, null));
        }
        return new CheckReport(
                AT, Verdict.DRIFT, new ClassicMetrics(1.0, 1.0, 1.0, 1.0, 1.0, 1.0), streams, episodes, Duration.ZERO);
    }

    private static SortedMap<String, Double> everyDetail() {
        SortedMap<String, Double> details = new TreeMap<>();
        TESTS.forEach(test -> details.put("p_" + test, 0.5));
        for (String detail : List.of(
                WindowVerdict.P_VALUE,
                WindowVerdict.NOVELTY_RATE,
                WindowVerdict.MINIMUM_DETECTABLE_SHARE,
                CentroidShift.NOISE_FLOOR)) {
            details.put(detail, 0.5);
        }
        return details;
    }

    private static DispatchCounts countsOfEverything() {
        Matcher states = ACTION_STATES.matcher(Project.text("setup_database.sql"));
        if (!states.find()) {
            throw new IllegalStateException("setup_database.sql no longer lists the states of drift_actions as before");
        }
        List<DispatchCounts.Rows> rows = QUOTED.matcher(states.group(1))
                .results()
                .map((MatchResult state) -> new DispatchCounts.Rows("log", state.group(1), null, null, 1))
                .toList();
        return new DispatchCounts(1, new TreeMap<>(Map.of("accuracy_drop", 1L)), rows, false);
    }

    private static <C extends Collector & Collector.Describable> Map<String, ExportedMetric> read(C collector) {
        Map<String, MetricFamilySamples> collected =
                collector.collect().stream().collect(Collectors.toMap(family -> family.name, Function.identity()));
        Map<String, ExportedMetric> metrics = new LinkedHashMap<>();
        for (MetricFamilySamples described : collector.describe()) {
            MetricFamilySamples family = collected.get(described.name);
            if (family == null || family.samples.isEmpty()) {
                throw new IllegalStateException(
                        described.name + " has no sample: let ExportedMetrics report something that makes one");
            }
            Map<String, SortedSet<String>> labels = new LinkedHashMap<>();
            for (MetricFamilySamples.Sample sample : family.samples) {
                for (int i = 0; i < sample.labelNames.size(); i++) {
                    labels.computeIfAbsent(sample.labelNames.get(i), name -> new TreeSet<>())
                            .add(sample.labelValues.get(i));
                }
            }
            String name = family.samples.get(0).name;
            metrics.put(name, new ExportedMetric(name, described.type, described.help, labels));
        }
        return metrics;
    }
}
