package io.driftaware.core.baseline;

import java.util.Objects;
import java.util.UUID;

/**
 * Scores embeddings against a baseline, one at a time, without keeping or allocating anything per vector. Vectors are worked
 * on in batches of {@value DotProducts#BATCH}; the batch that a vector comes in does not change its score. Not safe for use
 * by several threads at once: give each its own recorder and merge the snapshots.
 */
public final class ScoredRecorder {

    private final long baseline;
    private final NoveltyScale scale;
    private final Scorer scorer;
    private final long[] novelty;
    private final long[] nearest;
    private final long[] features;
    private final RowSample novel = new RowSample();
    private final int dimension;
    private final float[] batch;
    private final long[] idHigh = new long[DotProducts.BATCH];
    private final long[] idLow = new long[DotProducts.BATCH];
    private int pending;
    private long count;
    private long rejected;

    /** A recorder with nothing in it. */
    public ScoredRecorder(EmbeddingBaseline baseline) {
        this(baseline.fingerprint(), baseline.reference(), baseline.scale());
    }

    ScoredRecorder(long baseline, Reference reference, NoveltyScale scale) {
        this.baseline = baseline;
        this.scale = scale;
        this.scorer = reference.scorer();
        this.dimension = reference.dimension();
        this.novelty = new long[scale.bins()];
        this.nearest = new long[reference.sketchSize()];
        this.features = new long[RandomFeatures.FEATURES];
        this.batch = new float[DotProducts.BATCH * dimension];
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
        Objects.checkFromIndexSize(offset, dimension, buffer.length);
        if (!UnitVectors.normalise(buffer, offset, batch, pending * dimension, dimension)) {
            rejected++;
            return false;
        }
        added(idHigh, idLow);
        return true;
    }

    /** Adds a vector of length 1 as it is. */
    void addUnit(float[] units, int offset, UUID eventId) {
        System.arraycopy(units, offset, batch, pending * dimension, dimension);
        added(eventId.getMostSignificantBits(), eventId.getLeastSignificantBits());
    }

    private void added(long high, long low) {
        if (count >= ScoredProfile.MAX_COUNT) {
            throw new IllegalStateException("this recorder holds " + count + " vectors, it takes no more");
        }
        idHigh[pending] = high;
        idLow[pending] = low;
        count++;
        if (++pending == DotProducts.BATCH) {
            score();
        }
    }

    /** What has been added so far. The recorder goes on from there. */
    public ScoredProfile snapshot() {
        score();
        return new ScoredProfile(
                baseline, count, rejected, novelty.clone(), nearest.clone(), features.clone(), novel.copy());
    }

    private void score() {
        if (pending == 0) {
            return;
        }
        scorer.score(batch, pending);
        for (int row = 0; row < pending; row++) {
            int bin = scale.bin(scorer.novelty(row));
            novelty[bin]++;
            nearest[scorer.nearest(row)]++;
            scorer.addFeatures(row, features);
            if (bin > scale.novelEdge()) {
                novel.offer(idHigh[row], idLow[row], scorer.novelty(row));
            }
        }
        pending = 0;
    }
}
