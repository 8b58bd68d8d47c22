package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream over time. */
public record Series(
        @Says("its name") String stream,
        @Says("start of the stretch") Instant from,
        @Says("end of the stretch") Instant to,
        @Says("what the values are, in words") String label,
        @Says(
                        value = "of values, baseline and threshold",
                        oneOf = {"share", "score"})
                String unit,
        @Says(
                        value = "which way is worse",
                        oneOf = {"higher", "lower"})
                String worse,
        @Says("at most as many as were asked for, oldest first; stretches without rows have none") List<Point> points,
        @Says("what is usual; null before a baseline is learned") @Nullable Usual baseline,
        @Says(
                        "from which on it is worth acting on; null where the last check compared nothing, and for embeddings, where no rule decides by this share")
                @Nullable
                Double threshold,
        @Says(
                        "when what the episode that lasts has proven most likely began, whatever the stretch; null without one, and where nothing can be said")
                @Nullable
                Instant beganAbout,
        @Says("those that overlap the stretch, oldest first; the 50 latest") List<Stretch> episodes,
        @Says("of each sequence, against the budget of false alarms") List<EvidenceLine> evidence) {

    /** What a stretch of time holds. */
    public record Point(
            @Says("start of the stretch") Instant at,
            @Says("its length") long seconds,
            @Says("rows in it") long rows,
            @Says("share or mean of these rows") double value,
            @Says("lower end of the 95 % interval of the value (Wilson), rows taken as independent") double low,
            @Says("upper end") double high) {}

    /** What is usual. */
    public record Usual(
            @Says("time of the baseline's first row") Instant from,
            @Says("time of its last row") Instant to,
            @Says("its share or mean; null where the last check did not say") @Nullable Double value) {}

    /** When an episode was. */
    public record Stretch(
            @Says("number of the episode") long id,
            @Says("the check that proved it") Instant openedAt,
            @Says("the check that found it over; null while it lasts") @Nullable Instant closedAt) {}

    /** One sequence of evidence. */
    public record EvidenceLine(
            @Says(
                            value = "what it speaks for",
                            oneOf = {"limit", "baseline", "novelty", "window"})
                    String hypothesis,
            @Says("the highest of each stretch of time, oldest first") List<EvidencePoint> points) {}

    /** Evidence after a check. */
    public record EvidencePoint(
            @Says("the check") Instant at,
            @Says("logarithm of the evidence over that of what an alarm needs: 1 is an alarm, 0 none") double ratio,
            @Says("whether an episode began with it") boolean alarm) {}
}
