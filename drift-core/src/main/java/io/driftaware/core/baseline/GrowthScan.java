package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at every neighbourhood of the sketch, in several sizes, for one that holds a larger share of new rows than of the
 * baseline's: a known topic that has become more frequent, wherever it lies and whatever its size. The statistic of a
 * neighbourhood is the logarithm of the likelihood ratio of two binomial shares against one (Kulldorff, "A spatial scan
 * statistic", Communications in Statistics 26, 1997).
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
    private static final double EULER = 0.57721566490153286;
    static final int STORED_BYTES = GRID.length * 2 * Double.BYTES;

    private final int[][] neighbours;
    private final long[] reference;
    private final long total;
    private final double[] location;
    private final double[] scale;

    private GrowthScan(int[][] neighbours, long[] reference, double[] location, double[] scale) {
        this.neighbours = neighbours;
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
    static GrowthScan fit(Reference sketch, long[] reference, SplitMix64 random) {
        GrowthScan scan = new GrowthScan(
                sketch.sketchNeighbours(most()), reference, new double[GRID.length], new double[GRID.length]);
        for (int i = 0; i < GRID.length; i++) {
            scan.calibrate(i, random);
        }
        return scan;
    }

    static GrowthScan read(ByteBuffer in, Reference sketch, long[] reference, String what) {
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
        return new GrowthScan(sketch.sketchNeighbours(most()), reference, location, scale);
    }

    void write(ByteBuffer out) {
        for (int i = 0; i < GRID.length; i++) {
            out.putDouble(location[i]).putDouble(scale[i]);
        }
    }

    private static int most() {
        return SIZES[SIZES.length - 1] - 1;
    }

    /**
     * A neighbourhood.
     *
     * @param centre its place in the sketch
     * @param size how many vectors it has
     * @param recent rows in it, scaled as the counts were
     * @param before rows of the baseline in it
     * @param statistic logarithm of the likelihood ratio, above 0
     */
    public record Region(int centre, int size, double recent, long before, double statistic) {}

    /**
     * The neighbourhoods whose share grew.
     *
     * @param recent rows by the vector of the sketch that is nearest
     * @param scaling what each is multiplied by, where the rows count as fewer
     * @param least statistics below are left out
     */
    public List<Region> grown(long[] recent, double scaling, double least) {
        double rows = 0;
        for (long count : recent) {
            rows += count;
        }
        List<Region> grown = new ArrayList<>();
        scan(recent, scaling, rows * scaling, (centre, size, inside, before, statistic) -> {
            if (statistic >= least) {
                grown.add(new Region(centre, size, inside, before, statistic));
            }
        });
        return grown;
    }

    /**
     * The probability that the largest statistic is at least this, where nothing has grown.
     *
     * @param statistic of the largest neighbourhood
     * @param rows how many new rows count
     */
    public double pValue(double statistic, double rows) {
        int above = 1;
        while (above < GRID.length - 1 && GRID[above] < rows) {
            above++;
        }
        double share = Math.log(rows / GRID[above - 1]) / Math.log((double) GRID[above] / GRID[above - 1]);
        double t = Math.max(0, Math.min(1, share));
        double at = location[above - 1] + t * (location[above] - location[above - 1]);
        double spread = scale[above - 1] + t * (scale[above] - scale[above - 1]);
        return -Math.expm1(-Math.exp(-(statistic - at) / spread));
    }

    /** Rows of the baseline that shares are taken of. */
    public long total() {
        return total;
    }

    /** The vectors of a neighbourhood. */
    public int[] members(Region region) {
        int[] members = new int[region.size()];
        members[0] = region.centre();
        System.arraycopy(neighbours[region.centre()], 0, members, 1, region.size() - 1);
        return members;
    }

    private interface Visitor {
        void visit(int centre, int size, double recent, long before, double statistic);
    }

    private void scan(long[] recent, double scaling, double rows, Visitor visitor) {
        double share = rows / (rows + total);
        for (int centre = 0; centre < neighbours.length; centre++) {
            long inside = recent[centre];
            long before = reference[centre];
            int size = 1;
            for (int wanted : SIZES) {
                int end = Math.min(wanted, neighbours[centre].length + 1);
                for (; size < end; size++) {
                    int next = neighbours[centre][size - 1];
                    inside += recent[next];
                    before += reference[next];
                }
                double scaled = inside * scaling;
                if (scaled > share * (scaled + before)) {
                    visitor.visit(centre, size, scaled, before, logRatio(scaled, before, rows));
                }
            }
        }
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
        return observed <= 0 ? 0 : observed * Math.log(observed / expected);
    }

    /** Draws new rows from the baseline's own, mixes both, and deals out labels: location and scale by moments. */
    private void calibrate(int gridPoint, SplitMix64 random) {
        int rows = GRID[gridPoint];
        int size = Math.toIntExact(total) + rows;
        int[] pool = new int[size];
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
        double[] largest = new double[1];
        new GrowthScan(neighbours, before, location, scale)
                .scan(
                        recent,
                        1,
                        rows,
                        (centre, size, in, was, statistic) -> largest[0] = Math.max(largest[0], statistic));
        return largest[0];
    }
}
