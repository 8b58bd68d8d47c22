package io.driftaware.runner;

import io.driftaware.core.sequential.AlarmBudget;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.MonitorState;
import io.driftaware.runner.store.SavepointGuard;
import io.driftaware.runner.store.SnapshotLostException;
import io.driftaware.runner.store.Tally;
import io.driftaware.runner.store.WatchedStream;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges every stream by evidence and effect. Where there is no frozen baseline yet it learns one; until then a configured
 * limit can be judged all the same, and what only a baseline can tell is LEARNING, or provisional by the classic windows.
 */
final class CalibratedExaminer {
    private static final Logger log = LoggerFactory.getLogger(CalibratedExaminer.class);

    private final MonitorConfig config;
    private final Examiner classic;
    private final AlarmBudget budget;
    private final RateStreams rates;
    private final ScoreStream scores;
    private final EmbeddingStreams embeddings;
    private final CoverageStream coverage;

    CalibratedExaminer(MonitorConfig config, Examiner classic) {
        this.config = config;
        this.classic = classic;
        this.budget = new AlarmBudget(config.falseAlarmDays(), Hypothesis.sequences());
        double risk = budget.baselineRisk();
        Learner learner = new Learner(config);
        this.rates = new RateStreams(config, learner, risk);
        this.scores = new ScoreStream(config, learner, risk);
        this.embeddings = new EmbeddingStreams(config, learner, risk);
        this.coverage = new CoverageStream(config, learner, risk);
    }

    /**
     * Examines all streams. Fresh rows of one that fails stay with the database, in the same transaction, for the next check
     * that can judge them.
     *
     * @throws SQLException if the transaction is lost
     */
    Examination examine(CalibratedCheck check) throws SQLException {
        Examination byLimits = classic.examine(check.readings(), check.windows());
        Map<WatchedStream, StreamOutcome> outcomes = new EnumMap<>(WatchedStream.class);
        byLimits.streams().forEach(outcome -> outcomes.put(outcome.stream(), outcome));
        for (StreamOutcome outcome : coverageFirst(byLimits.streams())) {
            if (!outcome.failed()) {
                outcomes.put(outcome.stream(), guarded(check, outcome, outcomes));
            }
        }
        List<StreamOutcome> examined = List.copyOf(outcomes.values());
        keepForLater(check, examined);
        return new Examination(examined, byLimits.classic());
    }

    private static void keepForLater(CalibratedCheck check, List<StreamOutcome> outcomes) throws SQLException {
        Tally unjudged = Tally.NONE;
        for (StreamOutcome outcome : outcomes) {
            if (outcome.failed()) {
                WatchedStream stream = outcome.stream();
                unjudged = unjudged.plus(check.tally().of(stream, check.inUse().ids(stream)));
            }
        }
        if (!unjudged.equals(Tally.NONE)) {
            MonitorState.savePendingTally(check.connection(), unjudged);
        }
    }

    /** What became of coverage says what a drift of the queries calls for. */
    private static List<StreamOutcome> coverageFirst(List<StreamOutcome> outcomes) {
        return outcomes.stream()
                .sorted(Comparator.comparing(outcome -> outcome.stream() != WatchedStream.COVERAGE))
                .toList();
    }

    private StreamOutcome guarded(
            CalibratedCheck check, StreamOutcome outcome, Map<WatchedStream, StreamOutcome> others)
            throws SnapshotLostException {
        String reason;
        try {
            return SavepointGuard.isolated(check.connection(), () -> judge(check, outcome, others));
        } catch (SnapshotLostException e) {
            throw e;
        } catch (SQLException e) {
            reason = DatabaseErrors.explain(e, "reading failed");
            log.debug("judging {} failed", outcome.stream().label(), e);
        } catch (RuntimeException e) {
            reason = "comparing failed: " + e.getMessage();
            log.debug("judging {} failed", outcome.stream().label(), e);
        }
        log.warn("{}: {}", outcome.stream().label(), reason);
        return Judgement.failed(outcome.stream(), reason);
    }

    private StreamOutcome judge(CalibratedCheck check, StreamOutcome outcome, Map<WatchedStream, StreamOutcome> others)
            throws SQLException {
        Sequences sequences = new Sequences(
                outcome.stream(),
                check.last().getOrDefault(outcome.stream(), Map.of()),
                check.at(),
                budget,
                config.checkInterval());
        CalibratedOutcome result = new CalibratedOutcome(check, outcome, sequences, null);
        return switch (outcome.stream().kind()) {
            case EMBEDDINGS -> embeddings.judge(check, outcome, others.get(WatchedStream.COVERAGE), sequences, result);
            case FLAG -> rates.judge(check, outcome.stream(), sequences, result);
            case FEEDBACK -> scores.judge(check, sequences, result);
            case RETRIEVAL -> coverage.judge(check, others.get(WatchedStream.QUERY_EMBEDDINGS), sequences, result);
        };
    }
}
