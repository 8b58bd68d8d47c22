package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.BacktestReport.Fired;
import io.driftaware.runner.BacktestReport.Replay;
import io.driftaware.runner.BacktestReport.WouldDo;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.MonitorState;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.ReplayTables;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.ScoredBuckets;
import io.driftaware.runner.store.Tally;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * What would have fired: the monitor's own checks over a stretch of the past, from the profiles and the evidence that it
 * stored, under other settings. It begins where the quarters of an hour begin that are kept. It changes nothing, see {@link ReplayTables}, takes no lead, and reads no raw rows but for
 * examples.
 *
 * <p>Every check is at the time of a stored one, and at every interval where there was none. Baselines are those that are in
 * use now; evidence begins with nothing. Profiles are as they stand today: rows that came late are where they belong, and
 * what a check saw of a bucket that was not full then is all of it.
 */
public final class Backtest {
    private final DataSource dataSource;
    private final Window asked;

    /**
     * A replay of the checks after {@code from}, up to {@code to}.
     *
     * @throws IllegalArgumentException if the stretch is empty
     */
    public Backtest(DataSource dataSource, Instant from, Instant to) {
        this.dataSource = dataSource;
        this.asked = new Window(from, to);
    }

    /**
     * Replays under each of these settings.
     *
     * @param settings by the name that the report gives them, in its order
     * @throws DriftMonitorException if the database cannot be read
     * @throws RolledUpStretchException if of the whole stretch no hours are kept
     */
    public BacktestReport run(Map<String, MonitorConfig> settings) {
        List<Replay> replays = new ArrayList<>();
        Window stretch;
        try (CheckSession session = CheckSession.open(dataSource)) {
            stretch = session.read(this::kept);
            Instant earliest = stretch.from();
            for (MonitorConfig config : settings.values()) {
                Instant begin = stretch.from().minus(config.baselineFrom());
                earliest = begin.isBefore(earliest) ? begin : earliest;
            }
            Window read = new Window(earliest, stretch.to().plus(Duration.ofHours(1)));
            ReplayTables tables = session.write(connection -> ReplayTables.create(connection, read));
            try {
                for (Map.Entry<String, MonitorConfig> entry : settings.entrySet()) {
                    replays.add(new Run(session, tables, stretch, entry.getValue()).replay(entry.getKey()));
                }
            } finally {
                session.write(connection -> {
                    tables.drop(connection);
                    return tables;
                });
            }
        } catch (SQLException e) {
            throw new DriftMonitorException("backtest failed: " + DatabaseErrors.explain(e, ""), e);
        }
        return new BacktestReport(asked.from(), stretch.from(), stretch.to(), replays);
    }

    /** What was asked for, without the days that were rolled up: they do not tell at which hours rows came. */
    private Window kept(Connection connection) throws SQLException {
        Instant from = ProfileReader.quartersFrom(connection, asked).orElse(asked.from());
        if (!from.isBefore(asked.to())) {
            throw new RolledUpStretchException("of the days from " + asked.from() + " to " + asked.to()
                    + " one profile each is kept, which does not tell what a check saw: begin at " + from
                    + " or later");
        }
        return from.isAfter(asked.from()) ? new Window(from, asked.to()) : asked;
    }

    /** One replay. */
    private final class Run {
        private final CheckSession session;
        private final ReplayTables tables;
        private final Window stretch;
        private final MonitorConfig config;
        private final CheckJudge judge;
        private final BaselineCache baselines = new BaselineCache();
        private final Map<Long, Fired> fired = new LinkedHashMap<>();
        private final Map<WatchedStream, Map<Verdict, Integer>> verdicts = new EnumMap<>(WatchedStream.class);

        Run(CheckSession session, ReplayTables tables, Window stretch, MonitorConfig config) {
            this.session = session;
            this.tables = tables;
            this.stretch = stretch;
            this.config = config;
            judge = new CheckJudge(config, ActionChoice.choose(config, List.of(), dataSource, InstantSource.system()));
        }

