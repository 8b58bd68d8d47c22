package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How everything stands. */
public record Overview(
        @Says("when this was put together") Instant generatedAt,
        @Says(
                        value = "whether texts and names that came from users are in the answers",
                        oneOf = {"shown", "withheld"})
                String texts,
        @Says("how the monitor itself is") MonitorState monitor,
        @Says("time of the last check; null before the first") @Nullable Instant checkedAt,
        @Says(
                        value = "of the last check over all streams; null before the first",
                        oneOf = {"OK", "WARN", "DRIFT", "INSUFFICIENT", "LEARNING", "STALE"})
                @Nullable
                String verdict,
        @Says("whether the last check is over three intervals ago, so that what follows is old; false before the first")
                boolean overdue,
        @Says("how long the last check took") @Nullable Double tookSeconds,
        @Says("every stream, in a fixed order; empty before the first check") List<StreamState> streams,
        @Says("how far each log has been read") List<ReaderState> readers) {

    /** How the monitor itself is. */
    public record MonitorState(
            @Says("of the program") String version,
            @Says("in a word: starting, ok, failing, overdue, closed, RESTORED, waiting for the database") String state,
            @Says("whether the last check succeeded, and not too long ago") boolean ready,
            @Says("when a check last succeeded") @Nullable Instant lastSuccess,
            @Says("why the last check failed, in one line") @Nullable String lastError,
            @Says("time between two checks, seconds") long checkIntervalSeconds,
            @Says("at most one false alarm in so many days, over everything that is watched") double falseAlarmDays,
            @Says(
                            value = "how a check decides",
                            oneOf = {"calibrated", "threshold"})
                    String detection,
            @Says(
                            value =
                                    "what it was at the last check: a follower shows what the leader found; null before it",
                            oneOf = {"leader", "follower"})
                    @Nullable
                    String role,
            @Says("one line for each stream that the last check could not read or compare")
                    List<String> failedStreams) {}

    /** One stream. */
    public record StreamState(
            @Says("its name") String stream,
            @Says("what it is, in words") String title,
            @Says(
                            value = "of the last check",
                            oneOf = {"OK", "WARN", "DRIFT", "INSUFFICIENT", "LEARNING", "STALE"})
                    String verdict,
            @Says("for the verdict, in words") String reason,
            @Says("what was measured; null where there is too little data") @Nullable Headline headline,
            @Says("rows of the recent window") long recentRows,
            @Says("since when they count; null where that is not known") @Nullable Instant recentFrom,
            @Says("rows of the baseline") long baselineRows,
            @Says("rows that cannot be used") long rejectedRows,
            @Says("what is missing; null where a comparison was made") @Nullable Missing missing,
            @Says("start of the quarter of an hour that the last row lies in, of those that the check read") @Nullable
                    Instant lastRow,
            @Says("that the embeddings have") @Nullable String embeddingModel,
            @Says("against the budget of false alarms, since the last alarm") List<EvidenceState> evidence,
            @Says("what recent rows are compared with; null before one is learned") @Nullable BaselineState baseline,
            @Says("the episode that lasts, null without one") @Nullable OpenEpisode episode,
            @Says("whether the last check could not read or compare it; the reason says why") boolean failed,
            @Says(
                            "whether its value is beyond the limit without the evidence for an alarm; only where the verdict is OK")
                    boolean unproven,
            @Says(
                            "time of the newest row, read by a check or not; null where it is not among the latest 1,000 of its log")
                    @Nullable
                    Instant newestRow) {}

    /** The one number of a stream, beside what it is held against. */
    public record Headline(
            @Says("of the recent window, in the unit") double value,
            @Says("of the baseline; null where the value is a difference already") @Nullable Double before,
            @Says("limit of the value") double threshold,
            @Says(
                            value = "how the value stands to the limit where it is worth acting on",
                            oneOf = {"above", "from", "at or below"})
                    String acts,
            @Says(
                            value = "of all three",
                            oneOf = {"share", "score", "distance"})
                    String unit,
            @Says(
                            value = "which way is worse",
                            oneOf = {"higher", "lower"})
                    String worse,
            @Says("the smallest value that so many rows can be expected to prove; null where unknown") @Nullable
                    Double detectable,
            @Says("what the value is, in words") String label,
            @Says(
                            value =
                                    "the same in a word: drifted_share is the least share of rows that is not as before",
                            oneOf = {"rate", "mean", "drifted_share", "distance"})
                    String measure) {}

    /** What a stream lacks. */
    public record Missing(
            @Says("rows that there are") long have,
            @Says("rows that are needed") long needed,
            @Says("of what, in words") String reason) {}

    /** Where a sequence of evidence stands. */
    public record EvidenceState(
            @Says(
                            value = "what it speaks for",
                            oneOf = {"limit", "baseline", "novelty", "window"})
                    String hypothesis,
            @Says("logarithm of the evidence over that of what an alarm needs: 1 is an alarm, 0 none") double ratio) {}

    /** What recent rows are compared with. */
    public record BaselineState(
            @Says("its number") long id,
            @Says("time of its first row") Instant from,
            @Says("time of its last row") Instant to,
            @Says("that it was made from") long rows) {}

    /** An episode that lasts. */
    public record OpenEpisode(@Says("its number") long id, @Says("the check that proved it") Instant openedAt) {}

    /** How far a log has been read. */
    public record ReaderState(@Says("which log") String reader, @Says("when its mark last moved") Instant movedAt) {}
}
