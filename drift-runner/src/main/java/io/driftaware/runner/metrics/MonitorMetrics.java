package io.driftaware.runner.metrics;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.EvidenceReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.store.DispatchCounts;
import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every metric of the monitor, computed at each scrape from the last check's report. What the report does not know is
 * absent, never 0. A monitor that does not lead shows {@code drift_leader} 0 alone, so that nothing is counted twice.
 */
public final class MonitorMetrics extends Collector implements Collector.Describable {
    private static final String P_VALUE = "p_";
    private static final String MINIMUM_DETECTABLE = "minimum_detectable";
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;

    private static final List<String> ATTEMPT_ENDS = List.of("succeeded", "running", "retrying", "failed", "unknown");
    private static final List<String> SUPPRESSIONS = List.of("cool-down", "weekly cap", "dry run", "rejected");
    private static final List<String> OUTCOMES = List.of("verified", "ineffective", "unclear");
    private static final List<String> USUAL_STATES = List.of("approved", "dispatched", "succeeded", "failed");

    private final Map<String, String> info;
    private final Duration checkInterval;
    private final List<String> actions;
    private final LongAdder runs = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final Map<Attempt, LongAdder> attempts = new ConcurrentHashMap<>();
    private volatile @Nullable Double horizon;
    private volatile long @Nullable [] reindex;
    private volatile Seen seen = new Seen(null, DispatchCounts.NONE, null);

    /**
     * Metrics with nothing seen yet.
     *
     * @param info labels of {@code drift_monitor_info}
     * @param checkInterval time between two checks
     * @param actions names of the actions that this monitor runs; their counts begin at 0, so that the first attempt
     *     is seen as an increase
     */
    public MonitorMetrics(Map<String, String> info, Duration checkInterval, Collection<String> actions) {
        this.info = new TreeMap<>(info);
        this.checkInterval = checkInterval;
        this.actions = List.copyOf(actions);
        for (String action : actions) {
            ATTEMPT_ENDS.forEach(end -> attempts.put(new Attempt(action, end), new LongAdder()));
        }
    }

    private record Attempt(String action, String state) {}

    /** @param leader null before the first check */
    private record Seen(@Nullable CheckReport report, DispatchCounts dispatched, @Nullable Boolean leader) {}

    /** A check begins. */
    public void runStarted() {
        runs.increment();
    }

    /** A check, or so many streams of it, failed. */
    public void failed(long count) {
        errors.add(count);
    }

    /**
     * A check read new rows.
     *
     * @param count of them
     * @param age how long the oldest transaction has been running that keeps rows back; empty where it may not be seen
     */
    public void read(long count, Optional<Duration> age) {
        rows.add(count);
        horizon = age.map(duration -> duration.toNanos() / NANOS_PER_SECOND).orElse(null);
    }

    /** This monitor led a check. */
    public synchronized void led(CheckReport report, DispatchCounts dispatched) {
        seen = new Seen(report, dispatched.noLessThan(seen.dispatched()), true);
    }

    /** Actions were dispatched. */
    public synchronized void dispatched(DispatchCounts counts) {
        Seen last = seen;
        seen = new Seen(last.report(), counts.noLessThan(last.dispatched()), last.leader());
    }

    /** Whether this monitor led the last check that ended. */
    public boolean leads() {
        return Boolean.TRUE.equals(seen.leader());
    }

    /**
     * How far a re-index is.
     *
     * @param done documents with the new vector
     * @param pending documents without
     */
    public void reindexing(long done, long pending) {
        reindex = new long[] {done, pending};
    }

    /** Another monitor leads. */
    public synchronized void followed() {
        reindex = null;
        seen = new Seen(null, DispatchCounts.NONE, false);
    }

    /** An attempt at an action ended. */
    public void attempted(String action, String state) {
        attempts.computeIfAbsent(new Attempt(action, state), key -> new LongAdder())
                .increment();
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Seen now = seen;
        Families families = new Families();
        if (now.leader() != null) {
            families.leader.addMetric(List.of(), now.leader() ? 1 : 0);
        }
        if (Boolean.FALSE.equals(now.leader())) {
            return List.of(families.leader);
        }
        families.monitor(now.dispatched());
        if (now.report() != null) {
            families.report(now.report(), now.dispatched());
        }
        return families.withSamples();
    }

    @Override
    public List<MetricFamilySamples> describe() {
        return new Families().all;
    }

    /** Every metric that there is, by name. */
    private final class Families {
        private final List<MetricFamilySamples> all = new ArrayList<>();

