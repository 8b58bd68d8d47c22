package io.driftaware.runner;

import io.driftaware.runner.store.Bucket;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.Horizon;
import io.driftaware.runner.store.Intake;
import io.driftaware.runner.store.RestoredException;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.Scoring;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * Reads into profiles what the logs hold and no check has read, as a check does, but at a pace: for history that was there
 * before the first check. Rows, profiles and place move in one transaction of at most 10,000 rows of each log; whatever is
 * killed, each row counts once, and the next call goes on where this one ended.
 *
 * <p>A monitor may run: between two transactions its checks come first. Such a check reads what is left by itself.
 */
public final class Backfill {
    private static final int ROWS_AT_ONCE = 10_000;
    private static final long POLL_NANOS = 50_000_000;

    private final DataSource dataSource;
    private final boolean byEvidence;
    private final InstantSource clock;
    private final BaselineCache baselines = new BaselineCache();

    /** Works on the database of a monitor with these settings. */
    public Backfill(DataSource dataSource, MonitorConfig config, InstantSource clock) {
        this.dataSource = dataSource;
        this.byEvidence = config.detection() == Detection.CALIBRATED;
        this.clock = clock;
    }

    /**
     * How far it is. An interaction counts twice: its flags and its score are read by themselves.
     *
     * @param rows that were read
     * @param of those that there were to read when it began
     */
    public record Progress(long rows, long of) {}

    /**
     * How it ended.
     *
     * @param rows that were read
     * @param failures why a stream could not be read, in words; its rows wait
     */
    public record Result(long rows, Map<WatchedStream, String> failures) {
        /** Copies the map. */
        public Result {
            failures = Map.copyOf(failures);
        }
    }

    /**
     * Reads what can be read when it begins; rows behind a transaction that is still open come with a later check.
     *
     * @param rowsPerSecond at most, 0 for as fast as it can
     * @param told after each transaction
     * @throws IllegalArgumentException if the pace is below zero
     * @throws DriftMonitorException if the database cannot be read, or came from another cluster; what was read is kept
     */
    public Result run(int rowsPerSecond, Consumer<Progress> told) {
        Pace pace = new Pace(rowsPerSecond);
        Map<WatchedStream, String> failures = new EnumMap<>(WatchedStream.class);
        try (CheckSession session = CheckSession.open(dataSource)) {
            Horizon horizon = session.read(connection -> {
                Intake.requireSameCluster(connection);
                return Horizon.now(connection);
            });
            long of = session.read(connection -> Intake.ahead(connection, horizon));
            told.accept(new Progress(0, of));
            long rows = 0;
            boolean more = of > 0;
            while (more) {
                long start = System.nanoTime();
                Intake.Part part = part(session, horizon, pace);
                part.failures()
                        .forEach((stream, failure) -> failures.put(stream, DatabaseErrors.explain(failure, "reading")));
                rows += part.rows();
                more = part.more();
                told.accept(new Progress(rows, of));
                pause(pace.pause(part.rows(), Duration.ofNanos(System.nanoTime() - start)));
            }
            return new Result(rows, failures);
        } catch (RestoredException e) {
            throw new DriftMonitorException(DatabaseErrors.describe(e), e);
        } catch (SQLException e) {
            throw new DriftMonitorException(DatabaseErrors.explain(e, "backfill"), e);
        }
    }

    private Intake.Part part(CheckSession session, Horizon horizon, Pace pace) throws SQLException {
        while (!session.claim()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        try {
            Intake.Settings settings = session.read(connection -> new Intake.Settings(
                    Bucket.roundUp(clock.instant()),
                    ZoneOffset.UTC,
                    SchemaCheck.inspect(connection).vectorKind().orElse(VectorKind.VECTOR),
                    byEvidence ? baselines.inUse(connection) : Scoring.NONE,
                    pace.rowsAtOnce(ROWS_AT_ONCE)));
            return Intake.takePart(session, settings, horizon);
        } finally {
            session.release();
        }
    }

    private static void pause(Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
