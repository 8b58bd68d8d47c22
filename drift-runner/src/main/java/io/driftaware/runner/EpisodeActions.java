package io.driftaware.runner;

import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.EpisodeKeeper.Opening;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EpisodeRequests;
import io.driftaware.runner.store.EpisodeStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the episodes of one check ask for, and the events that tell of them. */
final class EpisodeActions {
    private static final Logger log = LoggerFactory.getLogger(EpisodeActions.class);

    private final List<DriftAction> actions;
    private final MonitorConfig config;

    /** Asks for these actions at every new episode, within the limits that the settings have. */
    EpisodeActions(MonitorConfig config, List<DriftAction> actions) {
        this.actions = List.copyOf(actions);
        this.config = config;
    }

    /**
     * Drift of embeddings and of coverage asks for re-indexing, all other drift for retraining, unless there is evidence of another cause. One
     * action of a kind per check, but that streams for which the last one was in vain do not hold back the others.
     */
    void ask(Connection connection, EpisodeStore store, Instant at, ClassicMetrics classic, List<Opening> openings)
            throws SQLException {
        List<Opening> ofIndex = openings.stream().filter(Opening::ofIndex).toList();
        for (Opening opening : ofIndex) {
            String event = DriftDetails.reason(List.of(opening));
            store.event(event, DriftDetails.embeddingEvent(opening), List.of(opening.episode()));
        }
        for (String kind : List.of(Cause.REINDEX, Cause.NOTIFY)) {
            ask(connection, at, kind, ofKind(ofIndex, kind), DriftDetails::embeddings);
        }
        List<Opening> ofBehaviour =
                openings.stream().filter(opening -> !opening.ofIndex()).toList();
        if (!ofBehaviour.isEmpty()) {
            List<Episode> together = ofBehaviour.stream().map(Opening::episode).toList();
            store.event("model_retrain", DriftDetails.retrainEvent(ofBehaviour, classic), together);
        }
        for (String kind : List.of(Cause.RETRAIN, Cause.NOTIFY)) {
            ask(connection, at, kind, ofKind(ofBehaviour, kind), wanted -> DriftDetails.behaviour(wanted, classic));
        }
    }

    private static List<Opening> ofKind(List<Opening> openings, String kind) {
        return openings.stream().filter(opening -> opening.wants().equals(kind)).toList();
    }

    private void ask(
            Connection connection,
            Instant at,
            String kind,
            List<Opening> wanted,
            Function<List<Opening>, String> details)
            throws SQLException {
        if (wanted.isEmpty()) {
            return;
        }
        for (DriftAction action : actions) {
            EpisodeRequests.Limits limits = limits(action, kind);
            Set<Long> inVain = EpisodeRequests.inVain(connection, action.name(), kind, ids(wanted));
            boolean apart = limits.holdInVain() && !limits.approval();
            for (List<Opening> together : apart ? apart(wanted, inVain) : List.of(wanted)) {
                if (together.isEmpty()) {
                    continue;
                }
                String reason = DriftDetails.reason(together);
                String payload = DriftDetails.payload(kind, reason, at, together, details.apply(together));
                List<Long> ids = ids(together);
                boolean rehearsed = EpisodeRequests.ask(
                        connection,
                        new EpisodeRequests.Wanted(
                                action.name(),
                                kind,
                                reason,
                                payload,
                                ids,
                                ids.stream().anyMatch(inVain::contains)),
                        limits,
                        at);
                if (rehearsed) {
                    log.info("dry run: action {} would have been called for {} ({})", action.name(), kind, reason);
                }
            }
        }
    }

    /** Those that run by themselves, and those that wait for the operator: the cap is for the former first. */
    private static List<List<Opening>> apart(List<Opening> wanted, Set<Long> inVain) {
        return List.of(
                wanted.stream()
                        .filter(opening -> !inVain.contains(opening.episode().id()))
                        .toList(),
                wanted.stream()
                        .filter(opening -> inVain.contains(opening.episode().id()))
                        .toList());
    }

    private static List<Long> ids(List<Opening> openings) {
        return openings.stream().map(opening -> opening.episode().id()).toList();
    }

    private EpisodeRequests.Limits limits(DriftAction action, String kind) {
        Approval approval = config.approval();
        return new EpisodeRequests.Limits(
                approval.needs(action),
                approval.holdsTheIneffective() && action.heldIfInVain() && action.remedies(kind),
                config.coolDown(),
                config.weeklyCaps().of(action.name()),
                config.dryRun());
    }
}
