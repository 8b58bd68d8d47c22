package io.driftaware.core.baseline;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * The stored form of a baseline, little-endian: version byte 1, kind byte 4; as int each: dimension, fitted rows, sketch size,
 * clusters, edges, index of the novel edge, length of the held-out profile; seed of the features (long); as double each:
 * bandwidth and the three feature traces; then the sketch and the centroids (float), the edges (float), the event ids of the
 * sketch (high and low half as long), the fitted rows by sketch vector (int), the held-out votes by stratum (rows and novel
 * ones as int), the constants of the growth scan (double), and the held-out profile in its own stored form.
 *
 * <p>Version 2, of baselines that keep the parts of the week apart, goes on with the same for working days and then for
 * weekends: the three feature traces, the constants of the growth scan, the rows of both halves by sketch vector (int), and the
 * length (int) and stored form of the held-out profile.
 */
final class BaselineForm {

    private static final int MAX_EDGES = 1_000;
    private static final int MAX_CLUSTERS = 10_000;
    private static final byte VERSION = 1;
    private static final byte VERSION_WITH_SEASON = 2;
    private static final byte KIND = 4;
    private static final int HEADER_BYTES = 2 * Byte.BYTES + 7 * Integer.BYTES + Long.BYTES + 4 * Double.BYTES;
    private static final int BYTES_BY_SKETCH_VECTOR = 2 * Long.BYTES + Integer.BYTES;
    private static final String WHAT = "embedding baseline";

    private BaselineForm() {}

    static byte[] write(BaselineParts parts) {
        Reference reference = parts.reference();
        byte[] heldOut = parts.heldOut().toBytes();
        byte[][] season = SeasonForm.write(parts.season());
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes(
                        reference.dimension(),
                        reference.sketchSize(),
                        reference.clusters(),
                        parts.scale().edges(),
                        heldOut.length
                                + Arrays.stream(season)
                                        .mapToInt(part -> part.length)
                                        .sum())))
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(season.length == 0 ? VERSION : VERSION_WITH_SEASON)
                .put(KIND)
                .putInt(reference.dimension())
                .putInt(parts.fittedRows());
        out.putInt(reference.sketchSize()).putInt(reference.clusters());
        out.putInt(parts.scale().edges()).putInt(parts.scale().novelEdge()).putInt(heldOut.length);
        out.putLong(reference.featureSeed()).putDouble(reference.bandwidth());
        parts.whole().traces().write(out);
        reference.write(out);
        parts.scale().write(out);
        for (UUID id : parts.sketchIds()) {
            out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
        for (long count : parts.fittedCounts()) {
            out.putInt(Math.toIntExact(count));
        }
        parts.heldOutVotes().write(out);
        parts.whole().growth().write(out);
        out.put(heldOut);
        for (byte[] part : season) {
            out.put(part);
        }
        return out.array();
    }

    static BaselineParts read(byte[] bytes) {
        boolean seasonal = bytes.length > 0 && bytes[0] == VERSION_WITH_SEASON;
        ByteBuffer in = StoredForm.open(bytes, WHAT, seasonal ? VERSION_WITH_SEASON : VERSION, KIND, HEADER_BYTES);
        int dimension = ranged(in, "dimension", EmbeddingProfile.MAX_DIMENSION);
        int fittedRows = ranged(in, "number of fitted rows", Integer.MAX_VALUE);
        int sketchSize = ranged(in, "sketch size", EmbeddingBaseline.MAX_SKETCH);
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
        long expected = bytes(dimension, sketchSize, clusters, edges, heldOutBytes);
        StoredForm.check(
                seasonal || expected == bytes.length,
                WHAT + ": " + bytes.length + " bytes where " + expected + " are expected");
        StoredForm.check(
                expected <= bytes.length,
                WHAT + ": " + bytes.length + " bytes where " + expected + " and the parts of the week are expected");
        Reference reference = Reference.read(in, dimension, sketchSize, clusters, bandwidth, seed);
        NoveltyScale scale = NoveltyScale.read(in, edges, novelEdge);
        UUID[] sketchIds = new UUID[sketchSize];
        for (int i = 0; i < sketchSize; i++) {
            sketchIds[i] = new UUID(in.getLong(), in.getLong());
        }
        long[] fittedCounts = new long[sketchSize];
        for (int i = 0; i < sketchSize; i++) {
            fittedCounts[i] = in.getInt();
            StoredForm.check(fittedCounts[i] >= 0, WHAT + ": " + fittedCounts[i] + " rows near sketch vector " + i);
        }
        long fitted = LongStream.of(fittedCounts).sum();
        long counted = (long) fittedRows * reference.neighbours();
        StoredForm.check(
                fitted == counted || fitted == 0,
                WHAT + ": " + fitted + " counts near its sketch are neither the " + counted + " of its " + fittedRows
                        + " fitted rows nor none");
        VoteCounts votes = VoteCounts.read(in);
        ByteBuffer growth = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + GrowthScan.STORED_BYTES);
        byte[] heldOutStored = new byte[heldOutBytes];
        in.get(heldOutStored);
        ScoredProfile heldOut = ScoredProfile.fromBytes(heldOutStored);
        StoredForm.check(
                heldOut.baseline() == reference.fingerprint(scale),
                WHAT + ": its held-out half was scored against something else");
        StoredForm.check(
                heldOut.isFor(scale.bins(), sketchSize) && heldOut.count() > 0,
                WHAT + ": its held-out half is empty, or of another scale or sketch");
        StoredForm.check(votes.possible(heldOut.count()), WHAT + ": its held-out votes are impossible");
        HeldOut whole =
                new HeldOut(heldOut, traces, GrowthScan.read(growth, reference, together(fittedCounts, heldOut), WHAT));
        return new BaselineParts(
                fittedRows,
                reference,
                scale,
                sketchIds,
                fittedCounts,
                votes,
                whole,
                seasonal ? SeasonForm.read(in, reference, scale, whole) : Map.of());
    }

    static void checkNovelEdge(int stored, int expected) {
        StoredForm.check(
                stored == expected,
                WHAT + ": edge " + stored + " is not at the 95 % quantile of its held-out half, edge " + expected
                        + " is");
    }

    /** Rows of both halves by vector of the sketch. */
    private static long[] together(long[] fittedCounts, ScoredProfile heldOut) {
        long[] counts = heldOut.nearestCounts();
        for (int i = 0; i < counts.length; i++) {
            counts[i] += fittedCounts[i];
        }
        return counts;
    }

    private static long bytes(int dimension, int sketchSize, int clusters, int edges, int heldOutBytes) {
        return HEADER_BYTES
                + (long) (sketchSize + clusters) * dimension * Float.BYTES
                + (long) edges * Float.BYTES
                + (long) sketchSize * BYTES_BY_SKETCH_VECTOR
                + VoteCounts.STORED_BYTES
                + GrowthScan.STORED_BYTES
                + heldOutBytes;
    }

    private static int ranged(ByteBuffer in, String name, int most) {
        int value = in.getInt();
        StoredForm.check(value >= 1 && value <= most, WHAT + ": " + name + " " + value + " is not 1 to " + most);
        return value;
    }
}
