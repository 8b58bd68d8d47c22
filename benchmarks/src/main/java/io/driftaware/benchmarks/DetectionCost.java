package io.driftaware.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.benchmarks.Report.Measure;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.Detection;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** What evidence costs beside the classic rules, once the rows are in profiles, and how fast new rows are folded in. */
final class DetectionCost {
    private static final int DIMENSION = 384;
    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final int NEW_ROWS = 1_000;
    private static final int WARM_UP = 15;
    private static final int ROUNDS = 40;

    /** Over so many quarters of an hour, each of which takes all of its rows against the baseline. */
    private static final int FOLDED_QUARTERS = 20;

    private static final int MOST_TIMES = 3;
    private static final int LEAST_ROWS_A_SECOND = 2_500;

    private final TestDatabase database;
    private final Embeddings source = new Embeddings(1, DIMENSION);
    private Instant now;

    private DetectionCost(TestDatabase database) {
        this.database = database;
        this.now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.HOURS);
    }

    /** {@code arguments}: how many queries were logged before, 200,000 unless said. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length == 0 ? 200_000 : Integer.parseInt(arguments[0]);
        try (TestDatabase database = TestDatabase.withSchema(DIMENSION).open()) {
            new DetectionCost(database).run(rows).publish();
        }
    }

    private Report run(int rows) throws Exception {
        System.out.println("logging " + rows + " queries");
        log(rows, now.minus(Duration.ofDays(37)), now);
        database.execute("VACUUM ANALYZE embeddings_log");
        database.execute("VACUUM ANALYZE interaction_log");
        HikariConfig pooled = new HikariConfig();
        pooled.setDataSource(database.dataSource());
        pooled.setMaximumPoolSize(3);
        try (HikariDataSource pool = new HikariDataSource(pooled);
                DriftMonitor classic = monitor(pool, Detection.THRESHOLD);
                DriftMonitor calibrated = monitor(pool, Detection.CALIBRATED)) {
            requireJudged(calibrated.checkOnce());
            database.execute("VACUUM ANALYZE drift_profiles");
            database.execute("VACUUM ANALYZE drift_scored_profiles");
            Samples quietClassic = new Samples();
            Samples quietCalibrated = new Samples();
            Samples busyClassic = new Samples();
            Samples busyCalibrated = new Samples();
            System.out.println("checking " + (WARM_UP + ROUNDS) + " times each");
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                boolean counts = round >= 0;
                pass();
                time(counts, quietClassic, classic, 0, quietCalibrated, calibrated, round);
                pass();
                time(counts, busyClassic, classic, NEW_ROWS, busyCalibrated, calibrated, round);
            }
            return report(rows, quietClassic, quietCalibrated, busyClassic, busyCalibrated, fold(calibrated));
        }
    }

    /** Who comes first alternates: what one of them leaves in memory helps the other. */
    private void time(
            boolean counts, Samples one, DriftMonitor first, int rows, Samples other, DriftMonitor second, int round)
            throws SQLException, IOException {
        for (int turn = 0; turn < 2; turn++) {
            boolean turnOfFirst = (turn + round) % 2 == 0;
            log(rows, now.minus(QUARTER), now);
            Cost cost = Cost.of((turnOfFirst ? first : second)::checkOnce);
            if (counts) {
                (turnOfFirst ? one : other).add(cost);
            }
        }
    }

    private void pass() {
        now = now.plus(QUARTER);
    }

    /** Rows per second of processor time and by the clock, with what a check costs anyhow. */
    private Cost fold(DriftMonitor monitor) throws SQLException, IOException {
        Instant from = now;
        for (int i = 0; i < FOLDED_QUARTERS; i++) {
            pass();
        }
        log(FOLDED_QUARTERS * NEW_ROWS, from, now);
        return Cost.of(monitor::checkOnce);
    }

    private DriftMonitor monitor(HikariDataSource pool, Detection detection) {
        return DriftMonitor.builder(pool)
                .config(MonitorConfig.builder()
                        .embeddingDim(DIMENSION)
                        .detection(detection)
                        .build())
                .clock(() -> now)
                .build();
    }

    private void log(int rows, Instant from, Instant to) throws SQLException, IOException {
        if (rows == 0) {
            return;
        }
        try (var connection = database.dataSource().getConnection()) {
            new EmbeddingFiller(connection, database.vectorKind() == VectorKind.ARRAY).fill(source, rows, from, to);
        }
        database.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query, refusal_flag, toxicity_flag, user_feedback_score)
                SELECT '%1$s'::timestamptz + (i - 1) * ('%2$s'::timestamptz - '%1$s'::timestamptz) / %3$d,
                       'question', i %% 50 = 0, i %% 100 = 0, CASE WHEN i %% 10 = 0 THEN (i / 10 %% 5 > 0)::integer END
                FROM generate_series(1, %3$d) AS i
                """
                        .formatted(from, to, rows));
    }

    /** A check that compares nothing would be fast for the wrong reason. */
    private void requireJudged(CheckReport report) throws SQLException {
        for (String stream : List.of("query_embeddings", "refusals", "toxicity", "feedback")) {
            if (report.streams().stream()
                    .noneMatch(found -> found.stream().equals(stream) && found.baseline() != null)) {
                throw new IllegalStateException(stream + " has no baseline: log more rows. " + report.toJson());
            }
        }
        long fitted = database.count("SELECT max(row_count) FROM drift_baselines WHERE stream = 'query_embeddings'");
        if (fitted < 5_000) {
            throw new IllegalStateException(
                    "a baseline of " + fitted + " rows has no sketch of 2,500 vectors: log more rows");
        }
    }

    private Report report(
            int rows,
            Samples quietClassic,
            Samples quietCalibrated,
            Samples busyClassic,
            Samples busyCalibrated,
            Cost folded)
            throws SQLException {
        double cpu = quietCalibrated.cpu() / quietClassic.cpu();
        double wall = quietCalibrated.wall() / quietClassic.wall();
        int foldedRows = FOLDED_QUARTERS * NEW_ROWS;
        double foldRate = foldedRows / folded.cpuSeconds();
        return new Report(
                "detection-cost",
                "A check with everything on beside a classic one, %,d queries of %d dimensions in profiles"
                        .formatted(rows, DIMENSION),
                "without new rows at most %d times the classic check, by processor time and by the clock; at least %,d new rows a second of processor time against 2,500 vectors"
                        .formatted(MOST_TIMES, LEAST_ROWS_A_SECOND),
                cpu <= MOST_TIMES && wall <= MOST_TIMES && foldRate >= LEAST_ROWS_A_SECOND,
                Machine.describe(database.dataSource()),
                List.of(
                        new Measure("no new rows, ratio of processor time", cpu, ""),
                        new Measure("no new rows, ratio by the clock", wall, ""),
                        new Measure("no new rows, classic, processor time", quietClassic.cpu(), "ms"),
                        new Measure("no new rows, calibrated, processor time", quietCalibrated.cpu(), "ms"),
                        new Measure("no new rows, classic, by the clock", quietClassic.wall(), "ms"),
                        new Measure("no new rows, calibrated, by the clock", quietCalibrated.wall(), "ms"),
                        new Measure("1,000 new rows, classic, processor time", busyClassic.cpu(), "ms"),
                        new Measure("1,000 new rows, calibrated, processor time", busyCalibrated.cpu(), "ms"),
                        new Measure("1,000 new rows, classic, by the clock", busyClassic.wall(), "ms"),
                        new Measure("1,000 new rows, calibrated, by the clock", busyCalibrated.wall(), "ms"),
                        new Measure("new rows folded in, of processor time", foldRate, "rows/s"),
                        new Measure("new rows folded in, by the clock", foldedRows / folded.wallSeconds(), "rows/s")));
    }

    /** Of one check: the whole process, its collector and compiler included. */
    private record Cost(double cpuSeconds, double wallSeconds) {
        private static final OperatingSystemMXBean PROCESS =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

        static Cost of(Runnable check) {
            long cpu = PROCESS.getProcessCpuTime();
            long wall = System.nanoTime();
            check.run();
            return new Cost((PROCESS.getProcessCpuTime() - cpu) / 1e9, (System.nanoTime() - wall) / 1e9);
        }
    }

    /** Milliseconds of a check. */
    private static final class Samples {
        private final List<Cost> costs = new ArrayList<>();

        void add(Cost cost) {
            costs.add(cost);
        }

        /** The mean: the system counts a process's time in steps as long as a check. */
        double cpu() {
            return 1_000
                    * costs.stream().mapToDouble(Cost::cpuSeconds).average().orElseThrow();
        }

        /** The median: other work on the machine makes a few rounds slow. */
        double wall() {
            double[] seconds =
                    costs.stream().mapToDouble(Cost::wallSeconds).sorted().toArray();
            return 1_000 * seconds[seconds.length / 2];
        }
    }
}
