package io.driftaware.core.baseline;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What is normal for the embeddings of one stream and one model, fitted once from real traffic and frozen.
 *
 * <p>The sample is split at random, group by group. The fit half makes the sketch (its vectors, at most
 * {@value #MAX_SKETCH}), the cluster centroids and the bandwidth of the random features. The other half is held out and
 * scored as new rows will be: its novelty quantiles, cluster counts and feature covariance are what recent rows are compared
 * with. Given the fit half, held-out rows and new rows of the same kind are exchangeable, so counting is not biased by the
 * fit; counting on the fitted rows themselves would be.
 *
 * <p>Immutable, so safe for use by many threads; each scores with a {@link ScoredRecorder} of its own.
 *
 * <p>Stored form, little-endian: version byte 1, kind byte 4; as int each: dimension, fitted rows, sketch size, clusters,
 * edges, index of the novel edge, length of the held-out profile; seed of the features (long); as double each: bandwidth and
 * the three feature traces; then the sketch and the centroids (float), the edges (float), for each cluster its
 * {@value #EXEMPLARS} exemplars (id high and low as long), the fitted rows by sketch vector (int each), the limits of the
 * growth scan (double each), and the held-out profile in its own stored form.
 */
public final class EmbeddingBaseline {

    /** Rows that a baseline needs at least; 5,000 are recommended. */
    public static final int MIN_ROWS = 1_000;

    /** The greatest number of vectors that new rows are compared with one by one. */
    public static final int MAX_SKETCH = 2_500;

    private static final int EXEMPLARS = 3;
    private static final int MAX_EDGES = 1_000;
    private static final int MAX_CLUSTERS = 10_000;
    private static final byte VERSION = 1;
    private static final byte KIND = 4;
    private static final int HEADER_BYTES = 2 * Byte.BYTES + 7 * Integer.BYTES + Long.BYTES + 4 * Double.BYTES;
    private static final String WHAT = "embedding baseline";

    private final int fittedRows;
    private final Reference reference;
    private final NoveltyScale scale;
    private final FeatureTraces traces;
    private final UUID[][] exemplars;
    private final long[] fittedCounts;
    private final GrowthScan growthScan;
    private final ScoredProfile heldOut;

    private EmbeddingBaseline(
            int fittedRows,
            Reference reference,
            NoveltyScale scale,
            FeatureTraces traces,
            UUID[][] exemplars,
            long[] fittedCounts,
            GrowthScan growthScan,
            ScoredProfile heldOut) {
        this.fittedRows = fittedRows;
        this.reference = reference;
        this.scale = scale;
        this.traces = traces;
        this.exemplars = exemplars;
        this.fittedCounts = fittedCounts;
        this.growthScan = growthScan;
        this.heldOut = heldOut;
    }

    /**
     * Fits a baseline. The same sample and seed give the same bytes.
     *
     * @throws IllegalArgumentException if the sample has fewer than {@link #MIN_ROWS} rows
     */
    public static EmbeddingBaseline fit(BaselineSample sample, long seed) {
        if (sample.count() < MIN_ROWS) {
            throw new IllegalArgumentException("a baseline needs " + MIN_ROWS + " embeddings, the sample has "
                    + sample.count() + ": wait for more traffic");
        }
        SplitMix64 random = new SplitMix64(seed);
        int[] order = sample.shuffled(random);
        int split = sample.split(order);
        UnitVectors all = sample.vectors();
        UnitVectors fitRows = all.subset(order, 0, split);
        Reference reference = Reference.fit(fitRows, random);
        HeldOutScores heldOut = HeldOutScores.of(all.subset(order, split, order.length), reference);
        NoveltyScale scale = NoveltyScale.of(heldOut.novelty());
        ScoredRecorder recorder = new ScoredRecorder(fingerprint(reference, scale), reference, scale);
        for (int i = split; i < order.length; i++) {
            recorder.addUnit(all.components(), order[i] * all.dimension(), sample.eventId(order[i]));
        }
        UUID[][] exemplars = exemplars(sample, order, reference, reference.nearestCentroids(fitRows));
        ScoredProfile held = recorder.snapshot();
        long[] fittedCounts = reference.countsOf(fitRows);
        GrowthScan growthScan =
                GrowthScan.fit(reference.sketchNeighbours(GrowthScan.most()), together(fittedCounts, held), random);
        return new EmbeddingBaseline(
                split,
                reference,
                scale,
                FeatureTraces.of(heldOut.features()),
                exemplars,
                fittedCounts,
                growthScan,
                held);
    }

    /** Rows of both halves by the vector of the sketch that is nearest. */
    private static long[] together(long[] fittedCounts, ScoredProfile heldOut) {
        long[] counts = heldOut.nearestCounts();
        for (int i = 0; i < counts.length; i++) {
            counts[i] += fittedCounts[i];
        }
        return counts;
    }

    /** The fitted rows nearest to each centroid. */
    private static UUID[][] exemplars(BaselineSample sample, int[] order, Reference reference, Nearest nearest) {
        UUID[][] exemplars = new UUID[reference.clusters()][];
        for (int cluster = 0; cluster < exemplars.length; cluster++) {
            int wanted = cluster;
            exemplars[cluster] = IntStream.range(0, nearest.index().length)
                    .filter(row -> nearest.index()[row] == wanted)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer row) -> -nearest.cosine()[row])
                            .thenComparing(row -> sample.eventId(order[row])))
                    .limit(EXEMPLARS)
                    .map(row -> sample.eventId(order[row]))
                    .toArray(UUID[]::new);
        }
        return exemplars;
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are of another version or kind, of a wrong length, or damaged
     */
    public static EmbeddingBaseline fromBytes(byte[] bytes) {
        ByteBuffer in = StoredForm.open(bytes, WHAT, VERSION, KIND, HEADER_BYTES);
        int dimension = ranged(in, "dimension", EmbeddingProfile.MAX_DIMENSION);
        int fittedRows = ranged(in, "number of fitted rows", Integer.MAX_VALUE);
        int sketchSize = ranged(in, "sketch size", MAX_SKETCH);
        int clusters = ranged(in, "number of clusters", MAX_CLUSTERS);
        int edges = ranged(in, "number of edges", MAX_EDGES);
        int novelEdge = in.getInt();
        StoredForm.check(novelEdge >= 0 && novelEdge < edges, WHAT + ": there is no edge " + novelEdge);
        int heldOutBytes = ranged(in, "length of the held-out profile", Integer.MAX_VALUE);
        long seed = in.getLong();
        double bandwidth = in.getDouble();
        StoredForm.check(
                bandwidth > 0 && Double.isFinite(bandwidth), WHAT + ": bandwidth " + bandwidth + " is not above 0");
        FeatureTraces traces = FeatureTraces.read(in, WHAT);
        long expected = HEADER_BYTES
                + (long) (sketchSize + clusters) * dimension * Float.BYTES
                + (long) edges * Float.BYTES
                + (long) clusters * EXEMPLARS * 2 * Long.BYTES
                + (long) sketchSize * Integer.BYTES
                + GrowthScan.STORED_BYTES
                + heldOutBytes;
        StoredForm.check(
                expected == bytes.length, WHAT + ": " + bytes.length + " bytes where " + expected + " are expected");
        Reference reference = Reference.read(in, dimension, sketchSize, clusters, bandwidth, seed);
        NoveltyScale scale = NoveltyScale.read(in, edges, novelEdge);
        UUID[][] exemplars = new UUID[clusters][];
        for (int cluster = 0; cluster < clusters; cluster++) {
            exemplars[cluster] = readExemplars(in);
        }
        long[] fittedCounts = new long[sketchSize];
        for (int i = 0; i < sketchSize; i++) {
            fittedCounts[i] = in.getInt();
            StoredForm.check(fittedCounts[i] >= 0, WHAT + ": " + fittedCounts[i] + " rows near sketch vector " + i);
        }
        long fitted = Arrays.stream(fittedCounts).sum();
        StoredForm.check(
                fitted == fittedRows,
                WHAT + ": " + fitted + " rows near its sketch are not the " + fittedRows + " that were fitted");
        ByteBuffer growthLimits = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + GrowthScan.STORED_BYTES);
        byte[] heldOutStored = new byte[heldOutBytes];
        in.get(heldOutStored);
        ScoredProfile heldOut = ScoredProfile.fromBytes(heldOutStored);
        StoredForm.check(
                heldOut.isFor(scale.bins(), sketchSize) && heldOut.count() > 0,
                WHAT + ": its held-out half is empty, or of another scale or sketch");
        GrowthScan growthScan = GrowthScan.read(
                growthLimits, reference.sketchNeighbours(GrowthScan.most()), together(fittedCounts, heldOut), WHAT);
        EmbeddingBaseline baseline = new EmbeddingBaseline(
                fittedRows, reference, scale, traces, exemplars, fittedCounts, growthScan, heldOut);
        StoredForm.check(
                baseline.fingerprint() == fingerprint(reference, scale),
                WHAT + ": its fingerprint is not that of its contents");
        StoredForm.check(
                baseline.edgeAt(NoveltyScale.NOVEL_LEVEL) == novelEdge,
                WHAT + ": edge " + novelEdge + " is not at the 95 % quantile of its held-out half");
        return baseline;
    }

    /** The stored form: about {@code 10,300 x dimension} bytes for a full sketch. */
    public byte[] toBytes() {
        byte[] heldOutBytes = heldOut.toBytes();
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES
                        + reference.storedBytes()
                        + scale.edges() * Float.BYTES
                        + exemplars.length * EXEMPLARS * 2 * Long.BYTES
                        + fittedCounts.length * Integer.BYTES
                        + GrowthScan.STORED_BYTES
                        + heldOutBytes.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put(KIND);
        out.putInt(dimension())
                .putInt(fittedRows)
                .putInt(reference.sketchSize())
                .putInt(reference.clusters());
        out.putInt(scale.edges()).putInt(scale.novelEdge()).putInt(heldOutBytes.length);
        out.putLong(reference.featureSeed()).putDouble(reference.bandwidth());
        out.putDouble(traces.first()).putDouble(traces.second()).putDouble(traces.third());
        reference.write(out);
        scale.write(out);
        for (UUID[] ids : exemplars) {
            for (int i = 0; i < EXEMPLARS; i++) {
                out.putLong(i < ids.length ? ids[i].getMostSignificantBits() : 0);
                out.putLong(i < ids.length ? ids[i].getLeastSignificantBits() : 0);
            }
        }
        for (long count : fittedCounts) {
            out.putInt(Math.toIntExact(count));
        }
        growthScan.write(out);
        return out.put(heldOutBytes).array();
    }

    /** Identifies what rows are scored against; profiles of different fingerprints cannot be merged or compared. */
    public long fingerprint() {
        return heldOut.baseline();
    }

    /** Components of each vector. */
    public int dimension() {
        return reference.dimension();
    }

    /** Rows that the baseline was made from, both halves together. */
    public long rows() {
        return fittedRows + heldOut.count();
    }

    /** The held-out half, scored. */
    public ScoredProfile heldOut() {
        return heldOut;
    }

    /** How many clusters there are. */
    public int clusters() {
        return reference.clusters();
    }

    /** Rows of a profile by cluster: a row belongs to the cluster of the vector of the sketch that is nearest to it. */
    public long[] clusterCounts(ScoredProfile profile) {
        long[] nearest = profile.nearestCounts();
        long[] counts = new long[reference.clusters()];
        for (int i = 0; i < nearest.length; i++) {
            counts[reference.clusterOfSketch(i)] += nearest[i];
        }
        return counts;
    }

    /** The cluster of a vector of the sketch. */
    public int clusterOfSketch(int index) {
        return reference.clusterOfSketch(index);
    }

    /** Finds neighbourhoods that have grown. */
    public GrowthScan growthScan() {
        return growthScan;
    }

    /** Traces of the covariance of the held-out random features. */
    public FeatureTraces traces() {
        return traces;
    }

    /** The event ids of the fitted rows nearest to the centroid of a cluster, at most three, the nearest first. */
    public List<UUID> exemplars(int cluster) {
        return List.of(exemplars[cluster]);
    }

    /**
     * The edge of the novelty scale at a quantile of the held-out scores: above it lie at most 1 - level of them. Bins 0 to
     * this index of {@link ScoredProfile#noveltyCounts()} lie at or below the edge.
     *
     * @param level 0.05 to 0.999
     */
    public int edgeAt(double level) {
        double most = (1 - level) * heldOut.count() + 1e-6;
        int edge = 0;
        while (edge < scale.edges() - 1 && heldOut.above(edge) > most) {
            edge++;
        }
        return edge;
    }

    Reference reference() {
        return reference;
    }

    NoveltyScale scale() {
        return scale;
    }

    private static UUID[] readExemplars(ByteBuffer in) {
        UUID[] ids = new UUID[EXEMPLARS];
        for (int i = 0; i < EXEMPLARS; i++) {
            ids[i] = new UUID(in.getLong(), in.getLong());
        }
        return Arrays.stream(ids)
                .filter(id -> id.getMostSignificantBits() != 0 || id.getLeastSignificantBits() != 0)
                .toArray(UUID[]::new);
    }

    private static int ranged(ByteBuffer in, String name, int most) {
        int value = in.getInt();
        StoredForm.check(value >= 1 && value <= most, WHAT + ": " + name + " " + value + " is not 1 to " + most);
        return value;
    }

    private static long fingerprint(Reference reference, NoveltyScale scale) {
        ByteBuffer fitted = ByteBuffer.allocate(reference.storedBytes() + scale.edges() * Float.BYTES + 3 * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        fitted.putLong(reference.dimension()).putLong(reference.featureSeed()).putDouble(reference.bandwidth());
        reference.write(fitted);
        scale.write(fitted);
        fitted.flip();
        long hash = VERSION;
        while (fitted.remaining() >= Long.BYTES) {
            hash = SplitMix64.mix(hash ^ fitted.getLong());
        }
        while (fitted.hasRemaining()) {
            hash = SplitMix64.mix(hash ^ fitted.get());
        }
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingBaseline that && Arrays.equals(toBytes(), that.toBytes());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fingerprint());
    }

    @Override
    public String toString() {
        return "EmbeddingBaseline[" + rows() + " rows of " + dimension() + " components, " + reference.clusters()
                + " clusters, " + Long.toHexString(fingerprint()) + "]";
    }
}
