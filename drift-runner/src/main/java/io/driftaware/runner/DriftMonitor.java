package io.driftaware.runner;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.action.ActionDispatcher;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.metrics.MonitorMetrics;
import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.ActionOutcomes;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.DispatchCounts;
import io.driftaware.runner.store.Intake;
import io.driftaware.runner.store.Lead;
import io.driftaware.runner.store.MonitorState;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.RestoredException;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.SchemaState;
import io.driftaware.runner.store.Scoring;
import io.driftaware.runner.store.SnapshotReader;
import io.driftaware.runner.store.Upkeep;
import io.driftaware.runner.store.VectorKind;
import io.prometheus.client.CollectorRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one database. {@link #start()} checks on a schedule, {@link #checkOnce()} at once.
 *
 * <pre>{@code
 * try (DriftMonitor monitor = DriftMonitor.builder(dataSource).build()) {
 *     CheckReport report = monitor.checkOnce();
 * }
 * }</pre>
 *
 * <p>The data source must give connections of the PostgreSQL driver. One is taken for a check, one more for actions, and
 * one beside the check's to read embeddings faster, if there is one to be had: a pool of one is enough for {@link
 * #checkOnce()}. After {@link #start()} actions run beside the checks, and one more connection holds the lead as long as the
 * monitor runs: a pool of three, or of two with {@link Builder#leadFrom}. It stays the caller's to close. Safe for use by
 * several threads.
 */
public final class DriftMonitor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DriftMonitor.class);

    /** For a command that changes what checks read, or reads for them. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DataSource dataSource;
    private final MonitorConfig config;
    private final @Nullable CollectorRegistry registry;
    private final InstantSource clock;
    private final CheckJudge judge;
    private final BaselineCache baselines = new BaselineCache();
    private final Verification verification;
    private final Dispatches dispatches;
    private final MonitorMetrics metrics;
    private final HealthTracker health;
    private final Leadership leadership;
    private final Rounds rounds;
    private final Upkeep upkeep;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile @Nullable CheckReport lastReport;

    /** While another monitor is at the very first check of the database. */
    private volatile boolean awaitsFirstReport;

    /** Whether the lead is kept between checks. */
    private volatile boolean started;

    /** Whether the last check was another monitor's. */
    private volatile boolean follows;

    private DriftMonitor(Builder set) {
        dataSource = set.dataSource;
        config = set.config;
        registry = set.registry;
        clock = set.clock;
        upkeep = new Upkeep(new Upkeep.Ages(
                longest(config.baselineFrom(), config.recentWindow()), config.profileAge(), config.evidenceAge()));
        List<DriftAction> actions = ActionChoice.choose(config, set.actions, dataSource, clock);
        judge = new CheckJudge(config, actions);
        verification = new Verification(config, actions);
        metrics = new MonitorMetrics(
                MonitorInfo.labels(config),
                config.checkInterval(),
                actions.stream().map(DriftAction::name).toList());
        ActionOutbox outbox = new ActionOutbox(dataSource, ActionDispatcher.CLAIM_LENGTH);
        OutboxMetrics told = new OutboxMetrics(dataSource, metrics);
        dispatches = new Dispatches(
                new ActionDispatcher(outbox, actions, clock, told, config.actionLimit(), config.dryRun()),
                dataSource,
                told);
        health = new HealthTracker(clock, set.nanoTime, config.checkInterval());
        leadership = new Leadership(set.leadSource);
        rounds = new Rounds(new OwnChecks(), leadership, dispatches, dataSource, clock, config.checkInterval());
        if (registry != null) {
            registry.register(metrics);
        }
    }

    /** Starts from the defaults of {@link MonitorConfig}. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Checks now and from then on at every interval, on a daemon thread, if this monitor has the lead of its database or
     * gets it; otherwise reads what the one that has it found. A check that fails is reported by {@link #health()}, counted
     * and logged, and the next one comes at its time, or soon where the database was away.
     *
     * @throws IllegalStateException if the monitor was started or closed before
     */
    public void start() {
        started = true;
        rounds.start();
    }

    /**
     * Checks now: reads, compares, decides, writes, acts. If another monitor leads, or is checking at this moment, the last
     * result that a monitor left there is returned instead. A monitor that was started acts soon after, on a thread of its own.
     *
     * @throws DriftMonitorException if the check failed; what it would have written is not there
     */
    public CheckReport checkOnce() {
        oneAtATime.lock();
        try {
            metrics.runStarted();
            CheckReport report = liveCheck();
            lastReport = report;
            health.succeeded(report);
            CheckLine.log(report);
            if (started) {
                rounds.actSoon();
            } else {
                dispatches.afterCheck();
            }
            return report;
        } catch (DriftMonitorException e) {
            metrics.failed(awaitsFirstReport ? 0 : 1);
            health.failed(String.valueOf(e.getMessage()), e.getCause() instanceof RestoredException);
            throw e;
        } finally {
            oneAtATime.unlock();
        }
    }

    /**
     * Checks as if it were {@code at}, without writing anything: no event, no episode, no action, no metric. Each verdict
     * rests on this check alone, whatever {@code DRIFT_CONFIRM} says, and the report lists no episodes.
     *
     * @throws DriftMonitorException if the check failed
     */
    public CheckReport previewAt(Instant at) {
        long start = System.nanoTime();
        try (CheckSession session = CheckSession.open(dataSource)) {
            CheckWindows windows = windows(at);
            Examination examination = session.read(connection -> examine(connection, windows));
            List<CheckReport.StreamReport> streams = examination.streams().stream()
                    .map(outcome -> EpisodeKeeper.report(outcome, outcome.seen().verdict(), outcome.reason()))
                    .toList();
            return report(windows.now(), examination, streams, List.of(), start);
        } catch (SQLException | RuntimeException e) {
            throw failure(e);
        }
    }

    /** The report of the last check that this monitor made or read. */
    public Optional<CheckReport> lastReport() {
        return Optional.ofNullable(lastReport);
    }

    /** How the monitor itself is; never blocks. */
    public Health health() {
        Health now = health.now();
        return now.lastSuccess().isEmpty() ? now : now.leading(!follows);
    }

    /**
     * Stops the schedule, waits up to half a minute for a check and an action under way, gives up the lead, and leaves the
     * registry.
     */
    @Override
    public void close() {
        rounds.close();
        leadership.close();
        health.closed();
        if (registry != null) {
            registry.unregister(metrics);
        }
    }

    /** What the rounds ask of this monitor. */
    private final class OwnChecks implements Rounds.Checks {
        @Override
        public void check() {
            checkOnce();
        }

        @Override
        public boolean follows() {
            return follows;
        }

        @Override
        public boolean awaitsFirstReport() {
            return awaitsFirstReport;
        }

        @Override
        public void lostTheLead() {
            metrics.followed();
            follows = true;
        }
    }

    private CheckReport liveCheck() {
        long start = System.nanoTime();
        awaitsFirstReport = false;
        try (CheckSession session = CheckSession.open(dataSource)) {
            Optional<Lead> lead = lead(session);
            follows = lead.isEmpty() || !session.claim(lead.get(), PATIENCE);
            if (follows) {
                metrics.followed();
                return session.read(this::leadersReport);
            }
            Instant at = session.read(this::timeOfCheck);
            CheckWindows windows =
                    CheckWindows.onGrid(at, config.recentWindow(), config.baselineFrom(), config.baselineTo());
            Known known = session.read(connection -> new Known(
                    requireSchema(connection), judge.byEvidence() ? baselines.inUse(connection) : new InUse()));
            Intake intake = Intake.start(
                    session,
                    new Intake.Settings(
                            windows.now(),
                            ZoneOffset.UTC,
                            known.kind(),
                            judge.byEvidence() ? known.inUse() : Scoring.NONE));
            Decided decided = session.write(connection -> {
                Intake.Taken taken = intake.finish(connection);
                metrics.read(taken.rows(), taken.horizon().age());
                ProfileReader readings = new ProfileReader(connection, windows, judge.memory(), taken.failures());
                CheckJudge.Judged judged = judge.judge(
                        connection,
                        at,
                        new CheckJudge.Case(known.kind(), windows, readings, taken.tally(), known.inUse()));
                CheckReport report = report(
                        at,
                        judged.examination(),
                        judged.kept().streams(),
                        judged.kept().episodes(),
                        start);
                MonitorState.saveReport(connection, report.toJson(), at);
                List<ActionOutcomes.Looked> looked = verification.look(connection, at, report.streams());
                return new Decided(
                        report,
                        looked,
                        MonitorState.dispatchCounts(connection),
                        judged.examination().failures());
            });
            metrics.led(decided.report(), decided.dispatched());
            metrics.failed(decided.failures());
            Verification.tell(decided.looked());
            keepUp(session, at);
            return decided.report();
        } catch (SQLException | RuntimeException e) {
            throw failure(e);
        }
    }

    private Optional<Lead> lead(CheckSession session) throws SQLException {
        if (!leadership.held()) {
            // Before anything is written.
            session.read(this::requireSchema);
        }
        return started ? leadership.lead() : session.lead();
    }

    /**
     * Now, or a moment after the last check where the clock has gone back since: evidence is a chain in time, and what was
     * gathered must not be gathered again.
     */
    private Instant timeOfCheck(Connection connection) throws SQLException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant last = MonitorState.lastCheck(connection).orElse(Instant.MIN);
        if (!last.isAfter(now)) {
            return now;
        }
        log.warn("the clock says {}, before the last check at {}: set the clock of this machine, or wait", now, last);
        return last.plus(1, ChronoUnit.MICROS);
    }

    /** After the check's commit, and without consequence for its result. */
    private void keepUp(CheckSession session, Instant at) {
        try {
            upkeep.step(session, at);
        } catch (SQLException | RuntimeException e) {
            log.debug("upkeep failed", e);
            log.warn("upkeep of the database failed, tried again in an hour: {}", DatabaseErrors.describe(e));
        }
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static DriftMonitorException failure(Exception e) {
        if (e instanceof DriftMonitorException known) {
            return known;
        }
        if (e instanceof RestoredException) {
            return new DriftMonitorException(DatabaseErrors.describe(e), e);
        }
        log.debug("check failed", e);
        return new DriftMonitorException("check failed: " + DatabaseErrors.describe(e), e);
    }

    private CheckWindows windows(Instant at) {
        return CheckWindows.at(at, config.recentWindow(), config.baselineFrom(), config.baselineTo());
    }

    private Examination examine(Connection connection, CheckWindows windows) throws SQLException {
        VectorKind kind = requireSchema(connection);
        return judge.examiner().examine(new SnapshotReader(connection, dataSource, windows, kind), windows);
    }

    private VectorKind requireSchema(Connection connection) throws SQLException {
        SchemaState schema = SchemaCheck.inspect(connection);
        Optional<String> problem = schema.problem(config.embeddingDimIfSet());
        if (problem.isPresent()) {
            throw new DriftMonitorException(problem.get());
        }
        return schema.vectorKind().orElse(VectorKind.VECTOR);
    }

    /** What stands before a check begins. */
    private record Known(VectorKind kind, InUse inUse) {}

    private record Decided(
            CheckReport report, List<ActionOutcomes.Looked> looked, DispatchCounts dispatched, long failures) {}

    private CheckReport report(
            Instant at,
            Examination examination,
            List<CheckReport.StreamReport> streams,
            List<CheckReport.EpisodeReport> episodes,
            long start) {
        Verdict verdict = Verdict.overall(
                streams.stream().map(CheckReport.StreamReport::verdict).collect(Collectors.toList()));
        return new CheckReport(
                at, verdict, examination.classic(), streams, episodes, Duration.ofNanos(System.nanoTime() - start));
    }

    private CheckReport leadersReport(Connection connection) throws SQLException {
        Optional<CheckReport> report = MonitorState.lastReport(connection).map(CheckReportReader::read);
        awaitsFirstReport = report.isEmpty();
        return report.orElseThrow(() -> new DriftMonitorException(
                "another monitor of this database is at its first check: try again in a moment"));
    }

    /** Whether another monitor is awaited at its first check: then this asks again, see {@link Rounds#betweenChecks}. */
    void betweenChecks() {
        rounds.betweenChecks();
    }

    /** Collects what a monitor is made of. */
    public static final class Builder {
        private final DataSource dataSource;
        private final List<DriftAction> actions = new ArrayList<>();
        private MonitorConfig config = MonitorConfig.defaults();
        private @Nullable CollectorRegistry registry;
        private DataSource leadSource;
        private InstantSource clock = InstantSource.system();
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(DataSource dataSource) {
            this.dataSource = dataSource;
            this.leadSource = dataSource;
        }

        /**
         * Where the one connection is taken from that holds the lead after {@link DriftMonitor#start()}, as long as the
         * monitor runs; without it, the same data source.
         */
        public Builder leadFrom(DataSource source) {
            leadSource = source;
            return this;
        }

        /** What tells how much time has passed, whatever the clock on the wall says. */
        Builder nanoTime(LongSupplier source) {
            nanoTime = source;
            return this;
        }

        /** The settings; its database address, port and log level are not used here. */
        public Builder config(MonitorConfig settings) {
            config = settings;
            return this;
        }

        /** Where the metrics are registered until the monitor is closed; without one there are none. */
        public Builder registry(CollectorRegistry metrics) {
            registry = metrics;
            return this;
        }

        /** What tells the time. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /** One more action, besides those that the settings name; one of the same name takes their place. */
        public Builder action(DriftAction action) {
            actions.add(action);
            return this;
        }

        /**
         * A monitor that has not touched the database yet.
         *
         * @throws IllegalArgumentException if the settings name an action that there is not, or cannot be used
         */
        public DriftMonitor build() {
            return new DriftMonitor(this);
        }
    }
}
