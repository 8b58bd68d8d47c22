package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Gives every document the vector of another model while searches, inserts, updates and deletes go on. Work is done in
 * slices; all that a slice must know stands in the database, so any process can go on where another was killed. Whatever
 * changes the status or the table holds one advisory lock, and reads the status only once it has it.
 *
 * <p>Shadow columns stand beside {@code embedding}, {@code content_hash} and {@code embedding_model}. A document lacks
 * the new vector while {@code content_hash_next} is not the MD5 of its content, whoever wrote it and when; a partial
 * index over that condition finds these few at once. When none is left, three renames in one transaction put the new
 * columns in place of the old.
 */
public final class Reindexer {
    private static final String WITHOUT_MODEL = "this re-indexer was made without a model";
    private static final Duration BUSY = Duration.ofSeconds(2);

    private final DataSource dataSource;
    private final @Nullable DocumentEmbedder embedder;
    private final @Nullable Steps steps;
    private final InstantSource clock;

    /**
     * What a slice came to.
     *
     * @param next how long to wait before the next one; zero for at once
     */
    public record Slice(ReindexStatus status, Duration next) {}

    /**
     * A re-indexer of one database.
     *
     * @param dataSource of its owner; the table's definition is changed
     * @param embedder null where only the status and a rollback are wanted
     */
    public Reindexer(
            DataSource dataSource,
            @Nullable DocumentEmbedder embedder,
            List<DocumentSource> sources,
            ReindexSettings settings,
            InstantSource clock) {
        this.dataSource = dataSource;
        this.embedder = embedder;
        this.steps = embedder == null ? null : new Steps(dataSource, embedder, sources, settings, clock);
        this.clock = clock;
    }

