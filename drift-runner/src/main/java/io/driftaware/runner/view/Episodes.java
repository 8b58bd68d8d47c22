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
            @Says("value at that check, in the measure") @Nullable Double openedValue,
            @Says("that was passed, in the measure") @Nullable Double threshold,
            @Says(
                            value =
                                    "what the values are: a rate of flags, its rise over the baseline's, the drop of a mean"
                                            + " below the baseline's, the least share of rows that drifted, or the cosine"
                                            + " distance of the means, noise taken off; null where that is not known",
                            oneOf = {"rate", "rise", "drop", "drifted_share", "distance"})
                    @Nullable
                    String measure,
            @Says(
                            value = "of the values; null where the measure is not known",
                            oneOf = {"share", "score", "distance"})
                    @Nullable
                    String unit,
            @Says(
                            "when what was proven most likely began, an estimate of the rows between the baseline and the proof; null where nothing can be said")
                    @Nullable
                    Instant beganAbout,
            @Says("value at the last check that had one, in the measure") @Nullable Double lastValue,
            @Says("that check") Instant lastSeenAt,
            @Says("the check that found it over; null while it lasts") @Nullable Instant closedAt,
            @Says("why it ended; null while it lasts") @Nullable String closedBecause,
            @Says("why it was opened, in words") String reason,
            @Says(
                            value = "which sequence of evidence proved it; null where thresholds alone decided",
                            oneOf = {"limit", "baseline", "novelty", "window"})
                    @Nullable
                    String hypothesis,
            @Says("how sure it was; null with thresholds alone, and where the steps are deleted") @Nullable Proof proof,
            @Says("what drifted, as it was when the episode opened; null where there was nothing to explain") @Nullable
                    Drifted drifted,
            @Says("what it set off, oldest first; the 500 latest of a page") List<Action> actions) {}

    /** How sure a drift was. */
    public record Proof(
            @Says(
                            value = "which sequence of evidence proved it",
                            oneOf = {"limit", "baseline", "novelty", "window"})
                    String hypothesis,
            @Says("logarithm of the evidence over that of what an alarm needs") double ratio,
            @Says(
                            "if nothing watched were beyond what it is held against, as much would come up at most once in so many days; besides baseline_risk")
                    double chanceOnceInDays,
            @Says("the same of an alarm, by the budget at the time") double alarmOnceInDays,
            @Says(
                            value =
                                    "what was exceeded: a configured limit, which says nothing of a change, or what the baseline has",
                            oneOf = {"limit", "baseline"})
                    String beyond,
            @Says(
                            "risk, once for all baselines together, that a limit estimated from a baseline is wrong, so that no figure holds; 0 where none was estimated")
                    double baselineRisk) {}

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
                    String detail,
            @Says(
                            value =
                                    "whether this episode's drift ended after it: it recovered, it lasts beyond the time that it may take, or it ended before the action did, with another embedding model or as a baseline was accepted; null until that is known",
                            oneOf = {"VERIFIED", "INEFFECTIVE", "UNCLEAR"})
                    @Nullable
                    String outcome) {}
}