        // The Python original's names.
        final GaugeMetricFamily driftScore =
                gauge("embedding_drift_score", "Cosine distance between recent and baseline query centroids, 0 to 2");
        final GaugeMetricFamily varianceScore =
                gauge("embedding_variance_score", "Relative change of the variance of query embeddings");
        final GaugeMetricFamily refusalRate =
                gauge("refusal_rate", "Refusals over recent interactions with a known flag, 0 to 1");
        final GaugeMetricFamily toxicityRate =
                gauge("toxicity_rate", "Toxic answers over recent interactions with a known flag, 0 to 1");
        final GaugeMetricFamily recentAccuracy = gauge("recent_accuracy", "Mean feedback score of the recent window");
        final GaugeMetricFamily baselineAccuracy =
                gauge("baseline_accuracy", "Mean feedback score of the baseline window");
        final CounterMetricFamily retrainEvents = counter(
                "retrain_events_total", "Retrainings dispatched since the schema was created, by reason", "reason");
        final CounterMetricFamily reindexEvents =
                counter("reindex_events_total", "Re-indexings dispatched since the schema was created");
        final CounterMetricFamily detectionRuns = counter("drift_detection_runs_total", "Checks begun by this process");
        final CounterMetricFamily detectionErrors =
                counter("drift_detection_errors_total", "Checks, or streams of a check, that failed in this process");
        final GaugeMetricFamily monitorInfo = gauge(
                "drift_monitor_info",
                "Settings of this monitor, always 1",
                info.keySet().toArray(String[]::new));

        // Ours.
        final GaugeMetricFamily state = gauge(
                "drift_state",
                "1 for the verdict of the stream at the last check, 0 for the others",
                "stream",
                "state");
        final GaugeMetricFamily samples =
                gauge("drift_samples", "Rows that counted at the last check", "stream", "window");
        final GaugeMetricFamily score =
                gauge("drift_score", "Value that the verdict rests on, in the unit of its threshold", "stream");
        final GaugeMetricFamily threshold =
                gauge("drift_threshold", "Limit that drift_score is compared with", "stream");
        final GaugeMetricFamily evidenceRatio = gauge(
                "drift_evidence_ratio",
                "Logarithm of the evidence over that of what an alarm needs: 1 is an alarm, 0 no evidence",
                "stream",
                "hypothesis");
        final GaugeMetricFamily pValue = gauge(
                "drift_p_value",
                "p-value of the recent window against the baseline, for one look; the verdict rests on the evidence",
                "stream",
                "test");
        final GaugeMetricFamily noveltyRate = gauge(
                "drift_novelty_rate",
                "Share of the recent rows above the baseline's 95 % quantile of novelty; 0.05 where nothing has changed",
                "stream");
        final GaugeMetricFamily minimumDetectable = gauge(
                "drift_minimum_detectable",
                "Smallest value of drift_score that a window of this size can be expected to show",
                "stream");
        final GaugeMetricFamily baselineFrom = gauge(
                "drift_baseline_first_row_timestamp_seconds",
                "Time of the first row of the frozen baseline in use, Unix time in seconds; absent without one",
                "stream");
        final GaugeMetricFamily baselineTo = gauge(
                "drift_baseline_last_row_timestamp_seconds",
                "Time of the last row of the frozen baseline in use, Unix time in seconds; absent without one",
                "stream");
        final GaugeMetricFamily horizonAge = gauge(
                "drift_horizon_age_seconds",
                "How long the oldest transaction has been running whose rows the last check could not read yet, in seconds");
        final CounterMetricFamily rowsRead = counter("drift_rows_read_total", "Rows that checks of this process read");
        final GaugeMetricFamily noiseFloor = gauge(
                "drift_noise_floor",
                "Cosine distance that noise alone makes at these sample sizes, 0 to 1; taken off in drift_score",
                "stream");
        final GaugeMetricFamily episodeActive =
                gauge("drift_episode_active", "1 while an episode of the stream is open, else 0", "stream");
        final GaugeMetricFamily episodeOpened = gauge(
                "drift_episode_opened_timestamp_seconds",
                "When the open episode of the stream was opened, Unix time in seconds; absent without one",
                "stream");
        final GaugeMetricFamily samplesNeeded = gauge(
                "drift_samples_needed",
                "Rows that each window needs before the stream is compared; absent when it was compared",
                "stream");
        final GaugeMetricFamily streamFailed = gauge(
                "drift_stream_failed",
                "1 if the stream could not be read or compared at the last check, else 0",
                "stream");
        final GaugeMetricFamily rejectedRows =
                gauge("drift_rows_rejected", "Rows of both windows left out at the last check as unusable", "stream");
        final GaugeMetricFamily lastRow = gauge(
                "drift_last_row_timestamp_seconds",
                "Time of the last row of the stream, Unix time in seconds",
                "stream");
        final GaugeMetricFamily lastSuccess = gauge(
                "drift_last_success_timestamp_seconds", "Time of the last check that succeeded, Unix time in seconds");
        final GaugeMetricFamily duration =
                gauge("drift_check_duration_seconds", "Duration of the last check in seconds");
        final GaugeMetricFamily interval =
                gauge("drift_check_interval_seconds", "Time between two checks as it is set, in seconds");
        final GaugeMetricFamily outbox = gauge(
                "drift_outbox_actions",
                "Actions in the database by state; approved means waiting for a first or further attempt",
                "action",
                "state");
        final GaugeMetricFamily suppressed = gauge(
                "drift_suppressed_actions",
                "Actions in the database that an episode asked for and that were never made, by reason",
                "action",
                "reason");
        final GaugeMetricFamily outcomes = gauge(
                "drift_action_outcomes",
                "Actions in the database that succeeded, by whether the drift ended afterwards: verified, ineffective or unclear",
                "action",
                "outcome");
        final GaugeMetricFamily paused =
                gauge("drift_actions_paused", "1 while the operator has paused all actions, else 0");
        final GaugeMetricFamily reindexDocuments = gauge(
                "drift_reindex_documents",
                "Documents of the latest re-index: done, or pending when last counted; absent before the first",
                "state");
        final CounterMetricFamily actionAttempts = counter(
                "drift_actions_total",
                "Attempts at actions by this process: succeeded, running, retrying, failed or unknown",
                "action",
                "state");
        final GaugeMetricFamily leader =
                gauge("drift_leader", "1 if this monitor led the last check, 0 if another monitor did");

