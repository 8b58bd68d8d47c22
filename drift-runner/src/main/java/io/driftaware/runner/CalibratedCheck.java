package io.driftaware.runner;

import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EvidenceStore;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.ScoredBuckets;
import io.driftaware.runner.store.StoredEvidence;
import io.driftaware.runner.store.Tally;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What one check in calibrated mode works with.
 *
 * @param connection in the transaction that decides
 * @param kind how embeddings are stored
 * @param at when the check is
 * @param windows of it, on the grid of buckets
 * @param readings of its profiles
 * @param scored of its profiles seen against baselines
 * @param tally of the rows that no decision has seen
 * @param inUse the baselines, to which the check adds those that it learns
 * @param open the episodes that last
 * @param last the last step of every sequence, see {@link EvidenceStore}
 */
record CalibratedCheck(
        Connection connection,
        VectorKind kind,
        Instant at,
        CheckWindows windows,
        ProfileReader readings,
        ScoredBuckets scored,
        Tally tally,
        InUse inUse,
        Map<WatchedStream, Episode> open,
        Map<WatchedStream, Map<Hypothesis, StoredEvidence>> last) {

    /** What was proven when the stream's episode opened; nothing that is known where limits alone opened it. */
    Optional<String> openedBy(WatchedStream stream) {
        return Optional.ofNullable(open.get(stream))
                .map(episode -> episode.hypothesis() == null ? "" : episode.hypothesis());
    }

    /** The end of the recent window. */
    Instant now() {
        return windows.now();
    }

    /** Fresh rows of a flag. */
    StratumCounts freshFlags(WatchedStream stream) {
        return counts(tally.flags().getOrDefault(stream, Map.of()));
    }

    /** Fresh rows that were seen against a baseline. */
    StratumCounts freshNovelty(long baseline) {
        return counts(tally.novelty().getOrDefault(baseline, Map.of()));
    }

    private static StratumCounts counts(Map<Stratum, Tally.Count> strata) {
        StratumCounts counts = StratumCounts.none();
        for (Map.Entry<Stratum, Tally.Count> part : strata.entrySet()) {
            counts = counts.plus(
                    part.getKey(), part.getValue().events(), part.getValue().rows());
        }
        return counts;
    }
}