        Replay replay(String name) throws SQLException {
            VectorKind kind = session.read(connection -> {
                tables.begin(connection);
                return SchemaCheck.inspect(connection).vectorKind().orElse(VectorKind.VECTOR);
            });
            ReplayedRows rows = session.read(this::rows);
            Instant before = stretch.from();
            int checks = 0;
            for (Instant at : times(rows.checks())) {
                Instant since = before;
                session.read(connection -> {
                    check(connection, kind, rows, since, at);
                    return at;
                });
                before = at;
                checks++;
            }
            Map<Long, List<WouldDo>> actions = session.read(Run::actions);
            List<Fired> episodes = new ArrayList<>();
            fired.forEach((id, episode) -> episodes.add(episode.doing(actions.getOrDefault(id, List.of()))));
            return new Replay(name, checks, verdicts, episodes);
        }

        private ReplayedRows rows(Connection connection) throws SQLException {
            CheckWindows windows = windows(stretch.to());
            ProfileReader profiles = ProfileReader.replaying(connection, windows, judge.memory());
            Window read = new Window(stretch.from(), windows.now());
            ReplayedRows rows = new ReplayedRows(
                    profiles.interactionQuarters(read),
                    profiles.retrievalQuarters(read),
                    tables.fed(connection, stretch));
            if (judge.byEvidence()) {
                InUse inUse = baselines.inUse(connection);
                ScoredBuckets scored = new ScoredBuckets(connection, judge.memory());
                for (KnownBaseline<EmbeddingBaseline> baseline : inUse.ofEmbeddings()) {
                    rows.novelty(
                            baseline.id(),
                            ReplayedRows.novelRows(
                                    scored.profiles(baseline.id(), "", scored.held(baseline.id(), "", read)),
                                    baseline.contents()));
                }
            }
            return rows;
        }

        /** The stored checks, and one at the end of every interval that has none. */
        private NavigableSet<Instant> times(NavigableSet<Instant> stored) {
            NavigableSet<Instant> times = new TreeSet<>(stored);
            Duration interval = config.checkInterval();
            for (Instant at = stretch.from().plus(interval); !at.isAfter(stretch.to()); at = at.plus(interval)) {
                if (stored.subSet(at.minus(interval), false, at, true).isEmpty()) {
                    times.add(at);
                }
            }
            return times;
        }

        private CheckWindows windows(Instant at) {
            return CheckWindows.onGrid(at, config.recentWindow(), config.baselineFrom(), config.baselineTo());
        }

        private void check(Connection connection, VectorKind kind, ReplayedRows rows, Instant before, Instant at)
                throws SQLException {
            CheckWindows windows = windows(at);
            ProfileReader readings = ProfileReader.replaying(connection, windows, judge.memory());
            Tally fed = MonitorState.takePendingTally(connection).plus(rows.between(before, at));
            InUse inUse = judge.byEvidence() ? baselines.inUse(connection) : new InUse();
            note(judge.judge(connection, at, new CheckJudge.Case(kind, windows, readings, fed, inUse))
                    .kept());
        }

        private void note(EpisodeKeeper.Kept kept) {
            for (StreamReport stream : kept.streams()) {
                verdicts.computeIfAbsent(WatchedStream.ofLabel(stream.stream()), absent -> new EnumMap<>(Verdict.class))
                        .merge(stream.verdict(), 1, Integer::sum);
            }
            for (EpisodeReport episode : kept.episodes()) {
                Fired known = fired.get(episode.id());
                fired.put(
                        episode.id(),
                        known == null
                                ? Fired.begun(episode, reason(kept, episode.stream()))
                                : known.seenAgain(episode));
            }
        }

        private static String reason(EpisodeKeeper.Kept kept, String stream) {
            return kept.streams().stream()
                    .filter(report -> report.stream().equals(stream))
                    .map(StreamReport::reason)
                    .findFirst()
                    .orElse("");
        }

        private static Map<Long, List<WouldDo>> actions(Connection connection) throws SQLException {
            Map<Long, List<WouldDo>> actions = new LinkedHashMap<>();
            for (ReplayTables.Asked one : ReplayTables.asked(connection)) {
                actions.computeIfAbsent(one.episode(), absent -> new ArrayList<>())
                        .add(new WouldDo(one.kind(), one.action(), one.suppression()));
            }
            return actions;
        }
    }
}
