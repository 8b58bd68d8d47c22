package io.driftaware.runner;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.FeedbackDrop;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.RateLimit;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.store.Activity;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.EmbeddingReading;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.FeedbackReading;
import io.driftaware.runner.store.FlagReading;
import io.driftaware.runner.store.RetrievalReading;
import io.driftaware.runner.store.SnapshotLostException;
import io.driftaware.runner.store.StreamReadings;
import io.driftaware.runner.store.WatchedStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads every stream of one check and compares its windows; one that fails does not keep the others back. */
final class Examiner {
    private static final Logger log = LoggerFactory.getLogger(Examiner.class);

    private final CentroidShift embeddings;
    private final RateLimit refusals;
    private final RateLimit toxicity;
    private final FeedbackDrop feedback;
    private final int minimumSamples;

    Examiner(MonitorConfig config) {
        minimumSamples = config.minimumSamples();
        embeddings = CentroidShift.withDefaults()
                .withThreshold(config.embeddingCosineThreshold())
                .withMinimumSamples(minimumSamples);
        refusals = RateLimit.refusals()
                .withThreshold(config.refusalRateThreshold())
                .withMinimumSamples(minimumSamples);
        toxicity = RateLimit.toxicity()
                .withThreshold(config.toxicityRateThreshold())
                .withMinimumSamples(minimumSamples);
        feedback = FeedbackDrop.withDefaults()
                .withThreshold(config.accuracyDropPoints())
                .withMinimumSamples(minimumSamples);
    }

    /**
     * Examines all streams.
     *
     * @throws SnapshotLostException if the snapshot went away
     */
    Examination examine(StreamReadings readings, CheckWindows windows) throws SnapshotLostException {
        return new Pass(readings, windows).run();
    }

    /** The work of one check. */
    private final class Pass {
        private final StreamReadings readings;
        private final CheckWindows windows;
        private final List<StreamOutcome> outcomes = new ArrayList<>();
        private @Nullable Double driftScore;
        private @Nullable Double varianceScore;
        private @Nullable Double refusalRate;
        private @Nullable Double toxicityRate;
        private @Nullable Double recentAccuracy;
        private @Nullable Double baselineAccuracy;

        Pass(StreamReadings readings, CheckWindows windows) {
            this.readings = readings;
            this.windows = windows;
        }

        Examination run() throws SnapshotLostException {
            for (WatchedStream stream : WatchedStream.values()) {
                if (stream.kind() == WatchedStream.Kind.EMBEDDINGS) {
                    guarded(() -> embeddings(stream), stream);
                }
            }
            guarded(this::flags, WatchedStream.REFUSALS, WatchedStream.TOXICITY);
            guarded(this::feedback, WatchedStream.FEEDBACK);
            guarded(this::coverage, WatchedStream.COVERAGE);
            return new Examination(
                    outcomes,
                    new ClassicMetrics(
                            driftScore, varianceScore, refusalRate, toxicityRate, recentAccuracy, baselineAccuracy));
        }

        private void embeddings(WatchedStream stream) throws SQLException {
            EmbeddingReading reading = readings.embeddings(stream);
            if (stream == WatchedStream.QUERY_EMBEDDINGS && reading.replaced() == null) {
                driftScore = orNull(CentroidShift.cosineDistance(reading.recent(), reading.baseline()));
                varianceScore = orNull(CentroidShift.varianceChange(reading.recent(), reading.baseline()));
            }
            Finding finding = compared(reading);
            long rejected = reading.recent().rejected() + reading.baseline().rejected();
            outcomes.add(new StreamOutcome(
                    stream,
                    Judgement.of(finding, reading.activity(), windows.now()),
                    finding,
                    reading.recent().count(),
                    windows.recent().from(),
                    reading.baseline().count(),
                    rejected,
                    Judgement.reason(finding, reading.activity(), windows.now()),
                    reading.activity().last(),
                    reading.space(),
                    reading.replaced() != null,
                    false,
                    null));
        }

        private Finding compared(EmbeddingReading reading) {
            EmbeddingSpace space = reading.space();
            EmbeddingSpace replaced = reading.replaced();
            if (space != null && replaced != null) {
                return reset(space, replaced, reading);
            }
            String without = reading.withoutBaseline();
            return without == null
                    ? embeddings.compare(reading.recent(), reading.baseline())
                    : without(embeddings.name(), without, reading.recent().count());
        }

