package io.driftaware.runner.reindex;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The states of a run and what leads from one to the next. What a step changed stands in the database when it returns. */
final class Steps {
    private static final int MOST_FAILURES = 30;
    private static final Duration BUSY = Duration.ofSeconds(2);
    private static final Duration INDEX_POLL = Duration.ofMillis(500);
    private static final Duration SWAP_AGAIN = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final MeteredModel model;
    private final ReindexSettings settings;
    private final InstantSource clock;
    private final IndexBuild indexes;
    private final Preparing preparing;
    private final Fetching fetching;
    private final Batches batches;

    /** The queries' vectors as far as they were made; a process that begins here makes them anew. */
    private @Nullable Comparing comparing;

    Steps(
            DataSource dataSource,
            DocumentEmbedder embedder,
            List<DocumentSource> sources,
            ReindexSettings settings,
            InstantSource clock) {
        this.model = new MeteredModel(embedder, settings, clock);
        this.settings = settings;
        this.clock = clock;
        this.indexes = new IndexBuild(dataSource);
        this.preparing = new Preparing(indexes, !sources.isEmpty());
        this.fetching = new Fetching(sources);
        this.batches = new Batches(model, settings, clock);
    }

    /**
     * One step; a failure that may pass is counted, and waited for longer each time.
     *
     * @return how long to wait before the next step; zero for not at all
     */
    Duration next(Connection connection) throws SQLException, InterruptedException {
        ReindexStatus status = StatusStore.loaded(connection);
        try {
            return step(connection, status);
        } catch (EmbeddingFailure e) {
            String why = String.valueOf(e.getMessage());
            if (e.kind() != EmbeddingFailure.Kind.TRY_LATER) {
                return end(connection, StatusStore.loaded(connection), ReindexState.FAILED, why);
            }
            ReindexStatus failed = StatusStore.loaded(connection).failedOnce(why, 1);
            if (failed.standing().failures() > MOST_FAILURES) {
                return end(connection, failed, ReindexState.FAILED, why + "; given up after " + MOST_FAILURES);
            }
            StatusStore.save(connection, failed);
            return longer(e.after(), failed.standing().failures());
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            return BUSY;
        } catch (IOException e) {
            ReindexStatus failed = status.failedOnce("a document source cannot be read: " + e.getMessage(), 0);
            StatusStore.save(connection, failed);
            return longer(Duration.ZERO, failed.standing().failures());
        }
    }

    private static Duration longer(Duration asked, int failures) {
        Duration own = Duration.ofMillis(500L << Math.min(failures - 1, 10));
        Duration bounded = own.compareTo(LONGEST_WAIT) < 0 ? own : LONGEST_WAIT;
        return asked.compareTo(bounded) > 0 ? asked : bounded;
    }

    private Duration end(Connection connection, ReindexStatus status, ReindexState state, String why)
            throws SQLException {
        StatusStore.save(connection, status.ended(state, why, clock.instant()));
        return Duration.ZERO;
    }

    private Duration step(Connection connection, ReindexStatus status)
            throws SQLException, EmbeddingFailure, InterruptedException, IOException {
        DocumentsTable table = DocumentsTable.inspect(connection);
        Filling filling = new Filling(table, model, settings);
        if (status.state() != ReindexState.COMPARING) {
            comparing = null;
        }
        switch (status.state()) {
            case PREPARING -> {
                return prepare(connection, status, table);
            }
            case FETCHING -> fetching.fetch(connection, status);
            case FILLING -> {
                return batches.fill(connection, status, filling, Filling.Target.SHADOW, ReindexState.INDEXING)
                        .next();
            }
            case INDEXING -> {
                Optional<String> create = table.createIndex(status.aim().dimension());
                if (create.isPresent() && !indexes.ready(connection, DocumentsTable.SHADOW_INDEX, create.get())) {
                    return BUSY;
                }
                StatusStore.save(connection, status.to(ReindexState.COMPARING, ""));
            }
            case COMPARING -> {
                return compare(connection, status, table);
            }
            case SWAPPING -> {
                return swap(connection, status, table, filling);
            }
            case SETTLING -> {
                return settle(connection, status, filling);
            }
            default -> throw new IllegalStateException("nothing to do in state " + status.state());
        }
        return Duration.ZERO;
    }

    private Duration prepare(Connection connection, ReindexStatus status, DocumentsTable table) throws SQLException {
        Optional<String> obstacle = DocumentsTable.obstacle(connection);
        if (obstacle.isPresent()) {
            return end(connection, status, ReindexState.FAILED, obstacle.get());
        }
        if (!preparing.ready(connection, status.aim(), table)) {
            return INDEX_POLL;
        }
        StatusStore.save(connection, status.to(ReindexState.FETCHING, ""));
        return Duration.ZERO;
    }

    private Duration compare(Connection connection, ReindexStatus status, DocumentsTable table)
            throws SQLException, EmbeddingFailure, InterruptedException {
        if (comparing == null) {
            comparing = new Comparing(connection, table, model, settings, clock);
        }
        if (comparing.wantsVectors()) {
            Optional<String> spent = model.spent(status.work());
            if (spent.isPresent()) {
                return end(connection, status, ReindexState.STOPPED, spent.get());
            }
            Duration pause = model.pause();
            if (pause.isZero()) {
                StatusStore.save(connection, status.filled(0, 0, 1, comparing.embed(), 0));
            }
            return pause;
        }
        ReindexStatus.Comparison compared = comparing.compare(connection);
        comparing = null;
        ReindexStatus told = status.compared(compared);
        Double recall = compared.recall();
        if (recall != null && recall < settings.minimumRecall()) {
            return end(
                    connection,
                    told,
                    ReindexState.REFUSED,
                    "recall is under DRIFT_REINDEX_MIN_RECALL=" + settings.minimumRecall()
                            + "; nothing was swapped: raise hnsw.ef_search of the database, or lower the limit");
        }
        StatusStore.save(connection, told.to(ReindexState.SWAPPING, ""));
        return Duration.ZERO;
    }

    private Duration swap(Connection connection, ReindexStatus status, DocumentsTable table, Filling filling)
            throws SQLException, EmbeddingFailure, InterruptedException {
        Batches.Step filled = batches.fill(connection, status, filling, Filling.Target.SHADOW, ReindexState.SWAPPING);
        if (!filled.over() || !filled.next().isZero()) {
            return filled.next();
        }
        ReindexStatus now = StatusStore.loaded(connection);
        return Swap.swap(connection, table, filling, model, settings, now) == Swap.Outcome.SWAPPED
                ? Duration.ZERO
                : SWAP_AGAIN;
    }

    private Duration settle(Connection connection, ReindexStatus status, Filling filling)
            throws SQLException, EmbeddingFailure, InterruptedException {
        if (Boolean.TRUE.equals(DocumentsTable.valid(connection, DocumentsTable.PENDING_INDEX))) {
            Batches.Step filled = batches.fill(connection, status, filling, Filling.Target.LIVE, ReindexState.SETTLING);
            if (!filled.over() || !filled.next().isZero()) {
                return filled.next();
            }
        }
        if (!Swap.settled(connection)) {
            Swap.settle(connection);
        }
        DocumentsTable.run(connection, "DROP INDEX CONCURRENTLY IF EXISTS " + DocumentsTable.PENDING_INDEX);
        ReindexStatus done = StatusStore.loaded(connection).to(ReindexState.DONE, "");
        StatusStore.save(connection, done.counted(0, clock.instant()));
        return Duration.ZERO;
    }
}
