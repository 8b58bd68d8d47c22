package io.driftaware.core.policy;

import java.util.List;

/**
 * What must be remembered of a stream from one check to the next, over restarts too.
 *
 * @param open whether an episode is open
 * @param driftHistory while none is open: whether each of the last comparisons said DRIFT, oldest first
 * @param recoveredChecks while one is open: recovered comparisons in a row
 */
public record EpisodeState(boolean open, List<Boolean> driftHistory, int recoveredChecks) {

    /** No episode, and nothing seen yet. */
    public static final EpisodeState START = new EpisodeState(false, List.of(), 0);

    /** Takes a copy of the history and refuses a negative count. */
    public EpisodeState {
        if (recoveredChecks < 0) {
            throw new IllegalArgumentException("recovered checks " + recoveredChecks + " is negative");
        }
        driftHistory = List.copyOf(driftHistory);
    }

    /** An open episode that has recovered for so many checks in a row, as read from storage. */
    public static EpisodeState open(int recoveredChecks) {
        return new EpisodeState(true, List.of(), recoveredChecks);
    }

    /** No open episode, with the history as read from storage, oldest first. */
    public static EpisodeState closed(List<Boolean> driftHistory) {
        return new EpisodeState(false, driftHistory, 0);
    }
}