    /** The latest run, if there was one. */
    public Optional<ReindexStatus> status() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return StatusStore.load(connection);
        }
    }

    /**
     * Begins a run, or goes on with one that was stopped: under way, STOPPED, FAILED or REFUSED to the same model. A run
     * under this very number that has ended well stays as it is, so a repeated call does nothing twice.
     *
     * @throws IllegalStateException if a run to another model is under way, another process is rolling back, or a rollback was
     *     cut short
     */
    public ReindexStatus start(UUID run) throws SQLException {
        DocumentEmbedder model = Objects.requireNonNull(embedder, WITHOUT_MODEL);
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            // Without the lock, which whoever works on this run holds for a whole slice.
            Optional<ReindexStatus> goesOn = goesOn(connection, run, model);
            if (goesOn.isPresent()) {
                return goesOn.get();
            }
            takeWork(connection);
            try {
                // Again: until the lock was taken another start may have begun, or a rollback have ended.
                Optional<ReindexStatus> since = goesOn(connection, run, model);
                if (since.isPresent()) {
                    return since.get();
                }
                if (StatusStore.load(connection).filter(Rollback::cutShort).isPresent()) {
                    throw new IllegalStateException("a rollback was cut short: run reindex rollback again, then start");
                }
                ReindexStatus begun = ReindexStatus.begin(run, model.model(), model.dimension(), clock.instant());
                StatusStore.save(connection, begun);
                return begun;
            } finally {
                AdvisoryLock.WORK.release(connection);
            }
        }
    }

    /** The run that a start goes on with; empty where one is to begin. */
    private static Optional<ReindexStatus> goesOn(Connection connection, UUID run, DocumentEmbedder model)
            throws SQLException {
        Optional<ReindexStatus> found = StatusStore.load(connection);
        if (found.isEmpty()) {
            return found;
        }
        ReindexStatus there = found.get();
        if (!there.state().ended()) {
            requireSame(there, model);
            return found;
        }
        return there.aim().run().equals(run) && there.state() == ReindexState.DONE ? found : Optional.empty();
    }

    /** Vectors of two models in one column would be told from each other by nobody. */
    private static void requireSame(ReindexStatus there, DocumentEmbedder model) {
        if (!there.aim().model().equals(model.model()) || there.aim().dimension() != model.dimension()) {
            throw new IllegalStateException("a re-index to "
                    + there.aim().model() + " (" + there.aim().dimension()
                    + " dimensions) is under way: let it end, or set its model again");
        }
    }

    private static void takeWork(Connection connection) throws SQLException {
        if (!AdvisoryLock.WORK.taken(connection)) {
            throw new IllegalStateException("another process works on the re-index now: try again");
        }
    }

    /**
     * Works until the limit has passed, the run has ended, or there is something to wait for; one step at least.
     *
     * @throws IllegalStateException if the run is to another model than this re-indexer's
     * @throws InterruptedException if the thread was interrupted while it waited for the model; what it was asked for then
     *     is asked for again by the next slice
     */
    public Slice work(Duration limit) throws SQLException, InterruptedException {
        Steps of = Objects.requireNonNull(steps, WITHOUT_MODEL);
        DocumentEmbedder model = Objects.requireNonNull(embedder, WITHOUT_MODEL);
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            Instant end = clock.instant().plus(limit);
            if (!AdvisoryLock.WORK.taken(connection)) {
                return new Slice(StatusStore.loaded(connection), BUSY);
            }
            try {
                // Only now: before the lock was taken a rollback may have ended the run, or another model's have begun.
                ReindexStatus status = StatusStore.loaded(connection);
                if (status.state().ended()) {
                    return new Slice(status, Duration.ZERO);
                }
                requireSame(status, model);
                Duration next;
                // At least one: the time may be over before the first, and then no slice would ever do anything.
                do {
                    next = of.next(connection);
                } while (next.isZero()
                        && !Thread.currentThread().isInterrupted()
                        && !StatusStore.loaded(connection).state().ended()
                        && clock.instant().isBefore(end));
                return new Slice(counted(connection), next);
            } finally {
                AdvisoryLock.WORK.release(connection);
            }
        }
    }

    /** What is left to do, counted anew; nothing can be counted before the shadow columns are there. */
    private ReindexStatus counted(Connection connection) throws SQLException {
        ReindexStatus status = StatusStore.loaded(connection);
        if (status.state().ended()) {
            return status;
        }
        boolean swapped = status.state().swapped();
        long pending = status.work().pending();
        if (swapped || DocumentsTable.inspect(connection).shadow() >= 0) {
            pending = Filling.pending(connection, swapped ? Filling.Target.LIVE : Filling.Target.SHADOW);
        }
        ReindexStatus counted = status.counted(pending, clock.instant());
        StatusStore.save(connection, counted);
        return counted;
    }

    /**
     * Puts the old vectors back in use. Documents written since the swap have none of the old model's. Goes on where an earlier
     * call was stopped. Before a swap it gives the run up where this has let documents be without a vector: they may not any more; the
     * message says so.
     */
    public ReindexStatus rollback() throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            takeWork(connection);
            try {
                ReindexStatus status = StatusStore.loaded(connection);
                DocumentsTable table = DocumentsTable.inspect(connection);
                if (!table.previous() && Rollback.toBeEnded(connection, status)) {
                    return Rollback.end(connection, status);
                }
                if (!table.previous()) {
                    throw new IllegalStateException("no old vectors are kept: there was no swap, or they were dropped");
                }
                return Rollback.run(connection, status);
            } finally {
                AdvisoryLock.WORK.release(connection);
            }
        }
    }

    /**
     * Drops the old vectors that are kept for a rollback.
     *
     * @throws IllegalStateException if another process works on the re-index, or rolls back
     */
    public void dropPrevious() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            takeWork(connection);
            try {
                DocumentsTable.run(connection, "SET lock_timeout = '5s'");
                try {
                    DocumentsTable.dropColumns(connection, "_previous");
                } finally {
                    DocumentsTable.run(connection, "RESET lock_timeout");
                }
            } finally {
                AdvisoryLock.WORK.release(connection);
            }
        }
    }
}
