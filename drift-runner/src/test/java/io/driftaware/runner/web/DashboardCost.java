package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.FixedClock;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the dashboard and the metrics cost with 90 days of hourly history, 50 segments and 10,000 tenants. No part of the build:
 * {@code dev/dashboard-cost} runs it, and keeps what it finds in docs/dashboard-cost.md.
 */
class DashboardCost {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int HOURS = 90 * 24;
    private static final int SEGMENTS = 50;
    private static final int TENANTS = 10_000;
    private static final int LOADS = 12;
    private static final int SCRAPES = 50;

    private final Random random = new Random(5);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final StringBuilder report = new StringBuilder();

    @Test
    void first_view_and_scrape() throws Exception {
        MonitorServer.limitSlowClients();
        TopicTraffic traffic = new TopicTraffic(db, 23, 3);
        int rows = HOURS * SEGMENTS;
        traffic.log(
                rows,
                NOW.minus(HOUR.multipliedBy(HOURS)),
                HOUR.multipliedBy(HOURS),
                i -> i > rows * 0.97 && i % 4 == 0 ? 20 + i % 3 : random.nextInt(20),
                i -> random.nextDouble() < (i > rows * 0.97 ? 0.1 : 0.02),
                i -> random.nextDouble() < 0.8 ? 1.0 : 0.0,
                i -> "segment-" + i % SEGMENTS);
        traffic.log(
                TENANTS,
                NOW.minus(HOUR.multipliedBy(24)),
                HOUR.multipliedBy(24),
                i -> random.nextInt(20),
                i -> false,
                i -> null,
                i -> "tenant-" + i);
        db.execute(
                "UPDATE interaction_log SET retrieval_hits = 5, retrieval_top_score = 0.6 + 0.3 * ((id * 7919) % 1000)"
                        + " / 1000.0");
        CollectorRegistry registry = new CollectorRegistry();
        MonitorConfig config =
                MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).build();
        FixedClock clock = new FixedClock(NOW);
        try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
                .config(config)
                .registry(registry)
                .clock(clock)
                .build()) {
            monitor.checkOnce();
            hourlyEvidence();
            db.execute("VACUUM ANALYZE");
            Views views = new Views(db.dataSource(), config, monitor::health, clock);
            try (MonitorServer server =
                    MonitorServer.start("127.0.0.1", 0, registry, monitor::health, new Dashboard(views, List.of()))) {
                String url = "http://localhost:" + server.port();
                line("# What the dashboard costs\n");
                line(
                        "Written by `dev/dashboard-cost`: %,d interactions with as many embeddings of %d dimensions in %d segments,",
                        rows, TopicTraffic.DIMENSION, SEGMENTS);
                line(
                        "hourly over 90 days, %,d profiles, %,d steps of evidence, and %,d interactions of as many tenants; %s.\n",
                        db.count("SELECT count(*) FROM drift_profiles"),
                        db.count("SELECT count(*) FROM drift_evidence"),
                        TENANTS,
                        machine());
                api(url);
                scrapes(url);
                page(url);
            }
        }
        System.out.println(report);
        String file = System.getProperty("drift.dashboard.report", "");
        if (!file.isEmpty()) {
            Files.writeString(Path.of(file), report);
        }
    }

    /** As hourly checks would have left it. */
    private static void hourlyEvidence() {
        db.execute(
                """
                INSERT INTO drift_evidence (stream, hypothesis, checked_at, baseline_id, log_r, log_e, log_alarm, alarm, deltas)
                SELECT last.stream, last.hypothesis, last.checked_at - make_interval(hours => hour), last.baseline_id,
                       (SELECT array_agg(least(3, greatest(-40, 3 * sin(hour / 9.0 + place)))::float8)
                        FROM generate_subscripts(last.log_r, 1) AS place),
                       0, last.log_alarm, false, last.deltas
                FROM drift_evidence last CROSS JOIN generate_series(1, %d) AS hour
                """
                        .formatted(HOURS - 1));
    }

    private static String machine() {
        return Runtime.getRuntime().availableProcessors() + " processors, Java "
                + Runtime.version().feature();
    }

    private void line(String format, Object... values) {
        report.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private void page(String url) throws Exception {
        List<Double> paints = new ArrayList<>();
        List<Double> shown = new ArrayList<>();
        long bytes = 0;
        for (int load = 0; load < LOADS; load++) {
            // A browser each, so that nothing is cached.
            try (Browser browser = Browser.open(1_280, 1_000, false)) {
                browser.go(url + "/#" + (load % 2 == 0 ? "query_embeddings" : "refusals"));
                browser.await("performance.getEntriesByName('ready').length");
                JsonNode found = browser.run(
                        """
                        const all = [performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')];
                        return [performance.getEntriesByName('first-contentful-paint')[0].startTime,
                                performance.getEntriesByName('ready')[0].startTime,
                                all.map((one) => one.transferSize).reduce((a, b) => a + b, 0)];
                        """);
                paints.add(found.get(0).asDouble());
                shown.add(found.get(1).asDouble());
                bytes = Math.max(bytes, found.get(2).asLong());
            }
        }
        line("| first view, %d loads with an empty cache | median | slowest |", LOADS);
        line("|---|---|---|");
        line("| first paint, ms | %.0f | %.0f |", median(paints), Collections.max(paints));
        line("| everything shown, ms | %.0f | %.0f |", median(shown), Collections.max(shown));
        line("| over the wire, kB | | %.0f |\n", bytes / 1e3);
        assertThat(Collections.max(paints)).as("first paint").isLessThan(1_000);
        assertThat(bytes).as("bytes").isLessThan(300_000);
    }

    private void api(String url) throws Exception {
        line("| answer of the API, median of 5, not shared | ms | kB, compressed |");
        line("|---|---|---|");
        String ninety = "from=" + NOW.minus(Duration.ofDays(90));
        for (String path : List.of(
                "overview",
                "streams/query_embeddings/series?" + ninety,
                "streams/refusals/series?" + ninety,
                "streams/feedback/series?" + ninety,
                "streams/coverage/series?" + ninety,
                "streams/query_embeddings/picture",
                "streams/refusals/segments",
                "streams/refusals/examples",
                "coverage",
                "episodes",
                "baselines")) {
            List<Double> millis = new ArrayList<>();
            long bytes = 0;
            for (int i = 0; i < 5; i++) {
                long start = System.nanoTime();
                HttpResponse<byte[]> response =
                        get(url + "/api/v1/" + path + (path.contains("?") ? "&" : "?") + "n=" + i, "gzip");
                millis.add((System.nanoTime() - start) / 1e6);
                bytes = response.body().length;
            }
            line("| `%s` | %.0f | %.1f |", path.replaceAll("\\?.*", ", 90 days"), median(millis), bytes / 1e3);
        }
        line("");
    }

    private void scrapes(String url) throws Exception {
        List<Double> millis = new ArrayList<>();
        byte[] body = {};
        for (int i = 0; i < SCRAPES; i++) {
            long start = System.nanoTime();
            body = get(url + "/metrics", "identity").body();
            millis.add((System.nanoTime() - start) / 1e6);
        }
        long series = new String(body, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .count();
        line("| `/metrics`, %d scrapes after %,d tenants | median | slowest |", SCRAPES, TENANTS);
        line("|---|---|---|");
        line("| ms | %.1f | %.1f |", median(millis), Collections.max(millis));
        line("| kB | | %.1f |", body.length / 1e3);
        line("| series | | %d |\n", series);
        assertThat(Collections.max(millis.subList(1, millis.size())))
                .as("scrape")
                .isLessThan(50);
        assertThat(new String(body, StandardCharsets.UTF_8)).doesNotContain("tenant-");
    }

    private HttpResponse<byte[]> get(String url, String encoding) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Accept-Encoding", encoding)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).as(url).isEqualTo(200);
        return response;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
