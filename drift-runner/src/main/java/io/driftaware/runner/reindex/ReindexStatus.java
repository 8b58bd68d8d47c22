package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A re-index as it is stored, and as it is shown.
 *
 * @param run its number: the action's idempotency key, or one of the command line's own
 * @param model the new one
 * @param dimension of the new vectors
 * @param embedded documents embedded by the model, also again
 * @param reused documents whose vector was already the new model's
 * @param pending documents still without, when last counted
 * @param requests to the model
 * @param tokens that the model counted
 * @param failures in a row
 * @param cursor where the filling goes on
 * @param source which source is being read
 * @param sourceCursor its cursor
 * @param message why it stands as it does; empty if there is nothing to say
 * @param comparison of new and old, null before it was made
 */
public record ReindexStatus(
        UUID run,
        ReindexState state,
        String model,
        int dimension,
        Instant startedAt,
        Instant updatedAt,
        long embedded,
        long reused,
        long pending,
        long requests,
        long tokens,
        int failures,
        long cursor,
        int source,
        @Nullable String sourceCursor,
        String message,
        @Nullable Comparison comparison) {

    /**
     * What recent queries found, before and after.
     *
     * @param recall share of the true ten nearest that the new index found; null if nothing could be compared
     * @param queries that were compared
     * @param coverageBefore share of recent queries with a document near them, in the old vectors; null if unknown
     * @param coverageAfter the same in the new ones
     */
    public record Comparison(
            @Nullable Double recall, int queries, @Nullable Double coverageBefore, @Nullable Double coverageAfter) {
        /** One line. */
        public String line() {
            return "recall@10 " + share(recall) + " over " + queries + " queries, coverage before "
                    + share(coverageBefore) + ", after " + share(coverageAfter);
        }

        private static String share(@Nullable Double value) {
            return value == null ? "unknown" : String.format(Locale.ROOT, "%.3f", value);
        }
    }

    /** The latest run, as it stands in the database. */
    public static Optional<ReindexStatus> latest(Connection connection) throws SQLException {
        return StatusStore.load(connection);
    }

    static ReindexStatus begin(UUID run, String model, int dimension, Instant now) {
        return new ReindexStatus(
                run, ReindexState.PREPARING, model, dimension, now, now, 0, 0, 0, 0, 0, 0, 0, 0, null, "", null);
    }

    ReindexStatus to(ReindexState next, String why) {
        return new ReindexStatus(
                run,
                next,
                model,
                dimension,
                startedAt,
                updatedAt,
                embedded,
                reused,
                pending,
                requests,
                tokens,
                0,
                0,
                source,
                sourceCursor,
                why,
                comparison);
    }

    ReindexStatus filled(long more, long again, int calls, long cost, long at) {
        return new ReindexStatus(
                run,
                state,
                model,
                dimension,
                startedAt,
                updatedAt,
                embedded + more,
                reused + again,
                pending,
                requests + calls,
                tokens + cost,
                0,
                at,
                source,
                sourceCursor,
                "",
                comparison);
    }

    ReindexStatus failedOnce(String why, int calls) {
        return new ReindexStatus(
                run,
                state,
                model,
                dimension,
                startedAt,
                updatedAt,
                embedded,
                reused,
                pending,
                requests + calls,
                tokens,
                failures + 1,
                cursor,
                source,
                sourceCursor,
                why,
                comparison);
    }

    ReindexStatus from(long at) {
        return new ReindexStatus(
                run,
                state,
                model,
                dimension,
                startedAt,
                updatedAt,
                embedded,
                reused,
                pending,
                requests,
                tokens,
                failures,
                at,
                source,
                sourceCursor,
                message,
                comparison);
    }

    ReindexStatus fetched(int which, @Nullable String next) {
        return new ReindexStatus(
                run,
                state,
                model,
                dimension,
                startedAt,
                updatedAt,
                embedded,
                reused,
                pending,
                requests,
                tokens,
                0,
                cursor,
                which,
                next,
                "",
                comparison);
    }

    ReindexStatus compared(Comparison result) {
        return new ReindexStatus(
                run,
                state,
                model,
                dimension,
                startedAt,
                updatedAt,
                embedded,
                reused,
                pending,
                requests,
                tokens,
                failures,
                cursor,
                source,
                sourceCursor,
                message,
                result);
    }

    ReindexStatus counted(long left, Instant now) {
        return new ReindexStatus(
                run,
                state,
                model,
                dimension,
                startedAt,
                now,
                embedded,
                reused,
                left,
                requests,
                tokens,
                failures,
                cursor,
                source,
                sourceCursor,
                message,
                comparison);
    }

    /** One line for the operator. */
    public String line() {
        return state + " to " + model + " (" + dimension + " dimensions): " + embedded + " embedded, " + reused
                + " reused, " + pending + " to do, " + requests + " requests, " + tokens + " tokens"
                + (comparison == null ? "" : "; " + comparison.line())
                + (message.isEmpty() ? "" : "; " + message);
    }
}
