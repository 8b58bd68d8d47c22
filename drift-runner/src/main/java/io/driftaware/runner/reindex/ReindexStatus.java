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
 * @param comparison of new and old, null before it was made
 * @param updatedAt when {@link Work#pending()} was last counted, or the run ended
 */
public record ReindexStatus(
        Aim aim, Standing standing, Work work, Place place, @Nullable Comparison comparison, Instant updatedAt) {

    /**
     * What a run is for; the same from its beginning to its end.
     *
     * @param run its number: the action's idempotency key, or one of the command line's own
     * @param model the new one
     * @param dimension of the new vectors
     */
    public record Aim(UUID run, String model, int dimension, Instant startedAt) {}

    /**
     * How it stands.
     *
     * @param failures in a row
     * @param message why it stands as it does; empty if there is nothing to say
     */
    public record Standing(ReindexState state, int failures, String message) {}

    /**
     * What was done, and what it cost.
     *
     * @param embedded documents embedded by the model, also again
     * @param reused documents whose vector was already the new model's
     * @param pending documents still without, when last counted
     * @param requests to the model
     * @param tokens that the model counted
     */
    public record Work(long embedded, long reused, long pending, long requests, long tokens) {
        static final Work NONE = new Work(0, 0, 0, 0, 0);

        Work and(long more, long again, int calls, long cost) {
            return new Work(embedded + more, reused + again, pending, requests + calls, tokens + cost);
        }

        Work left(long now) {
            return new Work(embedded, reused, now, requests, tokens);
        }
    }

    /**
     * Where it goes on.
     *
     * @param cursor id of the document behind which the filling goes on
     * @param source which source is being read
     * @param sourceCursor its cursor
     */
    public record Place(long cursor, int source, @Nullable String sourceCursor) {
        static final Place START = new Place(0, 0, null);

        Place at(long id) {
            return new Place(id, source, sourceCursor);
        }
    }

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
        Standing begun = new Standing(ReindexState.PREPARING, 0, "");
        return new ReindexStatus(new Aim(run, model, dimension, now), begun, Work.NONE, Place.START, null, now);
    }

    /** Where it stands. */
    public ReindexState state() {
        return standing.state();
    }

    /** Another state, which begins at the first document. */
    ReindexStatus to(ReindexState next, String why) {
        return new ReindexStatus(aim, new Standing(next, 0, why), work, place.at(0), comparison, updatedAt);
    }

    /** The end, and when it was. */
    ReindexStatus ended(ReindexState end, String why, Instant now) {
        return to(end, why).counted(work.pending(), now);
    }

    ReindexStatus filled(long more, long again, int calls, long cost, long at) {
        Work done = work.and(more, again, calls, cost);
        return new ReindexStatus(aim, new Standing(state(), 0, ""), done, place.at(at), comparison, updatedAt);
    }

    ReindexStatus failedOnce(String why, int calls) {
        Standing failed = new Standing(state(), standing.failures() + 1, why);
        return new ReindexStatus(aim, failed, work.and(0, 0, calls, 0), place, comparison, updatedAt);
    }

    ReindexStatus from(long at) {
        return new ReindexStatus(aim, standing, work, place.at(at), comparison, updatedAt);
    }

    ReindexStatus fetched(int which, @Nullable String next) {
        Place there = new Place(place.cursor(), which, next);
        return new ReindexStatus(aim, new Standing(state(), 0, ""), work, there, comparison, updatedAt);
    }

    ReindexStatus compared(Comparison result) {
        return new ReindexStatus(aim, standing, work, place, result, updatedAt);
    }

    ReindexStatus counted(long left, Instant now) {
        return new ReindexStatus(aim, standing, work.left(left), place, comparison, now);
    }

    /** One line for the operator. */
    public String line() {
        return state() + " to " + aim.model() + " (" + aim.dimension() + " dimensions): " + work.embedded()
                + " embedded, " + work.reused() + " reused, " + work.pending() + " to do, " + work.requests()
                + " requests, " + work.tokens() + " tokens"
                + (comparison == null ? "" : "; " + comparison.line())
                + (standing.message().isEmpty() ? "" : "; " + standing.message());
    }
}
