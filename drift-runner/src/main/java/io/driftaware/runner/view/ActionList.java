package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shapes of the requests and answers about actions, for the OpenAPI document. */
final class ActionList {
    private ActionList() {}

    /** The actions that were asked for, the latest first. */
    record Actions(
            @Says("since when actions are paused; null while they are not") @Nullable Instant pausedSince,
            @Says("of this page") List<Asked> actions,
            @Says("to be given as before for the next page; null at the end") @Nullable Long next) {}

    /** One action. */
    record Asked(
            @Says("its number") long id,
            @Says("its name") String action,
            @Says(
                            value = "what it is to do",
                            oneOf = {"reindex", "retrain", "notify"})
                    String kind,
            @Says("how far it is, as in an episode") String state,
            @Says("of the drift that asked for it") String reason,
            @Says("when it was asked for") Instant createdAt,
            @Says("why it was kept back, the last error, what came of it, or how far it is; empty if nothing is said")
                    String note,
            @Says(
                            "whether the drift ended after it: VERIFIED, INEFFECTIVE or UNCLEAR, the worst of its episodes; empty until that is known")
                    String outcome,
            @Says("that asked for it") List<AskedBy> episodes,
            @Says("that a receiver knows it by") String idempotencyKey) {}

    /** An episode that asked for an action. */
    record AskedBy(
            @Says("its number") long id,
            @Says("that drifted") String stream,
            @Says(
                            "whether this drift ended after the action: VERIFIED, INEFFECTIVE or UNCLEAR; empty until that is known")
                    String outcome) {}

    /** An action after a step. */
    record Step(@Says("its number") long id, @Says("its state now") String state) {}

    /** Whether actions are paused. */
    record Paused(@Says("whether they are") boolean paused) {}

    /** What a receiver said, as it was taken. */
    record Told(@Says("running, succeeded or failed") String state) {}
}
