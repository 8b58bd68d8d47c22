package io.driftaware.core.baseline;

import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.WeekPart;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
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
 * <p>Immutable, so safe for use by many threads; each scores with an {@link EmbeddingScorer} of its own.
 */
public final class EmbeddingBaseline {

    /** Rows that a baseline needs at least; 5,000 are recommended. */
    public static final int MIN_ROWS = 1_000;

    /** The greatest number of vectors that new rows are compared with one by one. */
    public static final int MAX_SKETCH = 2_500;

    private static final int EXEMPLARS = 3;
    private final BaselineParts parts;

    private final Reference reference;

    private EmbeddingBaseline(BaselineParts parts) {
        this.parts = parts;
        this.reference = parts.reference();
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
        return new EmbeddingBaseline(BaselineParts.split(sample, seed));
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
            throw new IllegalArgumentException(documents.count() + " documents are not 1 to " + MAX_SKETCH
                    + ", the number that queries can be compared with one by one");
        }
        if (queries.count() < MIN_ROWS / 2) {
            throw new IllegalArgumentException(
                    MIN_ROWS / 2 + " queries are needed, there are " + queries.count() + ": wait for more traffic");
        }
        if (documents.dimension() != queries.dimension()) {
            throw new IllegalArgumentException("documents have " + documents.dimension() + " components, queries "
                    + queries.dimension() + ": embed both with one model");
        }
        return new EmbeddingBaseline(BaselineParts.ofTwo(documents, queries, seed));
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are of another version or kind, of a wrong length, or damaged
     */
    public static EmbeddingBaseline fromBytes(byte[] bytes) {
        EmbeddingBaseline baseline = new EmbeddingBaseline(BaselineForm.read(bytes));
        BaselineForm.checkNovelEdge(baseline.novelEdge(), baseline.edgeAt(NoveltyScale.NOVEL_LEVEL));
        return baseline;
    }

    /** The stored form: about {@code 10,700 x dimension} bytes for a full sketch. */
    public byte[] toBytes() {
        return BaselineForm.write(parts);
    }

    /** Identifies what rows are scored against; profiles of different fingerprints cannot be merged or compared. */
    public long fingerprint() {
        return parts.heldOut().baseline();
    }

    /** Components of each vector. */
    public int dimension() {
        return reference.dimension();
    }

    /** Rows that the baseline was made from, both halves together. */
    public long rows() {
        return parts.fittedRows() + parts.heldOut().count();
    }

    /** The held-out half, scored. */
    public ScoredProfile heldOut() {
        return parts.heldOut();
    }

    /** The held-out half with what tells how far chance goes. */
    public HeldOut heldOutRows() {
        return parts.whole();
    }

    /**
     * The held-out rows of a part of the week. Kept only where rows of both parts are enough, lie on five working days and two
     * days of a weekend at least, and differ by more than chance: a window is then compared with rows of its own part of the
     * week.
     *
     * @return empty where the baseline makes no difference between the parts
     */
    public Optional<HeldOut> heldOut(WeekPart part) {
        return Optional.ofNullable(parts.season().get(part));
    }

    /**
     * The held-out rows by the part of the traffic that they belong to, such as a tenant's.
     *
     * @param sample that this baseline was fitted on
     * @param seed that it was fitted with
     * @param partOf the part of a row by its event id; empty for a row of none, which is left out
     */
    public SortedMap<String, ScoredProfile> heldOutBy(BaselineSample sample, long seed, Function<UUID, String> partOf) {
        int[] order = sample.shuffled(new SplitMix64(seed));
        int[] heldOut = IntStream.of(order).skip(sample.split(order)).toArray();
        UnitVectors rows = sample.vectors(heldOut);
        EmbeddingScorer scorer = new EmbeddingScorer(this);
        SortedMap<String, ScoredRecorder> recorders = new TreeMap<>();
        for (int i = 0; i < heldOut.length; i++) {
            UUID id = sample.eventId(heldOut[i]);
            String part = partOf.apply(id);
            if (!part.isEmpty()) {
                recorders
                        .computeIfAbsent(part, name -> scorer.recorder())
                        .addUnit(
                                rows.components(),
                                i * rows.dimension(),
                                id.getMostSignificantBits(),
                                id.getLeastSignificantBits(),
                                null);
            }
        }
        SortedMap<String, ScoredProfile> parts = new TreeMap<>();
        recorders.forEach((part, recorder) -> parts.put(part, recorder.snapshot()));
        return parts;
    }

