package io.driftaware.core.baseline;

import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Scores embeddings against a baseline and hands each to the {@link ScoredRecorder} of its bucket, without keeping or
 * allocating anything per vector. Vectors are worked on in batches of {@value DotProducts#BATCH}, whatever recorders they are
 * meant for; the batch that a vector comes in does not change its score. Not safe for use by several threads at once: give
 * each its own and merge the snapshots.
 */
public final class EmbeddingScorer {

    private final long baseline;
    private final Reference reference;
    private final NoveltyScale scale;
    private final Scorer scorer;
    private final int dimension;
    private final float[] batch;
    private final @Nullable ScoredRecorder[] into = new @Nullable ScoredRecorder[DotProducts.BATCH];
    private final @Nullable Stratum[] vote = new @Nullable Stratum[DotProducts.BATCH];
    private final long[] idHigh = new long[DotProducts.BATCH];
    private final long[] idLow = new long[DotProducts.BATCH];
    private final VoteCounts votes = new VoteCounts();
    private int pending;

    /** A scorer for one thread. */
    public EmbeddingScorer(EmbeddingBaseline baseline) {
        this(baseline.fingerprint(), baseline.reference(), baseline.scale());
    }

    EmbeddingScorer(long baseline, Reference reference, NoveltyScale scale) {
        this.baseline = baseline;
        this.reference = reference;
        this.scale = scale;
        this.scorer = reference.scorer();
        this.dimension = reference.dimension();
        this.batch = new float[DotProducts.BATCH * dimension];
    }

    /** A recorder with nothing in it: one for each bucket. */
    public ScoredRecorder recorder() {
        return new ScoredRecorder(this, baseline, scale, reference.sketchSize());
    }

    /**
     * How many of the rows that voted were novel, by stratum: what {@link io.driftaware.core.sequential.RateWatch} takes. Since this scorer was made;
     * strata without a vote are absent.
     */
    public StratumCounts votes() {
        return votesSoFar().toCounts();
    }

    VoteCounts votesSoFar() {
        flush();
        return votes;
    }

    /**
     * Takes a vector for a recorder.
     *
     * @return false if it has no direction
     */
    boolean add(ScoredRecorder recorder, float[] buffer, int offset, long high, long low, @Nullable Stratum stratum) {
        Objects.checkFromIndexSize(offset, dimension, buffer.length);
        if (!UnitVectors.normalise(buffer, offset, batch, pending * dimension, dimension)) {
            return false;
        }
        queue(recorder, high, low, stratum);
        return true;
    }

    /** Adds a vector of length 1 as it is. */
    void addUnit(ScoredRecorder recorder, float[] units, int offset, long high, long low, @Nullable Stratum stratum) {
        System.arraycopy(units, offset, batch, pending * dimension, dimension);
        queue(recorder, high, low, stratum);
    }

    private void queue(ScoredRecorder recorder, long high, long low, @Nullable Stratum stratum) {
        into[pending] = recorder;
        vote[pending] = stratum;
        idHigh[pending] = high;
        idLow[pending] = low;
        if (++pending == DotProducts.BATCH) {
            flush();
        }
    }

    void flush() {
        scorer.score(batch, pending);
        for (int row = 0; row < pending; row++) {
            int bin = scale.bin(scorer.novelty(row));
            boolean novel = bin > scale.novelEdge();
            Objects.requireNonNull(into[row]).fold(scorer, row, bin, novel, idHigh[row], idLow[row]);
            votes.add(vote[row], novel);
            into[row] = null;
        }
        pending = 0;
    }
}
