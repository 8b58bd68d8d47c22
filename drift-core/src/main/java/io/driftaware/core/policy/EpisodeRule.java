package io.driftaware.core.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * When an episode opens and closes: it opens when k of the last n comparisons said DRIFT, and closes when k comparisons in
 * a row lie below {@value #RECOVERY_SHARE} of the threshold. The gap between the two keeps a value that hovers at the
 * threshold from opening episode after episode. A check that compared nothing (INSUFFICIENT, LEARNING, STALE) neither
 * opens nor closes, and is no part of any count.
 *
 * @param confirm how many checks must agree; its k is also the number of recovered checks that closes
 */
public record EpisodeRule(KOfN confirm) {

    /** The share of the threshold below which a value counts as recovered. */
    public static final double RECOVERY_SHARE = 0.8;

    /** The state after a check, and what it means. Pure: the same arguments always give the same decision. */
    public EpisodeDecision decide(EpisodeState state, Observation seen) {
        if (!seen.verdict().isComparison()) {
            return state.open() ? new EpisodeDecision.Continued(state) : new EpisodeDecision.Quiet(state);
        }
        return state.open() ? whileOpen(state, seen) : whileClosed(state, seen);
    }

    private EpisodeDecision whileClosed(EpisodeState state, Observation seen) {
        List<Boolean> history = new ArrayList<>(state.driftHistory());
        history.add(seen.verdict() == Verdict.DRIFT);
        if (confirm.holds(history)) {
            return new EpisodeDecision.Opened(EpisodeState.open(0));
        }
        return new EpisodeDecision.Quiet(EpisodeState.closed(confirm.lastN(history)));
    }

    private EpisodeDecision whileOpen(EpisodeState state, Observation seen) {
        int recovered = isRecovered(seen) ? state.recoveredChecks() + 1 : 0;
        if (recovered >= confirm.k()) {
            return new EpisodeDecision.Closed(EpisodeState.START);
        }
        return new EpisodeDecision.Continued(EpisodeState.open(recovered));
    }

    private static boolean isRecovered(Observation seen) {
        double value = seen.value().orElseThrow();
        // With a threshold of zero no value is below its share: none at all has to do.
        return seen.verdict() != Verdict.DRIFT && (value < RECOVERY_SHARE * seen.threshold() || value <= 0);
    }
}
