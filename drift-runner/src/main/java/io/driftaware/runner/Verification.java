package io.driftaware.runner;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.store.ActionOutcomes;
import io.driftaware.runner.store.ActionOutcomes.Looked;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after each action that was to end a drift whether it did, of each of its episodes. The recent window holds rows from before the action until it
 * has passed once; so long a drift may last.
 */
final class Verification {
    private static final Logger log = LoggerFactory.getLogger(Verification.class);
    private static final Set<Verdict> COMPARED = EnumSet.of(Verdict.OK, Verdict.WARN, Verdict.DRIFT);

    private static final List<String> KINDS = List.of(Cause.REINDEX, Cause.RETRAIN);

    private final List<ActionOutcomes.Remedy> remedies;
    private final Duration patience;

    Verification(MonitorConfig config, List<DriftAction> actions) {
        this.remedies = actions.stream()
                .flatMap(action -> KINDS.stream()
                        .filter(action::remedies)
                        .map(kind -> new ActionOutcomes.Remedy(action.name(), kind)))
                .toList();
        this.patience = config.recentWindow()
                .plus(config.checkInterval().multipliedBy(config.confirm().k()));
    }

    /** In the transaction of a check, after its episodes; only streams that it compared can say that a drift lasts. */
    List<Looked> look(Connection connection, Instant at, List<StreamReport> streams) throws SQLException {
        List<String> compared = streams.stream()
                .filter(stream -> COMPARED.contains(stream.verdict()))
                .map(StreamReport::stream)
                .toList();
        return ActionOutcomes.look(connection, at, patience, remedies, compared);
    }

    /** After the commit. */
    static void tell(List<Looked> looked) {
        for (Looked one : looked) {
            if (one.ineffective()) {
                log.warn(
                        "action {} ({} for {}, {}) succeeded, and the drift of {} lasts",
                        one.id(),
                        one.action(),
                        one.kind(),
                        one.reason(),
                        one.stream());
            } else {
                log.info(
                        "action {} ({} for {}, {}): the drift of {} {}",
                        one.id(),
                        one.action(),
                        one.kind(),
                        one.reason(),
                        one.stream(),
                        one.outcome().equals(ActionOutcomes.VERIFIED)
                                ? "has ended"
                                : "ended before it, with another embedding model, or as a baseline was accepted");
            }
        }
    }
}