        void evidence(StreamReport stream) {
            for (EvidenceReport evidence : stream.evidence()) {
                evidenceRatio.addMetric(List.of(stream.stream(), evidence.hypothesis()), evidence.ratio());
            }
            BaselineReport baseline = stream.baseline();
            if (baseline != null) {
                baselineFrom.addMetric(List.of(stream.stream()), seconds(baseline.from()));
                baselineTo.addMetric(List.of(stream.stream()), seconds(baseline.to()));
            }
        }

        private void details(String stream, Map<String, Double> details) {
            details.forEach((name, value) -> {
                if (name.startsWith(P_VALUE)) {
                    pValue.addMetric(
                            List.of(
                                    stream,
                                    name.equals(WindowVerdict.P_VALUE) ? "all" : name.substring(P_VALUE.length())),
                            value);
                }
            });
            ifThere(details.get(WindowVerdict.NOVELTY_RATE), noveltyRate, stream);
            ifThere(details.get(MINIMUM_DETECTABLE), minimumDetectable, stream);
            ifThere(details.get(WindowVerdict.MINIMUM_DETECTABLE_SHARE), minimumDetectable, stream);
            ifThere(details.get(CentroidShift.NOISE_FLOOR), noiseFloor, stream);
        }

        private void ifThere(@Nullable Double value, GaugeMetricFamily family, String stream) {
            if (value != null) {
                family.addMetric(List.of(stream), value);
            }
        }

        void monitor(DispatchCounts dispatched) {
            dispatched.retrain().forEach((reason, count) -> retrainEvents.addMetric(List.of(reason), count));
            reindexEvents.addMetric(List.of(), dispatched.reindex());
            detectionRuns.addMetric(List.of(), runs.sum());
            detectionErrors.addMetric(List.of(), errors.sum());
            rowsRead.addMetric(List.of(), rows.sum());
            Double age = horizon;
            if (age != null) {
                horizonAge.addMetric(List.of(), age);
            }
            long[] documents = reindex;
            if (documents != null) {
                reindexDocuments.addMetric(List.of("done"), documents[0]);
                reindexDocuments.addMetric(List.of("pending"), documents[1]);
            }
            monitorInfo.addMetric(List.copyOf(info.values()), 1);
            interval.addMetric(List.of(), checkInterval.toNanos() / NANOS_PER_SECOND);
            attempts.forEach((attempt, count) ->
                    actionAttempts.addMetric(List.of(attempt.action(), attempt.state()), count.sum()));
        }

