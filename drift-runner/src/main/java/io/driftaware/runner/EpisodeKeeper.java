package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.EpisodeDecision;
import io.driftaware.core.policy.EpisodeRule;
import io.driftaware.core.policy.EpisodeState;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EpisodeStore;
import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a check found into episodes, events and actions, all in one transaction: a drift that lasts acts once,
 * however often it is seen and whoever sees it.
 */
final class EpisodeKeeper {
    private final EpisodeRule rule;
    private final EpisodeActions requests;

    /** Asks for these actions at every new episode, within the limits that the settings have. */
    EpisodeKeeper(MonitorConfig config, List<DriftAction> actions) {
        this.rule = new EpisodeRule(config.confirm());
        this.requests = new EpisodeActions(config, actions);
    }

    /**
     * What the policy made of an examination.
     *
     * @param streams with their final verdicts
     * @param episodes open, or closed just now
     * @param changes what became of the episode of each stream that had or got one
     */
    record Kept(List<StreamReport> streams, List<EpisodeReport> episodes, Map<WatchedStream, EpisodeChange> changes) {}

    /**
     * Decides and writes, in the transaction of {@code connection}.
     *
     * @param open the episodes that last
     */
    Kept keep(Connection connection, Instant at, Map<WatchedStream, Episode> open, Examination examination)
            throws SQLException {
        return new Decision(connection, at, examination.classic()).keep(open, examination.streams());
    }

    /** The report of a stream, by this check alone. */
    static StreamReport report(StreamOutcome outcome, Verdict verdict, String reason) {
        Finding finding = outcome.finding();
        Calibrated calibrated = outcome.calibrated();
        return new StreamReport(
                outcome.stream().label(),
                verdict,
                outcome.recentSamples(),
                outcome.baselineSamples(),
                outcome.rejectedRows(),
                finding == null ? List.of() : List.of(finding),
                reason,
                outcome.lastRow(),
                outcome.embeddingModel(),
                calibrated == null ? List.of() : calibrated.evidence(),
                calibrated == null ? null : calibrated.explanation(),
                calibrated == null ? null : calibrated.baselineReport(),
                outcome.recentFrom());
    }

    /** One check's decision. */
    private final class Decision {
        private final Connection connection;
        private final Instant at;
        private final ClassicMetrics classic;
        private final EpisodeStore store;
        private final List<StreamReport> streams = new ArrayList<>();
        private final List<EpisodeReport> episodes = new ArrayList<>();
        private final List<Opening> openings = new ArrayList<>();
        private final Map<WatchedStream, EpisodeChange> changes = new EnumMap<>(WatchedStream.class);

        Decision(Connection connection, Instant at, ClassicMetrics classic) {
            this.connection = connection;
            this.at = at;
            this.classic = classic;
            this.store = new EpisodeStore(connection, at);
        }

        Kept keep(Map<WatchedStream, Episode> open, List<StreamOutcome> outcomes) throws SQLException {
            Map<WatchedStream, String> histories = store.histories();
            for (StreamOutcome outcome : outcomes) {
                Episode episode = open.get(outcome.stream());
                if (episode != null && belongsToAnotherModel(episode, outcome)) {
                    close(episode, episode.lastValue(), "the embedding model changed");
                    episode = null;
                }
                decide(outcome, episode, histories.getOrDefault(outcome.stream(), ""));
            }
            requests.ask(connection, store, at, classic, openings);
            return new Kept(streams, episodes, changes);
        }

        private boolean belongsToAnotherModel(Episode episode, StreamOutcome outcome) {
            boolean modelIsKnown = outcome.recentSamples() > 0 && !outcome.failed();
            return outcome.stream().kind() == WatchedStream.Kind.EMBEDDINGS
                    && (outcome.baselineReset()
                            || (modelIsKnown && !Objects.equals(episode.embeddingModel(), outcome.embeddingModel())));
        }

        private void decide(StreamOutcome outcome, @Nullable Episode episode, String history) throws SQLException {
            EpisodeState state = episode == null
                    ? EpisodeState.closed(DriftHistory.read(history))
                    : EpisodeState.open(episode.recoveredChecks());
            EpisodeDecision decision = rule.decide(state, outcome.seen());
            Verdict verdict = outcome.seen().verdict();
            String reason = outcome.reason();
            if (decision instanceof EpisodeDecision.Opened) {
                open(outcome);
            } else if (decision instanceof EpisodeDecision.Closed && episode != null) {
                close(episode, outcome.seen().value().orElseThrow(), "recovered");
            } else if (episode != null) {
                goOn(episode, outcome, decision.next().recoveredChecks());
                if (verdict == Verdict.OK) {
                    verdict = Verdict.WARN;
                    reason += "; its episode lasts until the value stays under "
                            + Math.round(EpisodeRule.RECOVERY_SHARE * 100) + " % of the limit";
                }
            } else if (verdict == Verdict.DRIFT) {
                verdict = Verdict.WARN;
                reason += "; not yet in " + rule.confirm().k() + " of "
                        + rule.confirm().n() + " checks";
            }
            if (!decision.next().equals(state)) {
                store.saveHistory(
                        outcome.stream(), DriftHistory.write(decision.next().driftHistory()));
            }
            streams.add(report(outcome, verdict, reason));
        }

        private void open(StreamOutcome outcome) throws SQLException {
            Calibrated calibrated = outcome.calibrated();
            Episode episode = store.begin(
                    outcome.stream(),
                    outcome.embeddingModel(),
                    outcome.seen().value().orElseThrow(),
                    outcome.seen().threshold(),
                    calibrated == null || calibrated.claim() == null
                            ? null
                            : calibrated.claim().hypothesis(),
                    DriftDetails.episode(outcome));
            changes.put(outcome.stream(), EpisodeChange.OPENED);
            openings.add(new Opening(episode, outcome));
            episodes.add(seen(episode, episode.lastValue(), null));
        }

        private void goOn(Episode episode, StreamOutcome outcome, int recoveredChecks) throws SQLException {
            double value = outcome.seen().value().orElse(episode.lastValue());
            store.goOn(episode, value, recoveredChecks);
            episodes.add(seen(episode, value, null));
        }

        private void close(Episode episode, double value, String reason) throws SQLException {
            store.end(episode, value, reason);
            changes.put(episode.stream(), EpisodeChange.CLOSED);
            episodes.add(seen(episode, value, at));
        }

        private EpisodeReport seen(Episode episode, double lastValue, @Nullable Instant closedAt) {
            return new EpisodeReport(
                    episode.id(),
                    episode.stream().label(),
                    episode.openedAt(),
                    episode.openedValue(),
                    lastValue,
                    episode.threshold(),
                    closedAt);
        }
    }

    /** An episode that this check opened, and why. */
    record Opening(Episode episode, StreamOutcome outcome) {
        /** Whether it is about what is looked up, not about how the model behaves. */
        boolean ofIndex() {
            return outcome.stream().kind() == WatchedStream.Kind.EMBEDDINGS
                    || outcome.stream().kind() == WatchedStream.Kind.RETRIEVAL;
        }

        /** The kind of action that it asks for. */
        String wants() {
            Calibrated calibrated = outcome.calibrated();
            if (calibrated != null && calibrated.cause() != null) {
                return calibrated.cause().action();
            }
            return ofIndex() ? Cause.REINDEX : Cause.RETRAIN;
        }
    }
}
