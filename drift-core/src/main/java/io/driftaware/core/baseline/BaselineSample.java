package io.driftaware.core.baseline;

import io.driftaware.core.sequential.Stratum;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows that a baseline is to be fitted on. Each carries a group: rows that move together, as those of one conversation do,
 * belong to one group and stay on one side when the sample is split. Mutable, for one thread.
 */
public final class BaselineSample {

    private static final int INITIAL_ROWS = 1024;

    private final int dimension;
    private float[] components;
    private long[] idHigh = new long[INITIAL_ROWS];
    private long[] idLow = new long[INITIAL_ROWS];
    private long[] group = new long[INITIAL_ROWS];
    private @Nullable Stratum[] vote = new @Nullable Stratum[INITIAL_ROWS];
    private @Nullable Instant[] time = new @Nullable Instant[INITIAL_ROWS];
    private int count;

    /**
     * A sample with nothing in it.
     *
     * @param dimension components of every vector, 1 or more
     */
    public BaselineSample(int dimension) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension " + dimension + " is not 1 or more");
        }
        this.dimension = dimension;
        this.components = new float[Math.multiplyExact(INITIAL_ROWS, dimension)];
    }

    /**
     * Adds the vector that starts at an offset of a buffer; its direction is what is kept.
     *
     * @param eventId names the row in explanations
     * @param rowGroup the same number for rows that move together; any other, such as a hash of the event id, else
     * @return false if it was left out because it has no direction: a component is not finite, or all are zero
     * @throws IndexOutOfBoundsException if the buffer ends before the vector does
     */
    public boolean add(float[] buffer, int offset, UUID eventId, long rowGroup) {
        return add(buffer, offset, eventId, rowGroup, null);
    }

    /**
     * Adds a vector that is also counted in {@link EmbeddingBaseline#heldOutVotes()}, should it come to be held out.
     *
     * @param rowVote the stratum to count it in; null for a row that does not vote, such as a later one of its conversation
     */
    public boolean add(float[] buffer, int offset, UUID eventId, long rowGroup, @Nullable Stratum rowVote) {
        return add(buffer, offset, eventId, rowGroup, rowVote, null);
    }

    /**
     * Adds a vector with the time that it came at. Only where every row has its time can a weekly season be seen, see
     * {@link EmbeddingBaseline#heldOut(io.driftaware.core.sequential.WeekPart)}.
     *
     * @param at when the row came; its stratum is taken in UTC
     * @param votes whether it is counted in {@link EmbeddingBaseline#heldOutVotes()}, should it come to be held out
     */
    public boolean add(float[] buffer, int offset, UUID eventId, long rowGroup, Instant at, boolean votes) {
        return add(buffer, offset, eventId, rowGroup, votes ? Stratum.of(at, ZoneOffset.UTC) : null, at);
    }

    private boolean add(
            float[] buffer, int offset, UUID eventId, long rowGroup, @Nullable Stratum rowVote, @Nullable Instant at) {
        Objects.checkFromIndexSize(offset, dimension, buffer.length);
        if (count == group.length) {
            int rows = 2 * count;
            components = Arrays.copyOf(components, Math.multiplyExact(rows, dimension));
            idHigh = Arrays.copyOf(idHigh, rows);
            idLow = Arrays.copyOf(idLow, rows);
            group = Arrays.copyOf(group, rows);
            vote = Arrays.copyOf(vote, rows);
            time = Arrays.copyOf(time, rows);
        }
        if (!UnitVectors.normalise(buffer, offset, components, count * dimension, dimension)) {
            return false;
        }
        idHigh[count] = eventId.getMostSignificantBits();
        idLow[count] = eventId.getLeastSignificantBits();
        group[count] = rowGroup;
        vote[count] = rowVote;
        time[count] = at;
        count++;
        return true;
    }

    /** What is done with each row. */
    public interface RowVisitor {
        /** The row's vector, of length 1, starts at {@code offset} of {@code components}; neither is to be changed. */
        void visit(float[] components, int offset, UUID eventId);
    }

    /** Visits the rows in the order in which they were added. */
    public void forEach(RowVisitor visitor) {
        for (int row = 0; row < count; row++) {
            visitor.visit(components, row * dimension, eventId(row));
        }
    }

    /** Components of each vector. */
    public int dimension() {
        return dimension;
    }

    /** Vectors in the sample. */
    public int count() {
        return count;
    }

    UnitVectors vectors(int[] rows) {
        return UnitVectors.wrap(dimension, components).subset(rows, 0, rows.length);
    }

    UUID eventId(int row) {
        return new UUID(idHigh[row], idLow[row]);
    }

    @Nullable
    Stratum vote(int row) {
        return vote[row];
    }

    /** When the row came; null where that is not known. */
    @Nullable
    Instant time(int row) {
        return time[row];
    }

    /** The rows in random order, those of one group next to each other. */
    int[] shuffled(SplitMix64 random) {
        long salt = random.nextLong();
        Integer[] order = new Integer[count];
        long[] key = new long[count];
        long[] within = new long[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
            key[i] = SplitMix64.mix(group[i] ^ salt);
            within[i] = random.nextLong();
        }
        Arrays.sort(order, (a, b) -> {
            int byGroup = Long.compare(key[a], key[b]);
            return byGroup == 0 ? Long.compare(within[a], within[b]) : byGroup;
        });
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = order[i];
        }
        return rows;
    }

    /** The first place at or after the middle of an order where one group ends and another begins; else the middle. */
    int split(int[] order) {
        int middle = count / 2;
        for (int at = middle; at < count; at++) {
            if (group[order[at]] != group[order[at - 1]]) {
                return at - middle <= count / 10 ? at : middle;
            }
        }
        return middle;
    }
}
