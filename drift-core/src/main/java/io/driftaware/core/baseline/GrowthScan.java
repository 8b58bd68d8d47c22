package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Looks at every neighbourhood of the sketch, in several sizes, for one that holds a larger share of new rows than of the
 * baseline's: a known topic that has become more frequent, wherever it lies and whatever its size. The statistic of a
 * neighbourhood is the logarithm of the likelihood ratio of two binomial shares against one (Kulldorff, "A spatial scan
 * statistic", Communications in Statistics 26, 1997), where a row counts for the part of its nearest four vectors that are in
 * the neighbourhood.
 *
 * <p>The largest of all neighbourhoods has, where nothing grew, nearly a Gumbel distribution (Abrams, Kulldorff, Kleinman,
 * International Journal of Health Geographics 9:61, 2010). Its two parameters depend on the number of new rows and on the
 * baseline alone; they are simulated once, when the baseline is fitted, for a grid of numbers, and stored with it.
 */
public final class GrowthScan {

    /** Vectors in a neighbourhood, its centre included. */
    private static final int[] SIZES = {12, 24, 48};

    private static final int[] GRID = {100, 200, 500, 1_000, 2_000, 5_000, 10_000};
    private static final int SIMULATIONS = 200;
    static final int STORED_BYTES = (GRID.length * 2 + 2) * Double.BYTES;

    /** Of each vector of the sketch, itself first. */
    private final int[][] neighbourhoods;

    private final int parts;
    private final long[] reference;
    private final double total;
    private final double[] location;
    private final double[] scale;
    private final double topicSpread;
    private final double clusterSpread;

    private GrowthScan(
            int[][] neighbourhoods,
            int parts,
            long[] reference,
            double[] location,
            double[] scale,
            double topicSpread,
            double clusterSpread) {
        this.neighbourhoods = neighbourhoods;
        this.parts = parts;
        this.reference = reference;
        this.total = (double) Arrays.stream(reference).sum() / parts;
        this.location = location;
        this.scale = scale;
        this.topicSpread = topicSpread;
        this.clusterSpread = clusterSpread;
    }

    private static int[][] neighbourhoods(Reference sketch) {
        Nearest nearest = sketch.sketchNeighbours(SIZES[SIZES.length - 1] - 1);
        int[][] neighbourhoods = new int[sketch.sketchSize()][nearest.most() + 1];
        for (int centre = 0; centre < neighbourhoods.length; centre++) {
            neighbourhoods[centre][0] = centre;
            System.arraycopy(nearest.index(), centre * nearest.most(), neighbourhoods[centre], 1, nearest.most());
        }
        return neighbourhoods;
    }

    /** @param neighbours of each row of the baseline the nearest vectors of the sketch, row by row */
    static GrowthScan fit(Reference sketch, int[] neighbours, SplitMix64 random) {
        return fit(sketch, neighbourhoods(sketch), neighbours, random);
    }

    /** The same scan over other rows. */
    GrowthScan of(Reference sketch, int[] neighbours, SplitMix64 random) {
        return fit(sketch, neighbourhoods, neighbours, random);
    }

    private static GrowthScan fit(Reference sketch, int[][] neighbourhoods, int[] neighbours, SplitMix64 random) {
        GrowthCalibration calibration = new GrowthCalibration(sketch, neighbours, neighbourhoods, SIZES);
        double[] location = new double[GRID.length];
        double[] scale = new double[GRID.length];
        for (int i = 0; i < GRID.length; i++) {
            double sum = 0;
            double squares = 0;
            for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
                double largest = calibration.largestByChance(GRID[i], random);
                sum += largest;
                squares += largest * largest;
            }
            Gumbel limit = Gumbel.of(sum, squares, SIMULATIONS);
            scale[i] = limit.scale();
            location[i] = limit.location();
        }
        return new GrowthScan(
                neighbourhoods,
                sketch.neighbours(),
                calibration.counts(),
                location,
                scale,
                calibration.topicSpread(),
                calibration.clusterSpread());
    }

    static GrowthScan read(ByteBuffer in, Reference sketch, long[] reference, String what) {
        return read(in, sketch, neighbourhoods(sketch), reference, what);
    }

    /** Reads the same scan over other rows. */
    GrowthScan readOther(ByteBuffer in, Reference sketch, long[] otherReference, String what) {
        return read(in, sketch, neighbourhoods, otherReference, what);
    }

    private static GrowthScan read(
            ByteBuffer in, Reference sketch, int[][] neighbourhoods, long[] reference, String what) {
        double[] location = new double[GRID.length];
        double[] scale = new double[GRID.length];
        for (int i = 0; i < GRID.length; i++) {
            location[i] = in.getDouble();
            scale[i] = in.getDouble();
            // Written so that NaN is refused too.
            StoredForm.check(
                    Double.isFinite(location[i]) && scale[i] > 0 && scale[i] < Double.POSITIVE_INFINITY,
                    what + ": growth limits " + location[i] + " and " + scale[i] + " are no location and scale");
        }
        return new GrowthScan(
                neighbourhoods, sketch.neighbours(), reference, location, scale, in.getDouble(), in.getDouble());
    }

    void write(ByteBuffer out) {
        for (int i = 0; i < GRID.length; i++) {
            out.putDouble(location[i]).putDouble(scale[i]);
        }
        out.putDouble(topicSpread).putDouble(clusterSpread);
    }

    /**
     * A topic: a neighbourhood of the sketch.
     *
     * @param centre its place in the sketch
     * @param size how many vectors it has
     * @param recent rows in it, scaled as the counts were
     * @param before rows of the baseline in it
     * @param statistic logarithm of the likelihood ratio, above 0
     */
    public record Topic(int centre, int size, double recent, double before, double statistic) {}

    /**
     * The topics whose share grew.
     *
     * @param recent rows by vector of the sketch, as {@link ScoredProfile#nearestCounts()} gives them
     * @param scaling what each is multiplied by, where the rows count as fewer
     * @param least statistics below are left out
     */
    public List<Topic> grown(long[] recent, double scaling, double least) {
        List<Topic> grown = new ArrayList<>();
        new GrowthStatistic(neighbourhoods, SIZES, parts)
                .scan(recent, scaling, reference, (centre, size, is, was, statistic) -> {
                    if (statistic >= least) {
                        grown.add(new Topic(centre, size, is, was, statistic));
                    }
                });
        return grown;
    }

    /**
     * The probability that the largest statistic is at least this, where nothing has grown.
     *
     * @param statistic of the largest topic
     * @param rows how many new rows count
     */
    public double pValue(double statistic, double rows) {
        int above = 1;
        while (above < GRID.length - 1 && GRID[above] < rows) {
            above++;
        }
        double share = StrictMath.log(rows / GRID[above - 1]) / StrictMath.log((double) GRID[above] / GRID[above - 1]);
        double t = Math.max(0, Math.min(1, share));
        double at = location[above - 1] + t * (location[above] - location[above - 1]);
        double spread = scale[above - 1] + t * (scale[above] - scale[above - 1]);
        return new Gumbel(at, spread).upper(statistic);
    }

    /**
     * The probability that two sets of rows of one kind have a topic whose shares differ as much as these two have, in either
     * direction; by dealing the rows out again and again.
     *
     * @param one of each row the nearest vectors of the sketch, row by row
     */
    double pValueOfDifference(int[] one, int[] other, SplitMix64 random) {
        GrowthStatistic statistic = new GrowthStatistic(neighbourhoods, SIZES, parts);
        int[] pool = IntStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
        int[] order = IntStream.range(0, pool.length / parts).toArray();
        int first = one.length / parts;
        double found = largestDifference(statistic, pool, order, first);
        double sum = 0;
        double squares = 0;
        for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
            for (int i = 0; i < first; i++) {
                int chosen = i + random.nextInt(order.length - i);
                int row = order[chosen];
                order[chosen] = order[i];
                order[i] = row;
            }
            double largest = largestDifference(statistic, pool, order, first);
            sum += largest;
            squares += largest * largest;
        }
        return Gumbel.of(sum, squares, SIMULATIONS).upper(found);
    }

    private double largestDifference(GrowthStatistic statistic, int[] pool, int[] order, int first) {
        long[][] counts = new long[2][reference.length];
        for (int i = 0; i < order.length; i++) {
            long[] side = counts[i < first ? 0 : 1];
            for (int j = order[i] * parts; j < (order[i] + 1) * parts; j++) {
                side[pool[j]]++;
            }
        }
        double[] largest = new double[1];
        GrowthStatistic.Visitor visitor = (centre, size, is, was, value) -> largest[0] = Math.max(largest[0], value);
        statistic.scan(counts[0], 1, counts[1], visitor);
        statistic.scan(counts[1], 1, counts[0], visitor);
        return largest[0];
    }

    /** Rows of the baseline by vector of the sketch, each at its nearest ones. */
    long[] reference() {
        return reference;
    }

    /** The vectors of the sketch that make a topic. */
    public int[] vectors(Topic topic) {
        return Arrays.copyOf(neighbourhoods[topic.centre()], topic.size());
    }

    /** The share of the rows of the baseline that are near some vectors of the sketch. */
    public double shareOf(int[] sketchVectors) {
        long near = 0;
        for (int vector : sketchVectors) {
            near += reference[vector];
        }
        return (double) near / parts / total;
    }

    /** Rows of the baseline that shares are taken of. */
    public double total() {
        return total;
    }

    /** The variance of a row's part in a topic, on average, over that of belonging to it or not: at most 1. */
    public double topicSpread() {
        return topicSpread;
    }

    /** The same of a row's part in a cluster. */
    public double clusterSpread() {
        return clusterSpread;
    }
}
