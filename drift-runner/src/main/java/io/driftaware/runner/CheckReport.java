package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.core.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one check found. Immutable.
 *
 * @param at when the check was; its recent window ends at the next full quarter of an hour, or at {@code at} in a preview
 * @param verdict over all streams, see {@link Verdict#overall}
 * @param classic the numbers of the Python original
 * @param streams every stream, in a fixed order
 * @param episodes those that were open, or closed in this check
 * @param took how long the check took
 */
public record CheckReport(
        Instant at,
        Verdict verdict,
        ClassicMetrics classic,
        List<StreamReport> streams,
        List<EpisodeReport> episodes,
        Duration took) {
    /** Copies the lists. */
    public CheckReport {
        streams = List.copyOf(streams);
        episodes = List.copyOf(episodes);
        if (took.isNegative()) {
            throw new IllegalArgumentException("a check cannot have taken " + took);
        }
    }

    /**
     * The numbers of the Python original, by its formulas; null where there is no row to compute one from, never 0.
     *
     * @param embeddingDriftScore cosine distance between the centroids of recent and baseline query embeddings, 0 to 2
     * @param embeddingVarianceScore relative change of the variance of query embeddings
     * @param refusalRate recent refusals over known flags, 0 to 1
     * @param toxicityRate recent toxic answers over known flags, 0 to 1
     * @param recentAccuracy mean feedback score of recent interactions
     * @param baselineAccuracy mean feedback score of baseline interactions
     */
    public record ClassicMetrics(
            @Nullable Double embeddingDriftScore,
            @Nullable Double embeddingVarianceScore,
            @Nullable Double refusalRate,
            @Nullable Double toxicityRate,
            @Nullable Double recentAccuracy,
            @Nullable Double baselineAccuracy) {}

    /**
     * One stream.
     *
     * @param stream one of query_embeddings, document_embeddings, response_embeddings, refusals, toxicity, feedback,
     *     coverage
     * @param verdict of this check
     * @param recentSamples rows of the recent window that count
     * @param baselineSamples rows of the baseline window that count
     * @param rejectedRows rows of both windows that cannot be used, such as a vector with a NaN
     * @param findings of the detectors; empty if the stream failed
     * @param reason for the verdict, in words
     * @param lastRow time of its last row, in a live check the start of the quarter of an hour that it lies in; null without one
     * @param embeddingModel that was compared, null if rows name none or the stream has no embeddings
     * @param evidence of each sequence of the stream; empty with {@code DRIFT_DETECTION=threshold}
     * @param explanation what drifted, null where there is nothing to explain
     * @param baseline that is compared with, null where there is none but the classic window
     * @param recentFrom from when on the rows are that {@code recentSamples} counts; null where that is not known
     */
    public record StreamReport(
            String stream,
            Verdict verdict,
            long recentSamples,
            long baselineSamples,
            long rejectedRows,
            List<Finding> findings,
            String reason,
            @Nullable Instant lastRow,
            @Nullable String embeddingModel,
            List<EvidenceReport> evidence,
            @Nullable Explanation explanation,
            @Nullable BaselineReport baseline,
            @Nullable Instant recentFrom) {
        /** Copies the lists. */
        public StreamReport {
            findings = List.copyOf(findings);
            evidence = List.copyOf(evidence);
        }

        /** A stream without evidence and explanation. */
        public StreamReport(
                String stream,
                Verdict verdict,
                long recentSamples,
                long baselineSamples,
                long rejectedRows,
                List<Finding> findings,
                String reason,
                @Nullable Instant lastRow,
                @Nullable String embeddingModel) {
            this(
                    stream,
                    verdict,
                    recentSamples,
                    baselineSamples,
                    rejectedRows,
                    findings,
                    reason,
                    lastRow,
                    embeddingModel,
                    List.of(),
                    null,
                    null,
                    null);
        }

        /**
         * Whether its value is beyond a limit, the configured one or the baseline's, by chance or not: {@code OK}, for want of the
         * evidence for an alarm.
         */
        public boolean unproven() {
            Compared compared = compared();
            return verdict == Verdict.OK
                    && compared != null
                    && (compared.exceeded() || compared.value() > compared.threshold());
        }

        /** What was found where a comparison was made; null where none was. */
        public @Nullable Compared compared() {
            for (Finding finding : findings) {
                if (finding instanceof Compared compared) {
                    return compared;
                }
            }
            return null;
        }
    }

    /**
     * A frozen baseline.
     *
     * @param id in {@code drift_baselines}
     * @param from time of its first row
     * @param to time of its last row
     * @param rows that it was made from
     */
    public record BaselineReport(long id, Instant from, Instant to, long rows) {}

    /**
     * The evidence of one sequence.
     *
     * @param hypothesis limit, baseline, novelty or window
     * @param ratio the logarithm of the evidence over that of what is needed: 1 is an alarm, 0 none
     * @param logAlarm natural logarithm of the evidence that is needed
     */
    public record EvidenceReport(String hypothesis, double ratio, double logAlarm) {}

    /**
     * One episode.
     *
     * @param id in {@code drift_episodes}
     * @param stream that drifted
     * @param openedAt check that opened it
     * @param openedValue value at that check
     * @param lastValue value at the last check that had one
     * @param threshold that was reached
     * @param closedAt check that found the stream recovered, null while the episode lasts
     */
    public record EpisodeReport(
            long id,
            String stream,
            Instant openedAt,
            double openedValue,
            double lastValue,
            double threshold,
            @Nullable Instant closedAt) {
        /** Whether it lasts. */
        public boolean open() {
            return closedAt == null;
        }
    }

    /**
     * As JSON: {@code at}, {@code verdict}, {@code classic} with the original's gauge names, {@code streams}, {@code
     * episodes}, {@code took_seconds}. A number that does not exist is null. {@code docs/check.schema.json} has every field.
     */
    public String toJson() {
        return CheckReportWriter.write(this, null);
    }

    /**
     * The same, with {@code from_leader}, for whoever asked for a check and may have been given another monitor's.
     *
     * @param fromLeader whether it is the last check of a monitor that has the lead, and not one of this process
     */
    public String toJson(boolean fromLeader) {
        return CheckReportWriter.write(this, fromLeader);
    }

    /**
     * Reads what {@link #toJson()} wrote; unknown fields are passed over.
     *
     * @throws DriftMonitorException if it cannot be read
     */
    public static CheckReport fromJson(String json) {
        return CheckReportReader.read(json);
    }
}
