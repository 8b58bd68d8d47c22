package io.driftaware.runner;

import io.driftaware.core.policy.EpisodeRule;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.action.ActionDispatcher;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.metrics.MonitorMetrics;
import io.driftaware.runner.reindex.ReindexStatus;
import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.DispatchCounts;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EpisodeStore;
import io.driftaware.runner.store.EvidenceStore;
import io.driftaware.runner.store.Intake;
import io.driftaware.runner.store.Lead;
import io.driftaware.runner.store.LeadLostException;
import io.driftaware.runner.store.MonitorState;
import io.driftaware.runner.store.ProfileMemory;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.RestoredException;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.SchemaState;
import io.driftaware.runner.store.ScoredBuckets;
import io.driftaware.runner.store.Scoring;
import io.driftaware.runner.store.SnapshotReader;
import io.driftaware.runner.store.StoredEvidence;
import io.driftaware.runner.store.Upkeep;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import io.prometheus.client.CollectorRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 * #checkOnce()}. After {@link #start()} one more holds the lead for as long as the monitor runs: a pool of two, or {@link
 * Builder#leadFrom}. It stays the caller's to close. Safe for use by several threads.
 */
public final class DriftMonitor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DriftMonitor.class);

    /** After a failure that may have passed by then. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final DataSource dataSource;
    private final MonitorConfig config;
    private final @Nullable CollectorRegistry registry;
    private final InstantSource clock;
    private final Examiner examiner;
    private final CalibratedExaminer calibrated;
    private final BaselineCache baselines = new BaselineCache();
    private final EpisodeKeeper keeper;
    private final ActionDispatcher dispatcher;
    private final MonitorMetrics metrics;
    private final HealthTracker health;
    private final Schedule schedule;
    private final Leadership leadership;
    private final ProfileMemory memory = new ProfileMemory();
    private final Upkeep upkeep;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private volatile @Nullable CheckReport lastReport;

    /** While another monitor is at the very first check of the database. */
    private volatile boolean awaitsFirstReport;

    /** Whether the lead is kept between checks. */
    private volatile boolean started;

    /** Whether the last check was another monitor's. */
    private volatile boolean follows;

    /** The last failure that the log was told of, and only once. */
    private String said = "";

    private DriftMonitor(Builder set) {
        dataSource = set.dataSource;
        config = set.config;
        registry = set.registry;
        clock = set.clock;
        examiner = new Examiner(config);
        upkeep = new Upkeep(new Upkeep.Ages(
                longest(config.baselineFrom(), config.recentWindow()), config.profileAge(), config.evidenceAge()));
        calibrated = new CalibratedExaminer(config, examiner);
        List<DriftAction> actions = ActionChoice.choose(config, set.actions, dataSource, clock);
        keeper = new EpisodeKeeper(new EpisodeRule(config.confirm()), actions, config.coolDown());
        metrics = new MonitorMetrics(
                MonitorInfo.labels(config),
                config.checkInterval(),
                actions.stream().map(DriftAction::name).toList());
        ActionOutbox outbox = new ActionOutbox(dataSource, ActionDispatcher.CLAIM_LENGTH);
        dispatcher = new ActionDispatcher(outbox, actions, clock, metrics::attempted);
        health = new HealthTracker(clock, set.nanoTime, config.checkInterval());
        leadership = new Leadership(set.leadSource);
        schedule = new Schedule(config.checkInterval(), this::scheduledCheck, this::betweenChecks, this::mindTheLead);
        if (registry != null) {
            registry.register(metrics);
        }
    }

    /** Starts from the defaults of {@link MonitorConfig}. */
    public static Builder builder(DataSource dataSource) {
        return new Builder(dataSource);
    }

    /**
     * Checks now and from then on at every interval, on one daemon thread, if this monitor has the lead of its database or
     * gets it; otherwise reads what the one that has it found. A check that fails is reported by {@link #health()}, counted
     * and logged, and the next one comes at its time, or soon where the database was away.
     *
     * @throws IllegalStateException if the monitor was started or closed before
     */
    public void start() {
        started = true;
        schedule.start();
    }

    /**
     * Checks now: reads, compares, decides, writes, acts. If another monitor leads, or is checking at this moment, the last
     * result that a monitor left there is returned instead.
     *
     * @throws DriftMonitorException if the check failed; what it would have written is not there
     */
    public CheckReport checkOnce() {
        oneAtATime.lock();
        try {
            metrics.runStarted();
            CheckReport report = liveCheck();
            lastReport = report;
            health.succeeded();
            log.info("{}", CheckLine.of(report));
            dispatch(false);
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
        return health.now();
    }

    /** Stops the schedule, waits up to half a minute for a check under way, gives up the lead, and leaves the registry. */
    @Override
    public void close() {
        schedule.close();
        leadership.close();
        health.closed();
        if (registry != null) {
            registry.unregister(metrics);
        }
    }

    private CheckReport liveCheck() {
        long start = System.nanoTime();
        awaitsFirstReport = false;
        try (CheckSession session = CheckSession.open(dataSource)) {
            Optional<Lead> lead = lead(session);
            follows = lead.isEmpty() || !session.claim(lead.get());
            if (follows) {
                metrics.followed();
                return session.read(this::leadersReport);
            }
            Instant at = session.read(this::timeOfCheck);
            CheckWindows windows =
                    CheckWindows.onGrid(at, config.recentWindow(), config.baselineFrom(), config.baselineTo());
            boolean byEvidence = config.detection() == Detection.CALIBRATED;
            Known known = session.read(connection -> {
                VectorKind kind = requireSchema(connection);
                return new Known(kind, byEvidence ? baselines.inUse(connection) : new InUse());
            });
            VectorKind kind = known.kind();
            InUse inUse = known.inUse();
            Intake intake = Intake.start(
                    session,
                    new Intake.Settings(windows.now(), ZoneOffset.UTC, kind, byEvidence ? inUse : Scoring.NONE));
            Decided decided = session.write(connection -> {
                Intake.Taken taken = intake.finish(connection);
                metrics.read(taken.rows(), taken.horizon().age());
                Map<WatchedStream, Episode> open = new EpisodeStore(connection, at).open();
                ProfileReader readings = new ProfileReader(connection, windows, memory, taken.failures());
                Examination examination = byEvidence
                        ? calibrated.examine(new CalibratedCheck(
                                connection,
                                kind,
                                at,
                                windows,
                                readings,
                                new ScoredBuckets(connection, memory),
                                taken.tally(),
                                inUse,
                                open,
                                EvidenceStore.last(connection)))
                        : examiner.examine(readings, windows);
                return decide(connection, at, open, examination, start);
            });
            metrics.led(decided.report(), decided.dispatched());
            metrics.failed(decided.failures());
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
            log.warn("upkeep of the database failed, tried again in an hour: {}", oneLine(e));
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
            return new DriftMonitorException(oneLine(e), e);
        }
        log.debug("check failed", e);
        return new DriftMonitorException("check failed: " + oneLine(e), e);
    }

    private static String oneLine(Exception e) {
        if (e instanceof RestoredException restored) {
            return String.valueOf(restored.getMessage());
        }
        return e instanceof SQLException sql
                ? DatabaseErrors.explain(sql, "")
                : String.valueOf(e).lines().findFirst().orElse("");
    }

    private CheckWindows windows(Instant at) {
        return CheckWindows.at(at, config.recentWindow(), config.baselineFrom(), config.baselineTo());
    }

    private Examination examine(Connection connection, CheckWindows windows) throws SQLException {
        VectorKind kind = requireSchema(connection);
        return examiner.examine(new SnapshotReader(connection, dataSource, windows, kind), windows);
    }

    private VectorKind requireSchema(Connection connection) throws SQLException {
        SchemaState schema = SchemaCheck.inspect(connection);
        Optional<String> problem = schema.problem(config.embeddingDim());
        if (problem.isPresent()) {
            throw new DriftMonitorException(problem.get());
        }
        return schema.vectorKind().orElse(VectorKind.VECTOR);
    }

    /** What stands before a check begins. */
    private record Known(VectorKind kind, InUse inUse) {}

    private record Decided(CheckReport report, DispatchCounts dispatched, long failures) {}

    private Decided decide(
            Connection connection, Instant at, Map<WatchedStream, Episode> open, Examination examination, long start)
            throws SQLException {
        EpisodeKeeper.Kept kept = keeper.keep(connection, at, open, examination);
        CheckReport report = report(at, examination, kept.streams(), kept.episodes(), start);
        EvidenceStore.append(connection, evidence(examination, kept));
        MonitorState.saveReport(connection, report.toJson(), at);
        return new Decided(report, MonitorState.dispatchCounts(connection), examination.failures());
    }

    /** The steps of the sequences of a check, begun anew where an episode began or ended. */
    static List<StoredEvidence> evidence(Examination examination, EpisodeKeeper.Kept kept) {
        List<StoredEvidence> steps = new ArrayList<>();
        for (StreamOutcome outcome : examination.streams()) {
            Calibrated judged = outcome.calibrated();
            if (judged != null) {
                steps.addAll(judged.kept(kept.changes().getOrDefault(outcome.stream(), EpisodeChange.NONE)));
            }
        }
        return steps;
    }

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

    /**
     * After the check's commit, and without consequence for its result: what is not dispatched now is so later.
     *
     * @param timeHasPassed since the counts were read: another monitor may have run an action, and whoever leads shows what
     *     became of it, attempts of its own or not
     */
    private void dispatch(boolean timeHasPassed) {
        try {
            if (dispatcher.pass() > 0 || (timeHasPassed && metrics.leads())) {
                try (Connection connection = dataSource.getConnection()) {
                    metrics.dispatched(MonitorState.dispatchCounts(connection));
                    ReindexStatus.latest(connection)
                            .ifPresent(status ->
                                    metrics.reindexing(status.embedded() + status.reused(), status.pending()));
                }
            }
        } catch (SQLException | RuntimeException e) {
            log.debug("dispatching failed", e);
            log.warn("dispatching actions failed, tried again later: {}", oneLine(e));
        }
    }

    private void scheduledCheck() {
        if (started && follows && !leadership.held() && tookOver()) {
            // The check comes when it is due.
            return;
        }
        try {
            checkOnce();
            if (!said.isEmpty()) {
                log.info("checks succeed again");
            }
            said = "";
        } catch (DriftMonitorException e) {
            String message = String.valueOf(e.getMessage());
            if (awaitsFirstReport) {
                log.info("{}", message);
            } else if (!message.equals(said)) {
                log.error("{}", message);
                said = message;
            }
            if (e.getCause() instanceof SQLException failure && mayPass(failure)) {
                schedule.checkIn(soon());
            }
        }
    }

    /** The connection is gone, the server starts or stops or takes no writes, or another monitor has taken the lead. */
    private static boolean mayPass(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return failure instanceof LeadLostException
                || failure instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P0")
                || state.equals("25006");
    }

    private Duration soon() {
        return config.checkInterval().compareTo(RETRY) < 0 ? config.checkInterval() : RETRY;
    }

    /** Every few seconds: keeps the lead, or takes it where nobody has it. */
    private void mindTheLead() {
        if (leadership.lost()) {
            metrics.followed();
            follows = true;
            log.warn("lost the lead: the database has not heard from this monitor, or is away");
        }
        if (!leadership.held()) {
            tookOver();
        }
    }

    /** Whether this monitor has the lead now; the next check is put where the last one says that it is due. */
    private boolean tookOver() {
        try {
            Optional<Lead> lead = leadership.lead();
            if (lead.isEmpty()) {
                return false;
            }
            Duration wait = untilDue();
            log.info(
                    "took the lead (take-over {}), next check in {} s",
                    lead.get().epoch(),
                    wait.toSeconds());
            schedule.checkIn(wait);
            return true;
        } catch (SQLException e) {
            // The check says why; it is made at its time, or comes back to this.
            log.debug("the lead was not taken", e);
            return false;
        }
    }

    private Duration untilDue() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Duration age = MonitorState.lastCheck(connection)
                    .map(last -> Duration.between(last, clock.instant()))
                    .orElse(config.checkInterval());
            Duration wait = config.checkInterval().minus(age);
            boolean due = age.isNegative() || wait.isNegative();
            return due ? Duration.ZERO : wait;
        }
    }

    /** Twice a minute: two monitors that start together are both ready after the first one's check, not an interval later. */
    void betweenChecks() {
        if (awaitsFirstReport) {
            scheduledCheck();
            return;
        }
        oneAtATime.lock();
        try {
            dispatch(true);
        } finally {
            oneAtATime.unlock();
        }
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
