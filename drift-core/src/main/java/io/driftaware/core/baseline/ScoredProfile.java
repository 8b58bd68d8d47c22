package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/**
 * What is kept of a set of embeddings seen against one {@link EmbeddingBaseline}: how many scored novel to which degree,
 * how many have each vector of its sketch among their nearest four, the sums of the random features, and a sample of the novel rows. Immutable. Only
 * directions count: every vector is scaled to length 1 first.
 *
 * <p>All sums are integers, so profiles of the parts of a set merge to the profile of the whole, byte for byte, in any order
 * and any grouping. A feature, in [-1, 1], is rounded once to a multiple of 2^-27; 2^35 of them fit.
 *
 * <p>Stored form, little-endian: version byte 1, kind byte 3, baseline fingerprint (long), count (long), rejected (long),
 * number of bins, of sketch vectors, of features and of sampled rows (int each), then the counts by bin, the counts by sketch
 * vector, the feature sums (all as {@link PackedLongs}), and the sampled rows (id high and low as long, score as float).
 */
public final class ScoredProfile {

    /** The greatest number of vectors that a profile can hold. */
    public static final long MAX_COUNT = 1L << 35;

    static final double FEATURE_SCALE = 0x1p27;

    private static final byte VERSION = 1;
    private static final byte KIND = 3;
    private static final int HEADER_BYTES = 2 * Byte.BYTES + 3 * Long.BYTES + 4 * Integer.BYTES;
    private static final int MAX_PARTS = 1 << 16;
    private static final String WHAT = "scored profile";

    private final long baseline;
    private final long count;
    private final long rejected;
    private final long[] novelty;
    private final long[] nearest;
    private final long[] features;
    private final RowSample novel;

    /** Takes over the arrays and the sample. */
    ScoredProfile(
            long baseline,
            long count,
            long rejected,
            long[] novelty,
            long[] nearest,
            long[] features,
            RowSample novel) {
        this.baseline = baseline;
        this.count = count;
        this.rejected = rejected;
        this.novelty = novelty;
        this.nearest = nearest;
        this.features = features;
        this.novel = novel;
    }

    /** A row that is unlike the baseline. */
    public record NovelRow(UUID eventId, double novelty) {}

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are of another version or kind, of a wrong length, or contradict
     *     themselves
     */
    public static ScoredProfile fromBytes(byte[] bytes) {
        ByteBuffer in = StoredForm.open(bytes, WHAT, VERSION, KIND, HEADER_BYTES);
        long baseline = in.getLong();
        long count = in.getLong();
        StoredForm.check(count >= 0 && count <= MAX_COUNT, WHAT + ": count " + count + " is not 0 to " + MAX_COUNT);
        long rejected = StoredForm.count(in, WHAT, "rejected");
        int bins = parts(in, "bins", 1, MAX_PARTS);
        int sketch = parts(in, "sketch vectors", 1, MAX_PARTS);
        int features = parts(in, "features", 0, MAX_PARTS);
        int sampled = parts(in, "sampled rows", 0, RowSample.CAPACITY);
        long[] novelty = PackedLongs.readCounts(in, bins, WHAT);
        long[] nearest = PackedLongs.readCounts(in, sketch, WHAT);
        long[] featureSums = PackedLongs.readSums(in, features, WHAT);
        StoredForm.check(
                in.remaining() == RowSample.BYTES_EACH * sampled,
                WHAT + ": " + in.remaining() + " bytes for " + sampled + " sampled rows");
        ScoredProfile profile = new ScoredProfile(
                baseline, count, rejected, novelty, nearest, featureSums, RowSample.read(in, sampled, WHAT));
        profile.requirePossible();
        return profile;
    }

    /** The stored form, the same for equal profiles. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES
                        + PackedLongs.countsBytes(novelty)
                        + PackedLongs.countsBytes(nearest)
                        + PackedLongs.sumsBytes(features)
                        + RowSample.BYTES_EACH * novel.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put(KIND).putLong(baseline).putLong(count).putLong(rejected);
        out.putInt(novelty.length)
                .putInt(nearest.length)
                .putInt(features.length)
                .putInt(novel.size());
        PackedLongs.writeCounts(novelty, out);
        PackedLongs.writeCounts(nearest, out);
        PackedLongs.writeSums(features, out);
        novel.write(out);
        return out.array();
    }

    /** {@link EmbeddingBaseline#fingerprint()} of the baseline that the rows were seen against. */
    public long baseline() {
        return baseline;
    }

    /** Vectors that were scored. */
    public long count() {
        return count;
    }

    /** Vectors without a direction, left out: a component was not finite, or all were zero. */
    public long rejected() {
        return rejected;
    }

    /** The rows of the sample, at most 64 drawn from those above the 95 % quantile of novelty, the most novel first. */
    public List<NovelRow> novelRows() {
        List<NovelRow> rows = new ArrayList<>(novel.size());
        for (int i = 0; i < novel.size(); i++) {
            rows.add(new NovelRow(novel.id(i), novel.score(i)));
        }
        rows.sort((a, b) -> a.novelty() == b.novelty()
                ? a.eventId().compareTo(b.eventId())
                : Double.compare(b.novelty(), a.novelty()));
        return Collections.unmodifiableList(rows);
    }

    /**
     * The profile of both sets together.
     *
     * @throws IllegalArgumentException if they were seen against different baselines, or if together they hold more than
     *     {@link #MAX_COUNT} vectors
     */
    public ScoredProfile merge(ScoredProfile other) {
        return merge(List.of(this, other));
    }