    /** How many of the held-out rows that voted are novel, by stratum; strata without a vote are absent. */
    public StratumCounts heldOutVotes() {
        return parts.heldOutVotes().toCounts();
    }

    /** The profile of no rows. */
    public ScoredProfile empty() {
        return new EmbeddingScorer(this).recorder().snapshot();
    }

    /** How many clusters there are. */
    public int clusters() {
        return reference.clusters();
    }

    /**
     * Rows of a profile by cluster: a row belongs to the clusters of the vectors of the sketch that are nearest to it, in equal
     * parts.
     */
    public double[] clusterCounts(ScoredProfile profile) {
        double[] counts = new double[reference.clusters()];
        for (int i = 0; i < reference.sketchSize(); i++) {
            counts[reference.clusterOfSketch(i)] += profile.nearest(i);
        }
        for (int j = 0; j < counts.length; j++) {
            counts[j] /= reference.neighbours();
        }
        return counts;
    }

    /** The cluster of a vector of the sketch. */
    public int clusterOfSketch(int index) {
        return reference.clusterOfSketch(index);
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
                .mapToObj(i -> parts.sketchIds()[i])
                .toList();
    }

    /** The event ids of the rows whose vectors the sketch holds, in its order. */
    public List<UUID> sketchIds() {
        return List.of(parts.sketchIds());
    }

    /** Finds topics that have grown. */
    public GrowthScan growthScan() {
        return parts.whole().growth();
    }

    /** Traces of the covariance of the held-out random features. */
    public FeatureTraces traces() {
        return parts.whole().traces();
    }

    /**
     * The edge of the novelty scale at a quantile of the held-out scores: above it lie at most 1 - level of them. Bins 0 to
     * this index of {@link ScoredProfile#noveltyCounts()} lie at or below the edge.
     *
     * @param level 0.05 to 0.999
     */
    public int edgeAt(double level) {
        return parts.whole().edgeAt(level);
    }

    /** The edge above which a row is called novel: the held-out 95 % quantile. */
    public int novelEdge() {
        return scale().novelEdge();
    }

    /**
     * Which vectors are novel, each by itself: above the held-out 95 % quantile.
     *
     * @param vectors of this baseline's dimension
     * @return one for each, in their order; false for one without a direction
     */
    public boolean[] novel(List<float[]> vectors) {
        boolean[] novel = new boolean[vectors.size()];
        Scorer scorer = reference.scorer();
        float[] unit = new float[dimension()];
        for (int i = 0; i < novel.length; i++) {
            float[] vector = vectors.get(i);
            if (vector.length != unit.length) {
                throw new IllegalArgumentException(
                        "a vector of " + vector.length + " components, the baseline has " + unit.length);
            }
            if (UnitVectors.normalise(vector, 0, unit, 0, unit.length)) {
                scorer.score(unit, 1);
                novel[i] = scale().bin(scorer.novelty(0)) > novelEdge();
            }
        }
        return novel;
    }

    /**
     * A mean cosine from which on rows of this kind ask about one thing: half-way between that of two rows of one cluster and
     * that of two rows of any.
     */
    public double usualNearness() {
        return reference().cohesion();
    }

    Reference reference() {
        return reference;
    }

    NoveltyScale scale() {
        return parts.scale();
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
        return "EmbeddingBaseline[" + rows() + " rows of " + dimension() + " components, " + clusters() + " clusters, "
                + Long.toHexString(fingerprint()) + "]";
    }
}
