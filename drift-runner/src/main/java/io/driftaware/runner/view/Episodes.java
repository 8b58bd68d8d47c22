package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Episodes, the latest first. */
public record Episodes(
        @Says("of this page") List<Episode> episodes,
        @Says("to be given as before for the next page; null at the end") @Nullable Long next) {

    /** A drift from its proof to its end. */
    public record Episode(
            @Says("its number") long id,
            @Says("that drifted") String stream,
            @Says("part of the stream; empty for all of it") String segment,
            @Says("that the embeddings had") @Nullable String embeddingModel,
            @Says("the check that proved it") Instant openedAt,
            @Says("value at that check") @Nullable Double openedValue,
            @Says("that was passed") @Nullable Double threshold,
            @Says("value at the last check that had one") @Nullable Double lastValue,
            @Says("that check") Instant lastSeenAt,
            @Says("the check that found it over; null while it lasts") @Nullable Instant closedAt,
            @Says("why it ended; null while it lasts") @Nullable String closedBecause,
            @Says("why it was opened, in words") String reason,
            @Says("how sure it was; null with thresholds alone, and where the steps are deleted") @Nullable Proof proof,
            @Says("what drifted, as it was when the episode opened; null where there was nothing to explain") @Nullable
                    Drifted drifted,
            @Says("what it set off, oldest first") List<Action> actions) {}

    /** How sure a drift was. */
    public record Proof(
            @Says(
                            value = "what was proven",
                            oneOf = {"limit", "baseline", "novelty", "window"})
                    String hypothesis,
            @Says("logarithm of the evidence over that of what an alarm needs") double ratio,
            @Says("chance alone would bring as much at most once in so many days, over everything that is watched")
                    double chanceOnceInDays) {}

    /** What an episode set off. */
    public record Action(
            @Says("its number") long id,
            @Says("its name") String action,
            @Says(
                            value = "what it is to do",
                            oneOf = {"reindex", "retrain", "notify"})
                    String kind,
            @Says(
                            value = "how far it is",
                            oneOf = {
                                "PROPOSED",
                                "AWAITING_APPROVAL",
                                "APPROVED",
                                "DISPATCHED",
                                "RUNNING",
                                "SUCCEEDED",
                                "FAILED",
                                "TIMED_OUT",
                                "SUPPRESSED",
                                "UNKNOWN"
                            })
                    String state,
            @Says("when it was asked for") Instant createdAt,
            @Says("when it last changed") Instant updatedAt,
            @Says("calls since the last one that got on") int attempts,
            @Says("when it is tried next; null where nothing is planned") @Nullable Instant due,
            @Says(
                            "why it was kept back, the last error, what came of it, or how far it is; null if nothing is said, or withheld")
                    @Nullable
                    String detail) {}
}