        private void outbox(DispatchCounts counts) {
            // What is usual begins at 0, so that the first failure is seen as an increase.
            census(outbox, counts, USUAL_STATES, row -> row.state().toLowerCase(Locale.ROOT));
            census(suppressed, counts, SUPPRESSIONS, MonitorMetrics::suppression);
            census(
                    outcomes,
                    counts,
                    OUTCOMES,
                    row -> row.outcome() == null ? null : row.outcome().toLowerCase(Locale.ROOT));
            paused.addMetric(List.of(), counts.paused() ? 1 : 0);
        }

        private void census(
                GaugeMetricFamily family,
                DispatchCounts counts,
                List<String> usual,
                Function<DispatchCounts.Rows, @Nullable String> label) {
            Map<Attempt, Long> sums =
                    new TreeMap<>(Comparator.comparing(Attempt::action).thenComparing(Attempt::state));
            for (String action : actions) {
                usual.forEach(each -> sums.put(new Attempt(action, each), 0L));
            }
            for (DispatchCounts.Rows row : counts.rows()) {
                String value = label.apply(row);
                if (value != null) {
                    sums.merge(new Attempt(row.action(), value), row.count(), Long::sum);
                }
            }
            sums.forEach((row, sum) -> family.addMetric(List.of(row.action(), row.state()), sum));
        }

        void report(CheckReport report, DispatchCounts dispatched) {
            classic(report.classic());
            for (StreamReport stream : report.streams()) {
                stream(stream);
                evidence(stream);
                episode(stream.stream(), report.episodes());
            }
            outbox(dispatched);
            lastSuccess.addMetric(List.of(), seconds(report.at()));
            duration.addMetric(List.of(), report.took().toNanos() / NANOS_PER_SECOND);
        }

        private void classic(ClassicMetrics classic) {
            add(driftScore, classic.embeddingDriftScore());
            add(varianceScore, classic.embeddingVarianceScore());
            add(refusalRate, classic.refusalRate());
            add(toxicityRate, classic.toxicityRate());
            add(recentAccuracy, classic.recentAccuracy());
            add(baselineAccuracy, classic.baselineAccuracy());
        }

        private void episode(String stream, List<EpisodeReport> episodes) {
            Optional<EpisodeReport> open = episodes.stream()
                    .filter(episode -> episode.open() && episode.stream().equals(stream))
                    .findFirst();
            episodeActive.addMetric(List.of(stream), open.isPresent() ? 1 : 0);
            open.ifPresent(episode -> episodeOpened.addMetric(List.of(stream), seconds(episode.openedAt())));
        }

        private void stream(StreamReport stream) {
            List<String> labels = List.of(stream.stream());
            for (Verdict verdict : Verdict.values()) {
                String name = verdict.name().toLowerCase(Locale.ROOT);
                state.addMetric(List.of(stream.stream(), name), verdict == stream.verdict() ? 1 : 0);
            }
            samples.addMetric(List.of(stream.stream(), "recent"), stream.recentSamples());
            samples.addMetric(List.of(stream.stream(), "baseline"), stream.baselineSamples());
            rejectedRows.addMetric(labels, stream.rejectedRows());
            if (stream.lastRow() != null) {
                lastRow.addMetric(labels, seconds(stream.lastRow()));
            }
            streamFailed.addMetric(labels, stream.findings().isEmpty() ? 1 : 0);
            for (Finding finding : stream.findings()) {
                if (finding instanceof Finding.Insufficient missing) {
                    samplesNeeded.addMetric(labels, missing.needed());
                }
                if (finding instanceof Finding.Compared compared) {
                    score.addMetric(labels, compared.value());
                    threshold.addMetric(labels, compared.threshold());
                    details(stream.stream(), compared.details());
                }
            }
        }

        List<MetricFamilySamples> withSamples() {
            return all.stream().filter(family -> !family.samples.isEmpty()).toList();
        }

        private void add(GaugeMetricFamily family, @Nullable Double value) {
            if (value != null) {
                family.addMetric(List.of(), value);
            }
        }

        private GaugeMetricFamily gauge(String name, String help, String... labels) {
            GaugeMetricFamily family = new GaugeMetricFamily(name, help, List.of(labels));
            all.add(family);
            return family;
        }

        private CounterMetricFamily counter(String name, String help, String... labels) {
            CounterMetricFamily family = new CounterMetricFamily(name, help, List.of(labels));
            all.add(family);
            return family;
        }
    }

    /** Reasons that somebody wrote by hand are one label. */
    private static @Nullable String suppression(DispatchCounts.Rows row) {
        if (!row.state().equals("SUPPRESSED")) {
            return null;
        }
        String reason = String.valueOf(row.suppression());
        return SUPPRESSIONS.contains(reason) ? reason : "other";
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / MILLIS_PER_SECOND;
    }
}