        private Finding reset(EmbeddingSpace space, EmbeddingSpace replaced, EmbeddingReading reading) {
            String reason = "embedding model changed from " + replaced.describe() + " to " + space.describe()
                    + ": baseline reset, the baseline window has 0 embeddings of it, " + minimumSamples
                    + " are needed";
            return new Finding.Insufficient(
                    embeddings.name(), reason, reading.recent().count(), 0, minimumSamples);
        }

        private Finding without(String detector, String reason, long recent) {
            return new Finding.Insufficient(detector, reason, recent, 0, minimumSamples);
        }

        private void flags() throws SQLException {
            FlagReading reading = readings.flags();
            refusalRate = orNull(reading.recent().refusals().rate());
            toxicityRate = orNull(reading.recent().toxicity().rate());
            add(
                    WatchedStream.REFUSALS,
                    refusals.compare(reading.recent(), reading.baseline()),
                    reading.recent().refusals(),
                    reading.baseline().refusals(),
                    reading.refusals());
            add(
                    WatchedStream.TOXICITY,
                    toxicity.compare(reading.recent(), reading.baseline()),
                    reading.recent().toxicity(),
                    reading.baseline().toxicity(),
                    reading.toxicity());
        }

        private void add(
                WatchedStream stream, Finding finding, FlagCounts recent, FlagCounts baseline, Activity activity) {
            add(stream, finding, recent.known(), baseline.known(), 0, activity);
        }

        private void feedback() throws SQLException {
            FeedbackReading reading = readings.feedback();
            recentAccuracy = orNull(reading.recent().feedback().mean());
            baselineAccuracy = orNull(reading.baseline().feedback().mean());
            long scores = reading.recent().feedback().count();
            String without = reading.withoutBaseline();
            add(
                    WatchedStream.FEEDBACK,
                    without == null
                            ? feedback.compare(reading.recent(), reading.baseline())
                            : without(feedback.name(), without, scores),
                    scores,
                    reading.baseline().feedback().count(),
                    reading.recent().feedback().rejected()
                            + reading.baseline().feedback().rejected(),
                    reading.activity());
        }

        /** There is no limit to hold coverage against: what is near differs from one embedding model to the next. */
        private void coverage() throws SQLException {
            RetrievalReading reading = readings.retrievals();
            long recent = reading.recent().known();
            long baseline = reading.baseline().known();
            String reason = reading.activity().last() == null
                    ? "no interaction has a retrieval_top_score or retrieval_hits, " + minimumSamples + " are needed"
                    : "coverage has no limit of its own: live checks judge it against a baseline that they learn, with"
                            + " DRIFT_DETECTION=calibrated";
            add(
                    WatchedStream.COVERAGE,
                    new Finding.Insufficient(CoverageJudge.NAME, reason, recent, baseline, minimumSamples),
                    recent,
                    baseline,
                    reading.recent().unusable() + reading.baseline().unusable(),
                    reading.activity());
        }

        private void add(
                WatchedStream stream, Finding finding, long recent, long baseline, long rejected, Activity activity) {
            outcomes.add(new StreamOutcome(
                    stream,
                    Judgement.of(finding, activity, windows.now()),
                    finding,
                    recent,
                    windows.recent().from(),
                    baseline,
                    rejected,
                    Judgement.reason(finding, activity, windows.now()),
                    activity.last(),
                    null,
                    false,
                    false,
                    null));
        }

        private interface Step {
            void run() throws SQLException;
        }

        private void guarded(Step step, WatchedStream... streams) throws SnapshotLostException {
            int before = outcomes.size();
            String reason;
            try {
                step.run();
                return;
            } catch (SnapshotLostException e) {
                throw e;
            } catch (SQLException e) {
                reason = DatabaseErrors.explain(e, "reading failed");
                log.debug("reading {} failed", streams[0].label(), e);
            } catch (RuntimeException e) {
                reason = "comparing failed: " + e.getMessage();
                log.debug("comparing {} failed", streams[0].label(), e);
            }
            outcomes.subList(before, outcomes.size()).clear();
            for (WatchedStream stream : streams) {
                log.warn("{}: {}", stream.label(), reason);
                outcomes.add(Judgement.failed(stream, reason));
            }
        }
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }
}
