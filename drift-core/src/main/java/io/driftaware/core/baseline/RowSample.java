package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * At most {@value #CAPACITY} rows drawn at random from all that were offered: those whose ids have the smallest hashes. So
 * the sample of a union is drawn from the samples of its parts, in any order (bottom-k sampling; Cohen and Kaplan,
 * "Summarizing data using bottom-k sketches", PODC 2007). Mutable; its owner hands out copies.
 */
final class RowSample {

    static final int CAPACITY = 64;
    /** 1 - cosine, with room for rounding. */
    private static final float MAX_SCORE = 2.001f;

    static final int BYTES_EACH = 2 * Long.BYTES + Float.BYTES;

    private final long[] idHigh = new long[CAPACITY];
    private final long[] idLow = new long[CAPACITY];
    private final float[] score = new float[CAPACITY];
    /** Ascending as unsigned numbers. */
    private final long[] hash = new long[CAPACITY];

    private int size;

    /** @throws IllegalArgumentException if the rows are not as {@link #write} puts them */
    static RowSample read(ByteBuffer in, int size, String what) {
        RowSample sample = new RowSample();
        for (int i = 0; i < size; i++) {
            long high = in.getLong();
            long low = in.getLong();
            float score = in.getFloat();
            // Written so that NaN is refused too.
            if (!(score >= 0 && score <= MAX_SCORE)) {
                throw StoredForm.damaged(what + ": novelty " + score + " is not 0 to 2");
            }
            sample.offer(high, low, score);
            if (sample.idHigh[i] != high || sample.idLow[i] != low || sample.score[i] != score) {
                throw StoredForm.damaged(what + ": its sampled rows are not in order");
            }
        }
        return sample;
    }

    void write(ByteBuffer out) {
        for (int i = 0; i < size; i++) {
            out.putLong(idHigh[i]).putLong(idLow[i]).putFloat(score[i]);
        }
    }

    void offer(long high, long low, float rowScore) {
        long rowHash = SplitMix64.mix(high ^ SplitMix64.mix(low));
        int at = size;
        while (at > 0 && before(rowHash, high, low, rowScore, at - 1)) {
            at--;
        }
        if (at == CAPACITY) {
            return;
        }
        int moved = Math.min(size, CAPACITY - 1) - at;
        System.arraycopy(idHigh, at, idHigh, at + 1, moved);
        System.arraycopy(idLow, at, idLow, at + 1, moved);
        System.arraycopy(score, at, score, at + 1, moved);
        System.arraycopy(hash, at, hash, at + 1, moved);
        idHigh[at] = high;
        idLow[at] = low;
        score[at] = rowScore;
        hash[at] = rowHash;
        size = Math.min(size + 1, CAPACITY);
    }

    void offerAll(RowSample other) {
        for (int i = 0; i < other.size; i++) {
            offer(other.idHigh[i], other.idLow[i], other.score[i]);
        }
    }

    RowSample copy() {
        RowSample copy = new RowSample();
        copy.offerAll(this);
        return copy;
    }

    int size() {
        return size;
    }

    UUID id(int index) {
        return new UUID(idHigh[index], idLow[index]);
    }

    float score(int index) {
        return score[index];
    }

    private boolean before(long rowHash, long high, long low, float rowScore, int at) {
        int order = Long.compareUnsigned(rowHash, hash[at]);
        if (order == 0) {
            order = Long.compareUnsigned(high, idHigh[at]);
        }
        if (order == 0) {
            order = Long.compareUnsigned(low, idLow[at]);
        }
        return order == 0 ? rowScore < score[at] : order < 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RowSample that
                && size == that.size
                && Arrays.equals(idHigh, 0, size, that.idHigh, 0, size)
                && Arrays.equals(idLow, 0, size, that.idLow, 0, size)
                && Arrays.equals(score, 0, size, that.score, 0, size);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(Arrays.copyOf(hash, size));
    }
}
