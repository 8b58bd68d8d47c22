package io.driftaware.runner.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.store.DispatchCounts;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitorMetricsTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.5Z");

    private static final DispatchCounts DISPATCHED = new DispatchCounts(
            1,
            new TreeMap<>(Map.of("accuracy_drop", 2L)),
            List.of(
                    new DispatchCounts.Rows("log", "SUCCEEDED", null, "VERIFIED", 3),
                    new DispatchCounts.Rows("renamed", "APPROVED", null, null, 1),
                    new DispatchCounts.Rows("log", "SUCCEEDED", null, "INEFFECTIVE", 2),
                    new DispatchCounts.Rows("webhook", "SUPPRESSED", "weekly cap", null, 4),
                    new DispatchCounts.Rows("webhook", "SUPPRESSED", "given up by hand", null, 1),
                    new DispatchCounts.Rows("webhook", "SUPPRESSED", "looked odd", null, 1),
                    new DispatchCounts.Rows("webhook", "TIMED_OUT", null, null, 1)),
            true);

    private final CollectorRegistry registry = new CollectorRegistry();
    private final MonitorMetrics metrics = new MonitorMetrics(
            Map.of("version", "0.1.0", "embedding_dim", "4"), Duration.ofMinutes(15), List.of("log", "webhook"));

    @BeforeEach
    void register() {
        registry.register(metrics);
    }

    private static CheckReport report() {
        Finding compared = new Finding.Compared(
                "centroid_shift",
                0.25,
                0.1,
                true,
                60,
                70,
                new TreeMap<>(Map.of("noise_floor", 0.03, "cosine_distance", 0.27)));
        Finding missing = new Finding.Insufficient("refusal_rate", "none", 3, 0, 50);
        return new CheckReport(
                AT,
                Verdict.DRIFT,
                new ClassicMetrics(0.27, 0.01, null, null, null, null),
                List.of(
                        new StreamReport(
                                "query_embeddings", Verdict.DRIFT, 60, 70, 2, List.of(compared), "far", AT, "m"),
                        new StreamReport(
                                "refusals", Verdict.INSUFFICIENT, 3, 0, 0, List.of(missing), "none", null, null),
                        new StreamReport("feedback", Verdict.INSUFFICIENT, 0, 0, 0, List.of(), "lost", null, null)),
                List.of(new EpisodeReport(7, "query_embeddings", AT, 0.25, 0.25, 0.1, null)),
                Duration.ofMillis(1500));
    }

    private Double value(String name, String... labelsAndValues) {
        String[] names = new String[labelsAndValues.length / 2];
        String[] values = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = labelsAndValues[2 * i];
            values[i] = labelsAndValues[2 * i + 1];
        }
        return registry.getSampleValue(name, names, values);
    }

    @Test
    void evidence_and_its_baseline_become_series() {
        Finding compared = new Finding.Compared(
                "embedding_window",
                0.03,
                0.01,
                true,
                300,
                2_000,
                new TreeMap<>(Map.of(
                        "p_value", 0.001,
                        "p_clusters", 0.2,
                        "novelty_rate", 0.09,
                        "minimum_detectable_share", 0.02)));
        StreamReport stream = new StreamReport(
                "query_embeddings",
                Verdict.WARN,
                300,
                2_000,
                0,
                List.of(compared),
                "half way",
                AT,
                "m",
                List.of(new CheckReport.EvidenceReport("novelty", 0.6, 13.5)),
                null,
                new CheckReport.BaselineReport(3, AT.minusSeconds(100), AT.minusSeconds(50), 2_000),
                AT.minusSeconds(25));
        metrics.read(17, Optional.of(Duration.ofSeconds(90)));
        metrics.led(
                new CheckReport(
                        AT,
                        Verdict.WARN,
                        new CheckReport.ClassicMetrics(null, null, null, null, null, null),
                        List.of(stream),
                        List.of(),
                        Duration.ZERO),
                DISPATCHED);

        assertThat(value("drift_evidence_ratio", "stream", "query_embeddings", "hypothesis", "novelty"))
                .isEqualTo(0.6);
        assertThat(value("drift_p_value", "stream", "query_embeddings", "test", "all"))
                .isEqualTo(0.001);
        assertThat(value("drift_p_value", "stream", "query_embeddings", "test", "clusters"))
                .isEqualTo(0.2);
        assertThat(value("drift_novelty_rate", "stream", "query_embeddings")).isEqualTo(0.09);
        assertThat(value("drift_minimum_detectable", "stream", "query_embeddings"))
                .isEqualTo(0.02);
        assertThat(value("drift_baseline_last_row_timestamp_seconds", "stream", "query_embeddings"))
                .isEqualTo(AT.minusSeconds(50).toEpochMilli() / 1e3);
        assertThat(value("drift_horizon_age_seconds")).isEqualTo(90.0);
        assertThat(value("drift_rows_read_total")).isEqualTo(17.0);
    }

    @Test
    void before_the_first_check_only_what_is_known_is_there() {
        assertThat(Collections.list(registry.metricFamilySamples()))
                .extracting(family -> family.name)
                .containsExactlyInAnyOrder(
                        "reindex_events",
                        "drift_detection_runs",
                        "drift_detection_errors",
                        "drift_monitor_info",
                        "drift_check_interval_seconds",
                        "drift_rows_read",
                        "drift_actions");
        assertThat(value("drift_check_interval_seconds")).isEqualTo(900.0);
        assertThat(value("drift_monitor_info", "embedding_dim", "4", "version", "0.1.0"))
                .isEqualTo(1.0);
    }

    @Test
    void a_re_index_shows_how_far_it_is_while_this_monitor_leads() {
        metrics.reindexing(70, 30);
        assertThat(value("drift_reindex_documents", "state", "done")).isEqualTo(70.0);
        assertThat(value("drift_reindex_documents", "state", "pending")).isEqualTo(30.0);

        metrics.followed();
        assertThat(value("drift_reindex_documents", "state", "done")).isNull();
    }

    @Test
    void a_report_becomes_series_and_what_it_lacks_is_absent() {
        metrics.runStarted();
        metrics.led(report(), DISPATCHED);
        metrics.attempted("log", "succeeded");

        assertThat(value("embedding_drift_score")).isEqualTo(0.27);
        assertThat(value("refusal_rate")).isNull();
        assertThat(value("recent_accuracy")).isNull();
        assertThat(value("drift_state", "stream", "query_embeddings", "state", "drift"))
                .isEqualTo(1.0);
        assertThat(value("drift_state", "stream", "query_embeddings", "state", "ok"))
                .isZero();
        assertThat(value("drift_state", "stream", "refusals", "state", "insufficient"))
                .isEqualTo(1.0);
        assertThat(value("drift_samples", "stream", "query_embeddings", "window", "baseline"))
                .isEqualTo(70.0);
        assertThat(value("drift_score", "stream", "query_embeddings")).isEqualTo(0.25);
        assertThat(value("drift_score", "stream", "refusals")).isNull();
        assertThat(value("drift_threshold", "stream", "query_embeddings")).isEqualTo(0.1);
        assertThat(value("drift_noise_floor", "stream", "query_embeddings")).isEqualTo(0.03);
        assertThat(value("drift_episode_active", "stream", "query_embeddings")).isEqualTo(1.0);
        assertThat(value("drift_episode_active", "stream", "refusals")).isZero();
        assertThat(value("drift_rows_rejected", "stream", "query_embeddings")).isEqualTo(2.0);
        assertThat(value("drift_last_row_timestamp_seconds", "stream", "query_embeddings"))
                .isEqualTo(AT.toEpochMilli() / 1000.0);
        assertThat(value("drift_last_row_timestamp_seconds", "stream", "refusals"))
                .isNull();
        assertThat(value("drift_last_success_timestamp_seconds")).isEqualTo(AT.toEpochMilli() / 1000.0);
        assertThat(value("drift_check_duration_seconds")).isEqualTo(1.5);
        assertThat(value("drift_leader")).isEqualTo(1.0);
        assertThat(value("drift_detection_runs_total")).isEqualTo(1.0);
        assertThat(value("reindex_events_total")).isEqualTo(1.0);
        assertThat(value("retrain_events_total", "reason", "accuracy_drop")).isEqualTo(2.0);
        assertThat(value("drift_actions_total", "action", "log", "state", "succeeded"))
                .isEqualTo(1.0);
    }

    @Test
    void a_stream_says_what_it_lacks_whether_it_failed_and_since_when_its_episode_lasts() {
        metrics.led(report(), DispatchCounts.NONE);

        assertThat(value("drift_samples_needed", "stream", "refusals")).isEqualTo(50.0);
        assertThat(value("drift_samples_needed", "stream", "query_embeddings")).isNull();
        assertThat(value("drift_stream_failed", "stream", "query_embeddings")).isZero();
        assertThat(value("drift_stream_failed", "stream", "refusals")).isZero();
        assertThat(value("drift_stream_failed", "stream", "feedback")).isEqualTo(1.0);
        assertThat(value("drift_episode_opened_timestamp_seconds", "stream", "query_embeddings"))
                .isEqualTo(AT.toEpochMilli() / 1000.0);
        assertThat(value("drift_episode_opened_timestamp_seconds", "stream", "refusals"))
                .isNull();
    }

    @Test
    void counts_of_the_actions_that_run_begin_at_zero_so_that_the_first_failure_is_an_increase() {
        assertThat(value("drift_actions_total", "action", "webhook", "state", "failed"))
                .isZero();

        metrics.led(report(), DISPATCHED);

        assertThat(value("drift_outbox_actions", "action", "log", "state", "succeeded"))
                .isEqualTo(5.0);
        assertThat(value("drift_outbox_actions", "action", "log", "state", "failed"))
                .isZero();
        assertThat(value("drift_outbox_actions", "action", "webhook", "state", "approved"))
                .isZero();
        assertThat(value("drift_outbox_actions", "action", "webhook", "state", "timed_out"))
                .isEqualTo(1.0);
        assertThat(value("drift_outbox_actions", "action", "renamed", "state", "approved"))
                .as("of an action that no longer runs")
                .isEqualTo(1.0);
    }

    @Test
    void why_actions_were_never_made_and_what_came_of_the_others_is_counted_in_few_words() {
        metrics.led(report(), DISPATCHED);

        assertThat(value("drift_suppressed_actions", "action", "webhook", "reason", "weekly cap"))
                .isEqualTo(4.0);
        assertThat(value("drift_suppressed_actions", "action", "webhook", "reason", "other"))
                .isEqualTo(2.0);
        assertThat(value("drift_suppressed_actions", "action", "webhook", "reason", "dry run"))
                .isZero();
        assertThat(value("drift_action_outcomes", "action", "log", "outcome", "verified"))
                .isEqualTo(3.0);
        assertThat(value("drift_action_outcomes", "action", "log", "outcome", "ineffective"))
                .isEqualTo(2.0);
        assertThat(value("drift_actions_paused")).isEqualTo(1.0);
    }

    @Test
    void a_monitor_that_follows_shows_nothing_but_that() {
        metrics.led(report(), DispatchCounts.NONE);
        metrics.followed();

        assertThat(Collections.list(registry.metricFamilySamples()))
                .extracting(family -> family.name)
                .containsExactly("drift_leader");
        assertThat(value("drift_leader")).isZero();
    }

    @Test
    void the_text_form_has_the_originals_names() throws IOException {
        metrics.led(report(), DISPATCHED);
        StringWriter text = new StringWriter();
        TextFormat.write004(text, registry.metricFamilySamples());

        assertThat(text.toString())
                .contains("# TYPE retrain_events_total counter\nretrain_events_total{reason=\"accuracy_drop\",} 2.0")
                .contains("# TYPE reindex_events_total counter\nreindex_events_total 1.0")
                .contains("# TYPE embedding_drift_score gauge\nembedding_drift_score 0.27");
    }

    @Test
    void a_second_monitor_in_the_same_registry_is_refused_at_once() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> registry.register(new MonitorMetrics(Map.of(), Duration.ofMinutes(15), List.of())));
    }
}