    /**
     * The profile of all sets together; costs one pass over each.
     *
     * @param profiles at least one
     * @throws IllegalArgumentException if they were seen against different baselines, or if together they hold more than
     *     {@link #MAX_COUNT} vectors
     */
    public static ScoredProfile merge(Collection<ScoredProfile> profiles) {
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("there is no profile to merge");
        }
        ScoredProfile first = profiles.iterator().next();
        ScoredProfile sum = new ScoredProfile(
                first.baseline,
                0,
                0,
                new long[first.novelty.length],
                new long[first.nearest.length],
                new long[first.features.length],
                new RowSample());
        long count = 0;
        long rejected = 0;
        for (ScoredProfile profile : profiles) {
            requireMergeable(first, count, profile);
            count += profile.count;
            rejected = Math.addExact(rejected, profile.rejected);
            addTo(sum.novelty, profile.novelty);
            addTo(sum.nearest, profile.nearest);
            addTo(sum.features, profile.features);
            sum.novel.offerAll(profile.novel);
        }
        return new ScoredProfile(first.baseline, count, rejected, sum.novelty, sum.nearest, sum.features, sum.novel);
    }

    /** Vectors by bin of the novelty scale; a new array. */
    public long[] noveltyCounts() {
        return novelty.clone();
    }

    /**
     * Vectors by vector of the sketch, each counted at the four that are nearest to it, or at all where the sketch has fewer; a
     * new array.
     */
    public long[] nearestCounts() {
        return nearest.clone();
    }

    /** Vectors counted at a vector of the sketch. */
    long nearest(int sketchVector) {
        return nearest[sketchVector];
    }

    /** How many vectors lie near some vectors of the sketch: each for the part of its nearest four that is among them. */
    public double near(int[] sketchVectors) {
        long sum = 0;
        for (int vector : sketchVectors) {
            sum += nearest[vector];
        }
        return (double) sum / neighbours();
    }

    /** At how many vectors of the sketch each vector is counted. */
    int neighbours() {
        return Math.min(Reference.NEIGHBOURS, nearest.length);
    }

    /**
     * The mean of each random feature, not scaled.
     *
     * @throws IllegalStateException if the profile is empty
     */
    public double[] featureMeans() {
        if (count == 0) {
            throw new IllegalStateException("an empty profile has no feature means");
        }
        double[] means = new double[features.length];
        for (int i = 0; i < means.length; i++) {
            means[i] = features[i] / FEATURE_SCALE / count;
        }
        return means;
    }

    /** Vectors that scored above an edge of the novelty scale, as {@link EmbeddingBaseline#edgeAt} numbers them. */
    public long above(int edge) {
        long above = 0;
        for (int bin = edge + 1; bin < novelty.length; bin++) {
            above += novelty[bin];
        }
        return above;
    }

    /** Bins of the novelty scale. */
    int bins() {
        return novelty.length;
    }

    /** Whether it was made with a novelty scale of so many bins and a sketch of so many vectors. */
    boolean isFor(int bins, int sketchSize) {
        return novelty.length == bins && nearest.length == sketchSize && features.length == RandomFeatures.FEATURES;
    }

    private static void requireMergeable(ScoredProfile one, long count, ScoredProfile other) {
        if (one.baseline != other.baseline
                || one.novelty.length != other.novelty.length
                || one.nearest.length != other.nearest.length
                || one.features.length != other.features.length) {
            throw new IllegalArgumentException("profiles of baselines " + Long.toHexString(one.baseline) + " and "
                    + Long.toHexString(other.baseline) + " cannot be merged: score the rows against one baseline");
        }
        if (count + other.count > MAX_COUNT) {
            throw new IllegalArgumentException("profiles of " + count + " and " + other.count
                    + " vectors are more than " + MAX_COUNT + " together");
        }
    }

    private void requirePossible() {
        StoredForm.check(
                sumsTo(novelty, count) && sumsTo(nearest, count * neighbours()),
                WHAT + ": its counts by bin and by sketch vector are not those of " + count + " vectors");
        StoredForm.check(novel.size() <= count, WHAT + ": " + novel.size() + " rows are sampled of " + count);
        double greatest = count * FEATURE_SCALE;
        for (long feature : features) {
            if (Math.abs((double) feature) > greatest) {
                throw StoredForm.damaged(
                        WHAT + ": feature sum " + feature + " is more than " + count + " vectors can have");
            }
        }
    }

    private boolean sumsTo(long[] parts, long expected) {
        long sum = 0;
        boolean possible = true;
        for (long part : parts) {
            possible &= part >= 0 && part <= count;
            sum += part;
        }
        return possible && sum == expected;
    }

    private static int parts(ByteBuffer in, String name, int least, int most) {
        int parts = in.getInt();
        StoredForm.check(
                parts >= least && parts <= most,
                WHAT + ": " + parts + " " + name + " are not " + least + " to " + most);
        return parts;
    }

    private static void addTo(long[] sums, long[] addends) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += addends[i];
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScoredProfile that
                && baseline == that.baseline
                && count == that.count
                && rejected == that.rejected
                && Arrays.equals(novelty, that.novelty)
                && Arrays.equals(nearest, that.nearest)
                && Arrays.equals(features, that.features)
                && novel.equals(that.novel);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(
                new long[] {baseline, count, rejected, Arrays.hashCode(novelty), Arrays.hashCode(nearest)});
    }

    @Override
    public String toString() {
        return "ScoredProfile[" + count + " vectors, " + rejected + " rejected, baseline " + Long.toHexString(baseline)
                + "]";
    }
}
