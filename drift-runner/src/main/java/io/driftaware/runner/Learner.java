package io.driftaware.runner;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.policy.LearningRule;
import io.driftaware.core.policy.LearningRule.Lesson;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.runner.store.BaselineRows;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.Rescoring;
import io.driftaware.runner.store.Scoring;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Gives a stream its first baseline, once it has seen enough. Later ones are an operator's decision. */
final class Learner {
    private static final Logger log = LoggerFactory.getLogger(Learner.class);

    private static final Duration HOUR = Duration.ofHours(1);

    private final MonitorConfig config;

    Learner(MonitorConfig config) {
        this.config = config;
    }

    /** What can be learned from these hours of a stream. */
    Lesson lesson(NavigableMap<Instant, Long> hours, Instant now, WatchedStream stream) {
        LearningRule rule = stream.kind() == WatchedStream.Kind.FEEDBACK ? LearningRule.SCORES : LearningRule.ROWS;
        return rule.lesson(hours, HOUR, now, config.recentWindow(), config.baselineFrom(), config.baselineTo());
    }

    KnownBaseline<RateBaseline> rate(CalibratedCheck check, WatchedStream stream, Window window) throws SQLException {
        Map<Instant, FlagCounts> quarters = BaselineWork.flags(check.readings().interactionQuarters(window), stream);
        return accepted(check, work(check).rate(stream, quarters, window, ZoneOffset.UTC));
    }

    KnownBaseline<ScoreBaseline> score(CalibratedCheck check, Window window) throws SQLException {
        TreeMap<Instant, FeedbackCounts> quarters = new TreeMap<>();
        check.readings()
                .interactionQuarters(window)
                .forEach((start, profile) -> quarters.put(start, profile.feedback()));
        return accepted(check, work(check).score(WatchedStream.FEEDBACK, quarters, window));
    }

    /** Empty where the rows do not fill two halves. */
    Optional<KnownBaseline<CoverageBaseline>> coverage(CalibratedCheck check, Window window) throws SQLException {
        Optional<KnownBaseline<CoverageBaseline>> learned =
                work(check).coverage(check.readings().retrievalQuarters(window), window, ZoneOffset.UTC);
        return learned.isEmpty() ? learned : Optional.of(accepted(check, learned.get()));
    }

    /** What is still to be had of the rows that a baseline would be fitted on. */
    BaselineRows.Drawn draw(CalibratedCheck check, WatchedStream stream, EmbeddingSpace space, Window window)
            throws SQLException {
        return work(check).draw(stream, space, window, check.kind());
    }

    /** Rows that were read before are scored against the new baseline at once, so that the stream can be judged. */
    KnownBaseline<EmbeddingBaseline> embeddings(
            CalibratedCheck check, WatchedStream stream, EmbeddingSpace space, Window window, BaselineRows.Drawn drawn)
            throws SQLException {
        KnownBaseline<EmbeddingBaseline> learned =
                accepted(check, work(check).embeddings(stream, space, window, drawn));
        Rescoring.run(
                check.connection(),
                check.kind(),
                stream,
                space,
                new Scoring.Loaded(
                        learned.id(), learned.contents(), learned.row().rowsTo()),
                check.windows().recent().from(),
                check.now());
        return learned;
    }

    private static BaselineWork work(CalibratedCheck check) {
        return new BaselineWork(check.connection(), check.at());
    }

    private static <T> KnownBaseline<T> accepted(CalibratedCheck check, KnownBaseline<T> learned) throws SQLException {
        BaselineStore.accept(check.connection(), learned.row(), check.at());
        check.inUse().put(learned);
        // A replay learns in tables that go with it: nobody is to look for a baseline that is not there.
        log.atLevel(check.readings().replays() ? Level.DEBUG : Level.INFO)
                .log(
                        "{}: first baseline learned from {} rows from {} to {}",
                        learned.row().stream().label(),
                        learned.row().rows(),
                        learned.row().rowsFrom(),
                        learned.row().rowsTo());
        return learned;
    }
}
