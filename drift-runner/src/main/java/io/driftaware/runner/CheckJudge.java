package io.driftaware.runner;

import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EpisodeStore;
import io.driftaware.runner.store.EvidenceStore;
import io.driftaware.runner.store.ProfileMemory;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.ScoredBuckets;
import io.driftaware.runner.store.StoredEvidence;
import io.driftaware.runner.store.Tally;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What follows from the profiles at one check: every stream is examined, and episodes, actions and evidence are kept, all in the
 * caller's transaction. A monitor and a backtest make the same of the same.
 */
final class CheckJudge {
    private final Examiner examiner;
    private final CalibratedExaminer calibrated;
    private final EpisodeKeeper keeper;
    private final boolean byEvidence;
    private final ProfileMemory memory = new ProfileMemory();

    CheckJudge(MonitorConfig config, List<DriftAction> actions) {
        examiner = new Examiner(config);
        calibrated = new CalibratedExaminer(config, examiner);
        keeper = new EpisodeKeeper(config, actions);
        byEvidence = config.detection() == Detection.CALIBRATED;
    }

    /**
     * What a check works with.
     *
     * @param kind how embeddings are stored
     * @param windows on the grid of buckets
     * @param readings of the profiles
     * @param tally of the rows that no decision has seen
     * @param inUse the baselines, empty where thresholds alone decide
     */
    record Case(VectorKind kind, CheckWindows windows, ProfileReader readings, Tally tally, InUse inUse) {}

    /** What was found, and what the policy made of it. */
    record Judged(Examination examination, EpisodeKeeper.Kept kept) {}

    /** Whether evidence against baselines decides, and not thresholds alone. */
    boolean byEvidence() {
        return byEvidence;
    }

    /** The classic rule, which needs no state. */
    Examiner examiner() {
        return examiner;
    }

    /** What was read of the profiles before: most of it is the same at the next check. */
    ProfileMemory memory() {
        return memory;
    }

    Judged judge(Connection connection, Instant at, Case work) throws SQLException {
        Map<WatchedStream, Episode> open = new EpisodeStore(connection, at).open();
        Examination examination = byEvidence
                ? calibrated.examine(new CalibratedCheck(
                        connection,
                        work.kind(),
                        at,
                        work.windows(),
                        work.readings(),
                        new ScoredBuckets(connection, memory),
                        work.tally(),
                        work.inUse(),
                        open,
                        EvidenceStore.last(connection)))
                : examiner.examine(work.readings(), work.windows());
        EpisodeKeeper.Kept kept = keeper.keep(connection, at, open, examination);
        EvidenceStore.append(connection, evidence(examination, kept));
        return new Judged(examination, kept);
    }

    /** The steps of the sequences of a check, begun anew where an episode began or ended. */
    private static List<StoredEvidence> evidence(Examination examination, EpisodeKeeper.Kept kept) {
        List<StoredEvidence> steps = new ArrayList<>();
        for (StreamOutcome outcome : examination.streams()) {
            Calibrated judged = outcome.calibrated();
            if (judged != null) {
                steps.addAll(judged.kept(kept.changes().getOrDefault(outcome.stream(), EpisodeChange.NONE)));
            }
        }
        return steps;
    }
}
