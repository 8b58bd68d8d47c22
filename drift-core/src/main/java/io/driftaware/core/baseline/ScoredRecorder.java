package io.driftaware.core.baseline;

import io.driftaware.core.sequential.Stratum;
import org.jspecify.annotations.Nullable;

/**
 * Takes in the scored embeddings of one bucket. Made by {@link EmbeddingScorer#recorder()}, which it shares with other
 * recorders, and so for the same thread.
 */
public final class ScoredRecorder {

    private final EmbeddingScorer scorer;
    private final long baseline;
    private final long[] novelty;
    private final long[] nearest;
    private final long[] features = new long[RandomFeatures.FEATURES];
    private final RowSample novel = new RowSample();
    private long count;
    private long rejected;

    ScoredRecorder(EmbeddingScorer scorer, long baseline, NoveltyScale scale, int sketchSize) {
        this.scorer = scorer;
        this.baseline = baseline;
        this.novelty = new long[scale.bins()];
        this.nearest = new long[sketchSize];
    }

    /**
     * Adds the vector that starts at an offset of a buffer. The buffer is read and not kept.
     *
     * @param idHigh the high half of the row's event id; the ids decide which novel rows are kept as a sample
     * @param idLow the low half
     * @return false if it was counted as rejected: it has no direction
     * @throws IndexOutOfBoundsException if the buffer ends before the vector does
     */
    public boolean add(float[] buffer, int offset, long idHigh, long idLow) {
        return add(buffer, offset, idHigh, idLow, null);
    }

    /**
     * Adds a vector that is also counted in {@link EmbeddingScorer#votes()}.
     *
     * @param vote the stratum to count it in; null for a row that does not vote, such as a later one of its conversation
     */
    public boolean add(float[] buffer, int offset, long idHigh, long idLow, @Nullable Stratum vote) {
        if (count >= ScoredProfile.MAX_COUNT) {
            throw new IllegalStateException("this recorder holds " + count + " vectors, it takes no more");
        }
        if (!scorer.add(this, buffer, offset, idHigh, idLow, vote)) {
            rejected++;
            return false;
        }
        count++;
        return true;
    }

    /** Adds a vector of length 1 as it is. */
    void addUnit(float[] units, int offset, long idHigh, long idLow, @Nullable Stratum vote) {
        scorer.addUnit(this, units, offset, idHigh, idLow, vote);
        count++;
    }

    /** What has been added so far. The recorder goes on from there. */
    public ScoredProfile snapshot() {
        scorer.flush();
        return new ScoredProfile(
                baseline, count, rejected, novelty.clone(), nearest.clone(), features.clone(), novel.copy());
    }

    /** Takes a row that has been scored. */
    void fold(Scorer scored, int row, int bin, boolean isNovel, long idHigh, long idLow) {
        novelty[bin]++;
        for (int i = 0; i < scored.neighbours(); i++) {
            nearest[scored.nearest(row, i)]++;
        }
        scored.addFeatures(row, features);
        if (isNovel) {
            novel.offer(idHigh, idLow, scored.novelty(row));
        }
    }
}
