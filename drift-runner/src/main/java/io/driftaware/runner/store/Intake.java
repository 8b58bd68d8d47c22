package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is new in the logs, each row once, whatever fails.
 *
 * <p>Idea: a row is behind the cursor (xact_id, id) and of a transaction below the horizon, so no row of its place in that
 * order can still appear; rows, profiles, tally and cursor move in one transaction. Cost: the new rows, whatever the logs
 * hold; memory of one pass.
 *
 * <p>Use: {@link #start} waits for transactions under way and takes a backlog in transactions of its own; what is left is
 * taken by {@link #finish} in the transaction that decides.
 */
public final class Intake {
    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    /** Rows that one pass reads at most, and so one transaction of a backlog. */
    static final int ROWS_A_PASS = 50_000;

    /**
     * The logs are read a stretch at a time in the order of an index. Where PostgreSQL has no statistics yet, or takes a
     * transaction of millions of rows for one of few, it would rather read all that is left and sort it, for each stretch.
     */
    private static final String BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off";

    private static final String AS_USUAL =
            "SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_bitmapscan TO DEFAULT";

    private static final long PROGRESS_ROWS = 100_000;

    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final long POLL_NANOS = 5_000_000;

    private final List<Lane> lanes;
    private final Settings settings;
    private final Horizon horizon;
    private final Map<WatchedStream, SQLException> failures = new EnumMap<>(WatchedStream.class);
    private final Set<Lane> failed = new HashSet<>();
    /** Those whose last pass took all that a pass may take. */
    private final Set<Lane> unfinished = new HashSet<>();

    private long rows;

    private Intake(Settings settings, Horizon horizon) {
        this.settings = settings;
        this.horizon = horizon;
        this.lanes = List.of(
                new EmbeddingLane(settings.kind(), settings.scoring(), settings.rowsAPass()),
                new InteractionLane(settings.rowsAPass()),
                new FeedbackLane(settings.rowsAPass()));
    }

    /**
     * What a check says of its reading.
     *
     * @param now of the check, on the grid of buckets
     * @param zone whose working days and hours part the tally
     * @param kind how embeddings are stored
     * @param scoring baselines that embeddings are seen against
     * @param rowsAPass rows that are read at a time
     */
    public record Settings(Instant now, ZoneId zone, VectorKind kind, Scoring scoring, int rowsAPass) {
        /** Refuses a time off the grid. */
        public Settings {
            if (!Bucket.roundUp(now).equals(now)) {
                throw new IllegalArgumentException("check at " + now + " is not on the grid of buckets");
            }
            if (rowsAPass < 1) {
                throw new IllegalArgumentException(rowsAPass + " rows a pass are none");
            }
        }

        /** With the usual size of a pass. */
        public Settings(Instant now, ZoneId zone, VectorKind kind, Scoring scoring) {
            this(now, zone, kind, scoring, ROWS_A_PASS);
        }
    }

    /**
     * What was taken.
     *
     * @param tally fresh rows that no decision has seen, those of this check's earlier transactions and of checks that did
     *     not come to an end included
     * @param rows that this check read
     * @param horizon up to which
     * @param failures why a stream could not be read; it is read from where it stands at the next check
     */
    public record Taken(Tally tally, long rows, Horizon horizon, Map<WatchedStream, SQLException> failures) {
        /** Copies the map. */
        public Taken {
            failures = Map.copyOf(failures);
        }
    }

    /**
     * Finds how far the logs can be read, waiting a second at most for transactions under way, so that what was written
     * before the check is seen by it; then takes all but the last pass of a backlog. Each transaction of a backlog leaves
     * its tally in the database for the one that decides.
     *
     * @param session that holds the lead
     * @throws RestoredException if the database came from another cluster
     */
    public static Intake start(CheckSession session, Settings settings) throws SQLException {
        Horizon horizon = session.each(connection -> {
            requireSameCluster(connection);
            return await(connection);
        });
        Intake intake = new Intake(settings, horizon);
        intake.takeBacklog(session);
        return intake;
    }

    /**
     * Refuses a database that came from another cluster.
     *
     * @throws RestoredException if it is one
     */
    public static void requireSameCluster(Connection connection) throws SQLException {
        Checkpoints.requireSameCluster(connection);
    }

    /**
     * Takes a part of a backlog, a pass of each log, in a transaction of its own; its tally waits for the check that decides.
     *
     * @param session that is at work
     * @param horizon up to which the backlog reaches
     */
    public static Part takePart(CheckSession session, Settings settings, Horizon horizon) throws SQLException {
        Intake intake = new Intake(settings, horizon);
        intake.takePass(session, intake.lanes);
        return new Part(intake.rows, !intake.unfinished.isEmpty(), intake.failures);
    }

    /**
     * A part of a backlog.
     *
     * @param rows that were read
     * @param more whether there may be more to read
     * @param failures why a stream could not be read
     */
    public record Part(long rows, boolean more, Map<WatchedStream, SQLException> failures) {
        /** Copies the map. */
        public Part {
            failures = Map.copyOf(failures);
        }
    }

    /** How many rows the logs have behind what was read; an interaction counts twice, since its score is read on its own. */
    public static long ahead(Connection connection, Horizon horizon) throws SQLException {
        Checkpoints checkpoints = Checkpoints.read(connection);
        StringJoiner sql = new StringJoiner(" + ", "SELECT ", "");
        for (Checkpoints.Reader reader : Checkpoints.Reader.values()) {
            sql.add("(SELECT count(*) FROM " + reader.table() + " WHERE "
                    + checkpoints.cursor(reader).following(horizon.xmin()) + ")");
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.toString())) {
            row.next();
            return row.getLong(1);
        }
    }

    /** How far this check reads. */
    public Horizon horizon() {
        return horizon;
    }

    /**
     * Takes what is left, in the caller's transaction, and hands over what no decision has seen; should that transaction
     * fail, all of it comes again at the next check.
     */
    public Taken finish(Connection connection) throws SQLException {
        Checkpoints checkpoints = Checkpoints.lock(connection);
        Tally tally = MonitorState.takePendingTally(connection);
        Set<Checkpoints.Reader> ahead = ahead(connection, checkpoints, 0);
        for (Lane lane : lanes) {
            if (lane.readers().stream().anyMatch(ahead::contains) || lane.hasMore(connection)) {
                tally = tally.plus(guarded(connection, checkpoints, lane, false));
            }
        }
        return new Taken(tally, rows, horizon, failures);
    }

    private void takeBacklog(CheckSession session) throws SQLException {
        long before = 0;
        Set<Lane> behind = new HashSet<>(lanes);
        while (!behind.isEmpty() && (before > 0 || session.each(this::isBehind))) {
            takePass(session, behind);
            behind.retainAll(unfinished);
            if (rows / PROGRESS_ROWS > before / PROGRESS_ROWS) {
                log.info("reading a backlog: {} rows so far", rows);
            }
            before = rows;
        }
    }

    private void takePass(CheckSession session, Collection<Lane> behind) throws SQLException {
        session.write(connection -> {
            Checkpoints checkpoints = Checkpoints.lock(connection);
            Tally tally = MonitorState.takePendingTally(connection);
            for (Lane lane : lanes) {
                if (behind.contains(lane)) {
                    tally = tally.plus(guarded(connection, checkpoints, lane, true));
                }
            }
            MonitorState.savePendingTally(connection, tally);
            return tally;
        });
    }

    /** Whether a lane that works has more than one pass before it. */
    private boolean isBehind(Connection connection) throws SQLException {
        Set<Checkpoints.Reader> behind = ahead(connection, Checkpoints.read(connection), settings.rowsAPass());
        return lanes.stream().filter(lane -> !failed.contains(lane)).anyMatch(lane -> lane.readers().stream()
                .anyMatch(behind::contains));
    }

    /** The readers that have more than so many rows before them. */
    private Set<Checkpoints.Reader> ahead(Connection connection, Checkpoints checkpoints, int skipped)
            throws SQLException {
        StringJoiner sql = new StringJoiner(", ", "SELECT ", "");
        for (Checkpoints.Reader reader : Checkpoints.Reader.values()) {
            // In the order of the index: a search for any row would be planned as a scan, which reads all where there
            // is none.
            sql.add("EXISTS (SELECT FROM (SELECT FROM " + reader.table() + " WHERE "
                    + checkpoints.cursor(reader).following(horizon.xmin()) + " ORDER BY xact_id, id OFFSET " + skipped
                    + " LIMIT 1) next)");
        }
        Set<Checkpoints.Reader> ahead = EnumSet.noneOf(Checkpoints.Reader.class);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.toString())) {
            row.next();
            for (Checkpoints.Reader reader : Checkpoints.Reader.values()) {
                if (row.getBoolean(reader.ordinal() + 1)) {
                    ahead.add(reader);
                }
            }
        }
        return ahead;
    }

    /** Behind a savepoint, so that a lane that fails leaves the others their transaction. */
    private Tally guarded(Connection connection, Checkpoints checkpoints, Lane lane, boolean once) throws SQLException {
        if (failed.contains(lane)) {
            return Tally.NONE;
        }
        try {
            return SavepointGuard.isolated(connection, () -> passes(connection, checkpoints, lane, once));
        } catch (SnapshotLostException e) {
            throw e;
        } catch (SQLException e) {
            giveUp(lane, e);
        } catch (RuntimeException e) {
            giveUp(lane, new SQLException(e.getMessage(), e));
        }
        return Tally.NONE;
    }

    private Tally passes(Connection connection, Checkpoints checkpoints, Lane lane, boolean once) throws SQLException {
        Tally tally = Tally.NONE;
        long taken = 0;
        boolean more = true;
        execute(connection, BY_INDEX);
        while (more) {
            TallyCounter counter = new TallyCounter(settings.now(), settings.zone());
            Lane.Passed passed = lane.pass(connection, checkpoints, horizon.xmin(), counter);
            if (passed.more()) {
                unfinished.add(lane);
            } else {
                unfinished.remove(lane);
            }
            tally = tally.plus(counter.tally());
            taken += passed.rows();
            more = passed.more() && !once;
        }
        execute(connection, AS_USUAL);
        rows += taken;
        return tally;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void giveUp(Lane lane, SQLException failure) {
        failed.add(lane);
        unfinished.remove(lane);
        lane.streams().forEach(stream -> failures.put(stream, failure));
    }

    private static Horizon await(Connection connection) throws SQLException {
        long start = System.nanoTime();
        Horizon.Seen first = Horizon.seen(connection);
        Horizon reached = first.horizon();
        while (reached.xmin() < first.xmax() && System.nanoTime() - start < WAIT.toNanos()) {
            LockSupport.parkNanos(POLL_NANOS);
            reached = Horizon.now(connection);
        }
        Horizon.Holder holder = reached.holder();
        if (reached.xmin() < first.xmax() && holder != null) {
            log.debug("rows written since {} began its transaction wait until it ends", holder.describe());
        }
        return reached;
    }
}
