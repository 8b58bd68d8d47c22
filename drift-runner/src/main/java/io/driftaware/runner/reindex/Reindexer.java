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
 * slices; all that a slice must know stands in the database, so any process can go on where another was killed.
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
     */
    public ReindexStatus start(UUID run) throws SQLException {
        DocumentEmbedder model = Objects.requireNonNull(embedder, WITHOUT_MODEL);
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            Optional<ReindexStatus> found = StatusStore.load(connection);
            if (found.isPresent()) {
                ReindexStatus there = found.get();
                boolean same =
                        there.aim().model().equals(model.model()) && there.aim().dimension() == model.dimension();
                boolean open = !there.state().ended();
                if (open && !same) {
                    throw new IllegalStateException("a re-index to "
                            + there.aim().model() + " (" + there.aim().dimension()
                            + " dimensions) is under way: let it end, or set its model again");
                }
                if (open || (there.aim().run().equals(run) && there.state() == ReindexState.DONE)) {
                    return there;
                }
            }
            ReindexStatus begun = ReindexStatus.begin(run, model.model(), model.dimension(), clock.instant());
            StatusStore.save(connection, begun);
            return begun;
        }
    }

    /**
     * Works until the limit has passed, the run has ended, or there is something to wait for; one step at least.
     *
     * @throws InterruptedException if the thread was interrupted while it waited for the model; what it was asked for then
     *     is asked for again by the next slice
     */
    public Slice work(Duration limit) throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            Instant end = clock.instant().plus(limit);
            ReindexStatus status = StatusStore.loaded(connection);
            if (status.state().ended()) {
                return new Slice(status, Duration.ZERO);
            }
            if (!AdvisoryLock.WORK.taken(connection)) {
                return new Slice(status, BUSY);
            }
            try {
                Steps of = Objects.requireNonNull(steps, WITHOUT_MODEL);
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
     * call was stopped.
     */
    public ReindexStatus rollback() throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            if (!AdvisoryLock.WORK.taken(connection)) {
                throw new IllegalStateException("another process works on the re-index now: try again");
            }
            try {
                ReindexStatus status = StatusStore.loaded(connection);
                DocumentsTable table = DocumentsTable.inspect(connection);
                if (!table.previous() && Rollback.begun(status)) {
                    return Rollback.finish(connection, table, status);
                }
                if (!table.previous()) {
                    throw new IllegalStateException("no old vectors are kept: there was no swap, or they were dropped");
                }
                return Rollback.run(connection, table, status);
            } finally {
                AdvisoryLock.WORK.release(connection);
            }
        }
    }

    /** Drops the old vectors that are kept for a rollback. */
    public void dropPrevious() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            DocumentsTable.run(connection, "SET lock_timeout = '5s'");
            DocumentsTable.dropColumns(connection, "_previous");
            DocumentsTable.run(connection, "RESET lock_timeout");
        }
    }
}
