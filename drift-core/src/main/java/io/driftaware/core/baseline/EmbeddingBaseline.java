package io.driftaware.core.baseline;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.StoredForm;
import io.driftaware.core.sequential.StratumCounts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
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
 * the three feature traces; then the sketch and the centroids (float), the edges (float), the event ids of
 * the sketch (high and low half as long), the held-out votes by stratum (rows and novel ones as int), the fitted rows by sketch vector (int each), the limits of the
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
    private final UUID[] sketchIds;
    private final VoteCounts heldOutVotes;
    private final long[] fittedCounts;
    private final GrowthScan growthScan;
    private final ScoredProfile heldOut;

    private EmbeddingBaseline(
            int fittedRows,
            Reference reference,
            NoveltyScale scale,
            FeatureTraces traces,
            UUID[] sketchIds,
            VoteCounts heldOutVotes,
            long[] fittedCounts,
            GrowthScan growthScan,
            ScoredProfile heldOut) {
        this.fittedRows = fittedRows;
        this.reference = reference;
        this.scale = scale;
        this.traces = traces;
        this.sketchIds = sketchIds;
        this.heldOutVotes = heldOutVotes;
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
        int[] heldOut = Arrays.copyOfRange(order, split, order.length);
        UnitVectors fitRows = sample.vectors(Arrays.copyOf(order, split));
        Reference reference = Reference.fit(fitRows, random);
        return of(sample, order, reference, reference.countsOf(fitRows), sample, heldOut, random);
    }

    /**
     * Fits what tells how near queries are to the documents: the documents are the sketch, all queries are held out. Rows are
     * then scored, and windows judged, as with any baseline; a novel query is one that no document is near.
     *
     * @throws IllegalArgumentException if there are no documents or more than {@link #MAX_SKETCH}, fewer than half of
     *     {@link #MIN_ROWS} queries, or if their dimensions differ
     */
    public static EmbeddingBaseline ofDocuments(BaselineSample documents, BaselineSample queries, long seed) {
        if (documents.count() < 1 || documents.count() > MAX_SKETCH) {
            throw new IllegalArgumentException(
                    documents.count() + " documents are not 1 to " + MAX_SKETCH + ", each of which is a sketch vector");
        }
        if (queries.count() < MIN_ROWS / 2) {
            throw new IllegalArgumentException(
                    MIN_ROWS / 2 + " queries are needed, there are " + queries.count() + ": wait for more traffic");
        }
        if (documents.dimension() != queries.dimension()) {
            throw new IllegalArgumentException("documents have " + documents.dimension() + " components, queries "
                    + queries.dimension() + ": embed both with one model");
        }
        SplitMix64 random = new SplitMix64(seed);
        int[] order = documents.shuffled(random);
        Reference reference = Reference.fit(documents.vectors(order), random);
        long[] fittedCounts = new long[reference.sketchSize()];
        return of(documents, order, reference, fittedCounts, queries, queries.shuffled(random), random);
    }

    private static EmbeddingBaseline of(
            BaselineSample fitted,
            int[] fittedOrder,
            Reference reference,
            long[] fittedCounts,
            BaselineSample heldOut,
            int[] heldOutOrder,
            SplitMix64 random) {
        UUID[] sketchIds = IntStream.range(0, reference.sketchSize())
                .mapToObj(i -> fitted.eventId(fittedOrder[i]))
                .toArray(UUID[]::new);
        UnitVectors rows = heldOut.vectors(heldOutOrder);
        HeldOutScores scores = HeldOutScores.of(rows, reference);
        NoveltyScale scale = NoveltyScale.of(scores.novelty());
        EmbeddingScorer scorer = new EmbeddingScorer(fingerprint(reference, scale), reference, scale);
        ScoredRecorder recorder = scorer.recorder();
        for (int i = 0; i < heldOutOrder.length; i++) {
            UUID id = heldOut.eventId(heldOutOrder[i]);
            recorder.addUnit(
                    rows.components(),
                    i * rows.dimension(),
                    id.getMostSignificantBits(),
                    id.getLeastSignificantBits(),
                    heldOut.vote(heldOutOrder[i]));
        }
        ScoredProfile held = recorder.snapshot();
        GrowthScan growthScan =
                GrowthScan.fit(reference.sketchNeighbours(GrowthScan.most()), together(fittedCounts, held), random);
        return new EmbeddingBaseline(
                fitted == heldOut ? fittedOrder.length - heldOutOrder.length : fittedOrder.length,
                reference,
                scale,
                FeatureTraces.of(scores.features()),
                sketchIds,
                scorer.votes,
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
        FeatureTraces traces = new FeatureTraces(in.getDouble(), in.getDouble(), in.getDouble());
        long expected = HEADER_BYTES
                + (long) (sketchSize + clusters) * dimension * Float.BYTES
                + (long) edges * Float.BYTES
                + (long) sketchSize * (2 * Long.BYTES + Integer.BYTES)
                + VoteCounts.STORED_BYTES
                + GrowthScan.STORED_BYTES
                + heldOutBytes;
        StoredForm.check(
                expected == bytes.length, WHAT + ": " + bytes.length + " bytes where " + expected + " are expected");
        Reference reference = Reference.read(in, dimension, sketchSize, clusters, bandwidth, seed);
        NoveltyScale scale = NoveltyScale.read(in, edges, novelEdge);
        UUID[] sketchIds = new UUID[sketchSize];
        for (int i = 0; i < sketchSize; i++) {
            sketchIds[i] = new UUID(in.getLong(), in.getLong());
        }
        VoteCounts heldOutVotes = VoteCounts.read(in);
        long[] fittedCounts = new long[sketchSize];
        for (int i = 0; i < sketchSize; i++) {
            fittedCounts[i] = in.getInt();
            StoredForm.check(fittedCounts[i] >= 0, WHAT + ": " + fittedCounts[i] + " rows near sketch vector " + i);
        }
        ByteBuffer growthLimits = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + GrowthScan.STORED_BYTES);
        StoredForm.check(heldOutVotes.possible(Integer.MAX_VALUE), WHAT + ": its held-out votes are impossible");
        byte[] heldOutStored = new byte[heldOutBytes];
        in.get(heldOutStored);
        ScoredProfile heldOut = ScoredProfile.fromBytes(heldOutStored);
        StoredForm.check(heldOut.nearestCounts().length == sketchSize, WHAT + ": its held-out half has another sketch");
        GrowthScan growthScan = GrowthScan.read(
                growthLimits, reference.sketchNeighbours(GrowthScan.most()), together(fittedCounts, heldOut));
        EmbeddingBaseline baseline = new EmbeddingBaseline(
                fittedRows, reference, scale, traces, sketchIds, heldOutVotes, fittedCounts, growthScan, heldOut);
        StoredForm.check(
                baseline.fingerprint() == fingerprint(reference, scale),
                WHAT + ": its fingerprint is not that of its contents");
        return baseline;
    }

    /** The stored form: about {@code 10,300 x dimension} bytes for a full sketch. */
    public byte[] toBytes() {
        byte[] heldOutBytes = heldOut.toBytes();
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES
                        + reference.storedBytes()
                        + scale.edges() * Float.BYTES
                        + sketchIds.length * (2 * Long.BYTES + Integer.BYTES)
                        + VoteCounts.STORED_BYTES
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
        for (UUID id : sketchIds) {
            out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
        heldOutVotes.write(out);
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

    /** The profile of no rows. */
    public ScoredProfile empty() {
        return new EmbeddingScorer(this).recorder().snapshot();
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

    /** The vectors of the sketch that belong to a cluster. */
    public int[] members(int cluster) {
        return IntStream.range(0, reference.sketchSize())
                .filter(i -> reference.clusterOfSketch(i) == cluster)
                .toArray();
    }

    /**
     * What stands for some vectors of the sketch: the event ids of the three, or fewer, nearest to their mean direction, the
     * nearest first.
     */
    public List<UUID> exemplars(int[] sketchVectors) {
        return Arrays.stream(reference.mostCentral(sketchVectors, EXEMPLARS))
                .mapToObj(i -> sketchIds[i])
                .toList();
    }

    /** How many of the held-out rows that voted are novel, by stratum; strata without a vote are absent. */
    public StratumCounts heldOutVotes() {
        return heldOutVotes.toCounts();
    }

    /** The edge of the novelty scale above which a row is called novel: the held-out 95 % quantile. */
    public int novelEdge() {
        return scale.novelEdge();
    }

    /**
     * A cosine at which rows of this kind are alike: four in five of the held-out rows have a vector of the sketch that is
     * nearer.
     */
    public double usualNearness() {
        return 1 - noveltyAt(edgeAt(0.8));
    }

    /** The novelty at an edge of its scale. */
    public double noveltyAt(int edge) {
        return scale.edge(edge);
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
