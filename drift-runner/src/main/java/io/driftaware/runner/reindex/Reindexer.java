package io.driftaware.runner.reindex;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
    private static final long LOCK = 0x6472_6966_7472_6978L;
    private static final int MOST_FAILURES = 30;
    private static final Duration BUSY = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final DataSource dataSource;
    private final @Nullable DocumentEmbedder embedder;
    private final List<DocumentSource> sources;
    private final ReindexSettings settings;
    private final InstantSource clock;
    private final IndexBuild indexes;
    private @Nullable Instant lastRequest;

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
        this.sources = List.copyOf(sources);
        this.settings = settings;
        this.clock = clock;
        this.indexes = new IndexBuild(dataSource);
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
        DocumentEmbedder model = model();
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

    /** Works until the limit has passed, the run has ended, or there is something to wait for. */
    public Slice work(Duration limit) throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            Instant end = clock.instant().plus(limit);
            ReindexStatus status = loaded(connection);
            if (status.state().ended()) {
                return new Slice(status, Duration.ZERO);
            }
            if (!advisory(connection, "SELECT pg_try_advisory_lock(?)")) {
                return new Slice(status, BUSY);
            }
            try {
                Duration next = Duration.ZERO;
                while (next.isZero()
                        && !loaded(connection).state().ended()
                        && clock.instant().isBefore(end)) {
                    next = guarded(connection);
                }
                status = loaded(connection);
                if (!status.state().ended()) {
                    Filling.Target target = status.state().swapped() ? Filling.Target.LIVE : Filling.Target.SHADOW;
                    boolean counts = target == Filling.Target.LIVE
                            || DocumentsTable.inspect(connection).shadow() >= 0;
                    long pending = counts
                            ? Filling.pending(connection, target)
                            : status.work().pending();
                    status = status.counted(pending, clock.instant());
                    StatusStore.save(connection, status);
                }
                return new Slice(status, next);
            } finally {
                advisory(connection, "SELECT pg_advisory_unlock(?)");
            }
        }
    }

    /** Puts the old vectors back in use. Documents written since the swap have none of the old model's. */
    public ReindexStatus rollback() throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            ReindexStatus status = loaded(connection);
            DocumentsTable table = DocumentsTable.inspect(connection);
            if (!table.previous()) {
                throw new IllegalStateException("no old vectors are kept: there was no swap, or they were dropped");
            }
            if (!advisory(connection, "SELECT pg_try_advisory_lock(?)")) {
                throw new IllegalStateException("another process works on the re-index now: try again");
            }
            try {
                for (int attempt = 0; !Swap.back(connection, table, status); attempt++) {
                    if (attempt == MOST_FAILURES) {
                        throw new IllegalStateException(
                                "documents was in use all the time: end long transactions, then try again");
                    }
                    Thread.sleep(BUSY.toMillis() / 4);
                }
                long lacking = lacking(connection);
                ReindexStatus back = loaded(connection)
                        .to(
                                ReindexState.ROLLED_BACK,
                                lacking == 0
                                        ? ""
                                        : lacking + " documents were added since the swap and are not found: they have"
                                                + " no vector of the old model");
                if (lacking == 0) {
                    DocumentsTable.run(
                            connection,
                            "ALTER TABLE documents ADD CONSTRAINT documents_embedding_present"
                                    + " CHECK (embedding IS NOT NULL) NOT VALID");
                    if (table.arrays()) {
                        DocumentsTable.run(
                                connection,
                                "ALTER TABLE documents ADD CONSTRAINT documents_embedding_dim_check "
                                        + table.arrayCheck(arrayDimension(connection)) + " NOT VALID");
                    }
                    Swap.settle(connection, table);
                }
                StatusStore.save(connection, back);
                return back;
            } finally {
                advisory(connection, "SELECT pg_advisory_unlock(?)");
            }
        }
    }

    /** Drops the old vectors that are kept for a rollback. */
    public void dropPrevious() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            DocumentsTable.run(connection, "SET lock_timeout = '5s'");
            drop(connection, "_previous");
            DocumentsTable.run(connection, "RESET lock_timeout");
        }
    }

    private static void drop(Connection connection, String suffix) throws SQLException {
        DocumentsTable.run(
                connection,
                "ALTER TABLE documents DROP COLUMN IF EXISTS embedding" + suffix
                        + ", DROP COLUMN IF EXISTS content_hash" + suffix
                        + ", DROP COLUMN IF EXISTS embedding_model" + suffix);
    }

    private DocumentEmbedder model() {
        return Objects.requireNonNull(embedder, "this re-indexer was made without a model");
    }

    private static ReindexStatus loaded(Connection connection) throws SQLException {
        return StatusStore.load(connection)
                .orElseThrow(() -> new IllegalStateException("there is no re-index: start one"));
    }

    /** One step; a failure that may pass is counted, and waited for longer each time. */
    private Duration guarded(Connection connection) throws SQLException, InterruptedException {
        ReindexStatus status = loaded(connection);
        try {
            return step(connection, status);
        } catch (EmbeddingFailure e) {
            if (e.kind() != EmbeddingFailure.Kind.TRY_LATER) {
                return stop(connection, status, ReindexState.FAILED, String.valueOf(e.getMessage()));
            }
            ReindexStatus failed = loaded(connection).failedOnce(String.valueOf(e.getMessage()), 1);
            if (failed.standing().failures() > MOST_FAILURES) {
                return stop(
                        connection, failed, ReindexState.FAILED, e.getMessage() + "; given up after " + MOST_FAILURES);
            }
            StatusStore.save(connection, failed);
            return longer(e.after(), failed.standing().failures());
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            return BUSY;
        } catch (IOException e) {
            StatusStore.save(connection, status.failedOnce("a document source cannot be read: " + e.getMessage(), 0));
            return longer(Duration.ZERO, status.standing().failures() + 1);
        }
    }

    private static Duration longer(Duration asked, int failures) {
        Duration own = Duration.ofMillis(500L << Math.min(failures - 1, 10));
        Duration bounded = own.compareTo(LONGEST_WAIT) < 0 ? own : LONGEST_WAIT;
        return asked.compareTo(bounded) > 0 ? asked : bounded;
    }

    private Duration stop(Connection connection, ReindexStatus status, ReindexState state, String why)
            throws SQLException {
        StatusStore.save(connection, status.to(state, why).counted(status.work().pending(), clock.instant()));
        return Duration.ZERO;
    }

    private Duration step(Connection connection, ReindexStatus status)
            throws SQLException, EmbeddingFailure, InterruptedException, IOException {
        DocumentsTable table = DocumentsTable.inspect(connection);
        Filling filling = new Filling(table, model(), settings);
        switch (status.state()) {
            case PREPARING -> {
                return prepare(connection, status, table);
            }
            case FETCHING -> {
                return fetch(connection, status);
            }
            case FILLING -> {
                return fill(connection, status, filling, Filling.Target.SHADOW, ReindexState.INDEXING);
            }
            case INDEXING -> {
                Optional<String> create = table.createIndex(status.aim().dimension());
                if (create.isPresent() && !indexes.ready(connection, DocumentsTable.SHADOW_INDEX, create.get())) {
                    return BUSY;
                }
                StatusStore.save(connection, status.to(ReindexState.COMPARING, ""));
            }
            case COMPARING -> {
                ReindexStatus.Comparison compared = new Comparing(table, model(), settings, clock).compare(connection);
                ReindexStatus told = status.compared(compared);
                Double recall = compared.recall();
                if (recall != null && recall < settings.minimumRecall()) {
                    return stop(
                            connection,
                            told,
                            ReindexState.REFUSED,
                            "recall is under DRIFT_REINDEX_MIN_RECALL=" + settings.minimumRecall()
                                    + "; nothing was swapped: raise hnsw.ef_search of the database, or lower the limit");
                }
                StatusStore.save(connection, told.to(ReindexState.SWAPPING, ""));
            }
            case SWAPPING -> {
                Duration next = fill(connection, status, filling, Filling.Target.SHADOW, ReindexState.SWAPPING);
                if (!next.isZero() || loaded(connection).place().cursor() != 0) {
                    return next;
                }
                return Swap.swap(connection, table, filling, settings, loaded(connection)) == Swap.Outcome.SWAPPED
                        ? Duration.ZERO
                        : Duration.ofMillis(200);
            }
            case SETTLING -> {
                return settle(connection, status, table, filling);
            }
            default -> throw new IllegalStateException("nothing to do in state " + status.state());
        }
        return Duration.ZERO;
    }

    private Duration prepare(Connection connection, ReindexStatus status, DocumentsTable table) throws SQLException {
        Optional<String> obstacle = DocumentsTable.obstacle(connection);
        if (obstacle.isPresent()) {
            return stop(connection, status, ReindexState.FAILED, obstacle.get());
        }
        boolean other = table.shadow() >= 0 && !shadowIsOf(connection, status, table);
        DocumentsTable.run(connection, "SET lock_timeout = '1s'");
        try {
            if (other) {
                drop(connection, "_next");
            }
            if (table.previous()) {
                drop(connection, "_previous");
            }
            // Only once: again and again it would keep the index build from its lock.
            if (other || table.shadow() < 0) {
                DocumentsTable.run(
                        connection,
                        "ALTER TABLE documents ADD COLUMN IF NOT EXISTS embedding_next "
                                + table.type(status.aim().dimension())
                                + ", ADD COLUMN IF NOT EXISTS content_hash_next text"
                                + ", ADD COLUMN IF NOT EXISTS embedding_model_next text"
                                + ", ALTER COLUMN embedding_next SET STORAGE EXTERNAL"
                                + (sources.isEmpty()
                                        ? ""
                                        // a new document has no vector of the old model
                                        : ", ALTER COLUMN embedding DROP NOT NULL, DROP CONSTRAINT IF EXISTS"
                                                + " documents_embedding_dim_check"));
            } else if (!sources.isEmpty()) {
                DocumentsTable.run(
                        connection,
                        "ALTER TABLE documents ALTER COLUMN embedding DROP NOT NULL,"
                                + " DROP CONSTRAINT IF EXISTS documents_embedding_dim_check");
            }
        } finally {
            DocumentsTable.run(connection, "RESET lock_timeout");
        }
        if (!indexes.ready(connection, DocumentsTable.PENDING_INDEX, DocumentsTable.createPendingIndex())) {
            return Duration.ofMillis(500);
        }
        StatusStore.save(connection, status.to(ReindexState.FETCHING, ""));
        return Duration.ZERO;
    }

    private static boolean shadowIsOf(Connection connection, ReindexStatus status, DocumentsTable table)
            throws SQLException {
        if (table.shadow() != status.aim().dimension() && !table.arrays()) {
            return false;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT NOT EXISTS (SELECT FROM documents WHERE embedding_model_next <> ?)")) {
            select.setString(1, status.aim().model());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private Duration fetch(Connection connection, ReindexStatus status)
            throws SQLException, IOException, InterruptedException {
        if (status.place().source() >= sources.size()) {
            StatusStore.save(connection, status.to(ReindexState.FILLING, ""));
            return Duration.ZERO;
        }
        DocumentSource.Page page =
                sources.get(status.place().source()).next(status.place().sourceCursor());
        connection.setAutoCommit(false);
        try {
            Incoming.store(connection, page.documents());
            boolean last = page.cursor() == null;
            StatusStore.save(connection, status.fetched(status.place().source() + (last ? 1 : 0), page.cursor()));
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return Duration.ZERO;
    }

    /**
     * One batch. One that is not full ends the pass, and the next state begins, since an application that goes on writing
     * would keep a pass from ever finding nothing; the swap sees to it that nothing is left.
     */
    private Duration fill(
            Connection connection, ReindexStatus status, Filling filling, Filling.Target target, ReindexState then)
            throws SQLException, EmbeddingFailure, InterruptedException {
        Filling.Batch batch = filling.read(connection, target, status.place().cursor());
        if (batch.isEmpty()) {
            StatusStore.save(connection, then == status.state() ? status.from(0) : status.to(then, ""));
            return Duration.ZERO;
        }
        DocumentEmbedder.Embedded made = new DocumentEmbedder.Embedded(List.of(), 0);
        int calls = batch.ids().isEmpty() ? 0 : 1;
        if (calls > 0) {
            String spent = target == Filling.Target.LIVE ? "" : spent(status);
            if (!spent.isEmpty()) {
                return stop(connection, status, ReindexState.STOPPED, spent);
            }
            Duration pause = pause();
            if (!pause.isZero()) {
                return pause;
            }
            lastRequest = clock.instant();
            while (true) {
                try {
                    made = filling.embed(batch.texts());
                    break;
                } catch (EmbeddingFailure e) {
                    if (e.kind() != EmbeddingFailure.Kind.REFUSED) {
                        throw e;
                    }
                    if (batch.ids().size() == 1) {
                        throw naming(batch.ids().get(0), e);
                    }
                    // Too much at once, or one of them is not taken: the first half shows which.
                    batch = batch.half();
                    calls++;
                }
            }
        }
        connection.setAutoCommit(false);
        try {
            int[] written = filling.write(connection, target, batch, made.vectors());
            ReindexStatus filled =
                    status.filled(written[0], written[1], calls, made.tokens(), batch.full() ? batch.last() : 0);
            StatusStore.save(connection, batch.full() || then == status.state() ? filled : filled.to(then, ""));
            connection.commit();
            // Nothing written: all are being written by others, and asking for them again at once would only cost.
            return written[0] + written[1] == 0 ? BUSY : Duration.ZERO;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static EmbeddingFailure naming(long id, EmbeddingFailure failure) {
        EmbeddingFailure named = new EmbeddingFailure(
                failure.kind(),
                "the model refused document " + id + ": " + failure.getMessage()
                        + "; shorten or delete it, then start again",
                Duration.ZERO);
        named.initCause(failure);
        return named;
    }

    private String spent(ReindexStatus status) {
        if (settings.mostRequests() > 0 && status.work().requests() >= settings.mostRequests()) {
            return "the budget of DRIFT_REINDEX_MAX_REQUESTS=" + settings.mostRequests()
                    + " is used up: start again to go on with another";
        }
        if (settings.mostTokens() > 0 && status.work().tokens() >= settings.mostTokens()) {
            return "the budget of DRIFT_REINDEX_MAX_TOKENS=" + settings.mostTokens()
                    + " is used up: start again to go on with another";
        }
        return "";
    }

    private Duration pause() {
        Instant last = lastRequest;
        if (settings.perMinute() == 0 || last == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(
                clock.instant(), last.plus(Duration.ofMinutes(1).dividedBy(settings.perMinute())));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private Duration settle(Connection connection, ReindexStatus status, DocumentsTable table, Filling filling)
            throws SQLException, EmbeddingFailure, InterruptedException {
        if (Boolean.TRUE.equals(DocumentsTable.valid(connection, DocumentsTable.PENDING_INDEX))) {
            Duration next = fill(connection, status, filling, Filling.Target.LIVE, ReindexState.SETTLING);
            if (!next.isZero() || loaded(connection).place().cursor() != 0) {
                return next;
            }
        }
        if (!Swap.settled(connection)) {
            Swap.settle(connection, table);
        }
        DocumentsTable.run(connection, "DROP INDEX CONCURRENTLY IF EXISTS " + DocumentsTable.PENDING_INDEX);
        StatusStore.save(
                connection, loaded(connection).to(ReindexState.DONE, "").counted(0, clock.instant()));
        return Duration.ZERO;
    }

    private static int arrayDimension(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT cardinality(embedding) FROM documents LIMIT 1")) {
            return row.next() ? row.getInt(1) : 1;
        }
    }

    private static long lacking(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM documents WHERE embedding IS NULL")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static boolean advisory(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
