package io.driftaware.core.baseline;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at every node of the tree of topics for one that holds a larger share of new rows than of the baseline's: a known
 * topic that has become more frequent, wherever it lies and whatever its size. The statistic of a node is the logarithm of the
 * likelihood ratio of two binomial shares against one (Kulldorff, "A spatial scan statistic", Communications in Statistics 26,
 * 1997).
 *
 * <p>The largest of all nodes has, where nothing grew, nearly a Gumbel distribution (Abrams, Kulldorff, Kleinman,
 * International Journal of Health Geographics 9:61, 2010). Its two parameters depend on the number of new rows and on the
 * baseline alone; they are simulated once, when the baseline is fitted, for a grid of numbers, and stored with it.
 */
public final class GrowthScan {

    /** A node of fewer vectors than one in this many is too small to be a topic. */
    private static final int SMALLEST_PART = 250;

    private static final int LEAST_VECTORS = 3;
    private static final int[] GRID = {100, 200, 500, 1_000, 2_000, 5_000, 10_000};
    private static final int SIMULATIONS = 200;
    private static final double EULER = 0.57721566490153286;
    static final int STORED_BYTES = GRID.length * 2 * Double.BYTES;

    private final TopicTree tree;
    private final long[] reference;
    private final long total;
    private final double[] location;
    private final double[] scale;

    private GrowthScan(TopicTree tree, long[] reference, double[] location, double[] scale) {
        this.tree = tree;
        this.reference = reference;
        this.location = location;
        this.scale = scale;
        long sum = 0;
        for (long count : reference) {
            sum += count;
        }
        this.total = sum;
    }

    /** @param reference rows of the baseline by the vector of the sketch that is nearest */
    static GrowthScan fit(TopicTree tree, long[] reference, SplitMix64 random) {
        GrowthScan scan = new GrowthScan(tree, reference, new double[GRID.length], new double[GRID.length]);
        for (int i = 0; i < GRID.length; i++) {
            scan.calibrate(i, random);
        }
        return scan;
    }

    static GrowthScan read(ByteBuffer in, TopicTree tree, long[] reference) {
        double[] location = new double[GRID.length];
        double[] scale = new double[GRID.length];
        for (int i = 0; i < GRID.length; i++) {
            location[i] = in.getDouble();
            scale[i] = in.getDouble();
        }
        return new GrowthScan(tree, reference, location, scale);
    }

    void write(ByteBuffer out) {
        for (int i = 0; i < GRID.length; i++) {
            out.putDouble(location[i]).putDouble(scale[i]);
        }
    }

    /**
     * A topic: a node of the tree.
     *
     * @param node its number
     * @param recent rows in it, scaled as the counts were
     * @param before rows of the baseline in it
     * @param statistic logarithm of the likelihood ratio, above 0
     */
    public record Topic(int node, double recent, long before, double statistic) {}

    /**
     * The topics whose share grew.
     *
     * @param recent rows by the vector of the sketch that is nearest
     * @param scaling what each is multiplied by, where the rows count as fewer
     */
    public List<Topic> grown(long[] recent, double scaling) {
        long[] recentUpTo = upTo(recent);
        long[] beforeUpTo = upTo(reference);
        double rows = recentUpTo[recent.length] * scaling;
        int vectors = reference.length;
        List<Topic> grown = new ArrayList<>();
        for (int node = 0; node < tree.nodes(); node++) {
            int from = tree.from(node);
            int to = tree.to(node);
            if (to - from < Math.max(LEAST_VECTORS, vectors / SMALLEST_PART) || to - from > vectors / 2) {
                continue;
            }
            double inside = (recentUpTo[to] - recentUpTo[from]) * scaling;
            long before = beforeUpTo[to] - beforeUpTo[from];
            if (inside * total > before * rows) {
                grown.add(new Topic(node, inside, before, logRatio(inside, before, rows)));
            }
        }
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
        return -StrictMath.expm1(-StrictMath.exp(-(statistic - at) / spread));
    }

    /** The vectors of the sketch that make a topic. */
    public int[] vectors(Topic topic) {
        return tree.vectors(topic.node());
    }

    /** Whether two topics have a vector in common: then one is part of the other. */
    public boolean overlap(Topic one, Topic other) {
        return tree.from(one.node()) < tree.to(other.node()) && tree.from(other.node()) < tree.to(one.node());
    }

    /** Rows of the baseline that shares are taken of. */
    public long total() {
        return total;
    }

    /** Sums over the places before each place of the tree. */
    private long[] upTo(long[] counts) {
        long[] sums = new long[counts.length + 1];
        for (int place = 0; place < counts.length; place++) {
            sums[place + 1] = sums[place] + counts[tree.vectorAt(place)];
        }
        return sums;
    }

    /** Two shares against one, of the new rows inside and of the old ones. */
    private double logRatio(double inside, double before, double rows) {
        double pooled = (inside + before) / (rows + total);
        return term(inside, rows * pooled)
                + term(rows - inside, rows * (1 - pooled))
                + term(before, total * pooled)
                + term(total - before, total * (1 - pooled));
    }

    private static double term(double observed, double expected) {
        return observed <= 0 ? 0 : observed * StrictMath.log(observed / expected);
    }

    /** Draws new rows from the baseline's own, mixes both, and deals out labels: location and scale by moments. */
    private void calibrate(int gridPoint, SplitMix64 random) {
        int rows = GRID[gridPoint];
        int[] pool = new int[Math.toIntExact(total) + rows];
        double sum = 0;
        double squares = 0;
        for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
            double largest = largestByChance(pool, rows, random);
            sum += largest;
            squares += largest * largest;
        }
        double mean = sum / SIMULATIONS;
        double variance = Math.max(1e-12, squares / SIMULATIONS - mean * mean) * SIMULATIONS / (SIMULATIONS - 1.0);
        scale[gridPoint] = Math.sqrt(6 * variance) / Math.PI;
        location[gridPoint] = mean - EULER * scale[gridPoint];
    }

    private double largestByChance(int[] pool, int rows, SplitMix64 random) {
        int filled = 0;
        for (int vector = 0; vector < reference.length; vector++) {
            for (long i = 0; i < reference[vector]; i++) {
                pool[filled++] = vector;
            }
        }
        int old = filled;
        while (filled < pool.length) {
            pool[filled++] = pool[random.nextInt(old)];
        }
        long[] recent = new long[reference.length];
        long[] before = new long[reference.length];
        for (int i = 0; i < pool.length; i++) {
            int chosen = i + (i < rows ? random.nextInt(pool.length - i) : 0);
            int vector = pool[chosen];
            pool[chosen] = pool[i];
            (i < rows ? recent : before)[vector]++;
        }
        return new GrowthScan(tree, before, location, scale)
                .grown(recent, 1).stream().mapToDouble(Topic::statistic).max().orElse(0);
    }
}
