package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.SchemaSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Weeks of the demo's traffic, checked as they go by. The property {@code drift.demo.step} sets how often, PT6H unless given;
 * PT15M is what the monitor does.
 */
class QuietMonthTest {
    private static final Duration STEP = Duration.parse(System.getProperty("drift.demo.step", "PT6H"));
    private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    private static final Instant LEARNED = START.plus(Duration.ofDays(7));
    private static final Instant MONTH_LATER = LEARNED.plus(Duration.ofDays(30));

    /** More than the rating that follows an exchange takes. */
    private static final Duration LOGGING_TAKES = Duration.ofMinutes(5);

    @TempDir
    static Path folder;

    private Instant now = START;

    @Test
    void thirty_days_without_drift_stay_silent_and_the_week_after_them_with_new_topics_does_not() throws Exception {
        Corpus corpus = Corpus.load();
        Traffic traffic = new Traffic(corpus, 11);
        List<Exchange> quiet = new ArrayList<>(traffic.baseline(1_400, START, LEARNED));
        quiet.addAll(traffic.recent(3_000, LEARNED, MONTH_LATER, Scenario.BASELINE));
        List<Exchange> drifted = traffic.recent(700, MONTH_LATER, MONTH_LATER.plus(Duration.ofDays(7)), Scenario.DRIFT);

        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            DemoDatabase database = new DemoDatabase(postgres.start(true), Scenario.BASELINE);
            database.create();
            SchemaSetup.run(database.dataSource(), QueryEmbedder.DIMENSION, false);
            MonitorConfig config = MonitorConfig.builder()
                    .embeddingDim(QueryEmbedder.DIMENSION)
                    .build();
            try (DriftMonitor monitor = DriftMonitor.builder(database.dataSource())
                            .config(config)
                            .clock(() -> now)
                            .build();
                    TrafficLog log = new TrafficLog(database.dataSource(), vectors(quiet, drifted), written -> {})) {
                List<CheckReport> month = live(quiet, MONTH_LATER, log, monitor);
                assertThat(month)
                        .as("checks with drift in a month without")
                        .noneMatch(report -> report.verdict() == Verdict.DRIFT);
                assertThat(month.get(month.size() - 1).verdict()).isEqualTo(Verdict.OK);

                List<CheckReport> week = live(drifted, MONTH_LATER.plus(Duration.ofDays(7)), log, monitor);
                assertThat(week).anyMatch(report -> report.verdict() == Verdict.DRIFT);
            }
        }
    }

    private List<CheckReport> live(List<Exchange> exchanges, Instant end, TrafficLog log, DriftMonitor monitor)
            throws Exception {
        List<CheckReport> reports = new ArrayList<>();
        int logged = 0;
        while (now.isBefore(end)) {
            now = now.plus(STEP);
            int from = logged;
            while (logged < exchanges.size() && exchanges.get(logged).at().isBefore(now.minus(LOGGING_TAKES))) {
                logged++;
            }
            log.exchanges(exchanges.subList(from, logged));
            log.finish();
            reports.add(monitor.checkOnce());
        }
        return reports;
    }

    private static Map<String, float[]> vectors(List<Exchange> quiet, List<Exchange> drifted) {
        try (QueryEmbedder embedder = new QueryEmbedder(folder.resolve("native"))) {
            return embedder.embed(
                    Stream.concat(quiet.stream(), drifted.stream())
                            .map(Exchange::query)
                            .distinct()
                            .toList(),
                    done -> {});
        }
    }
}
