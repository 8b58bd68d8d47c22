package io.driftaware.core.baseline;

/** What the growth scan has to know of the rows of a baseline one by one, while they are there. */
final class GrowthCalibration {

    private final Reference sketch;
    private final int[] neighbours;
    private final int parts;
    private final int rows;
    private final int[][] neighbourhoods;
    private final GrowthStatistic statistic;

    GrowthCalibration(Reference sketch, int[] neighbours, int[][] neighbourhoods, int[] sizes) {
        this.sketch = sketch;
        this.neighbours = neighbours;
        this.parts = sketch.neighbours();
        this.rows = neighbours.length / parts;
        this.neighbourhoods = neighbourhoods;
        this.statistic = new GrowthStatistic(neighbourhoods, sizes, parts);
    }

    long[] counts() {
        long[] counts = new long[sketch.sketchSize()];
        for (int vector : neighbours) {
            counts[vector]++;
        }
        return counts;
    }

    /** The largest statistic when new rows are drawn from the baseline's own, both are mixed, and labels dealt out. */
    double largestByChance(int recentRows, SplitMix64 random) {
        int[] pool = new int[rows + recentRows];
        for (int i = 0; i < pool.length; i++) {
            pool[i] = i < rows ? i : random.nextInt(rows);
        }
        long[] recent = new long[sketch.sketchSize()];
        long[] before = new long[sketch.sketchSize()];
        for (int i = 0; i < pool.length; i++) {
            int chosen = i + (i < recentRows ? random.nextInt(pool.length - i) : 0);
            int row = pool[chosen];
            pool[chosen] = pool[i];
            long[] counts = i < recentRows ? recent : before;
            for (int j = row * parts; j < (row + 1) * parts; j++) {
                counts[neighbours[j]]++;
            }
        }
        double[] largest = new double[1];
        statistic.scan(recent, 1, before, (centre, size, is, was, value) -> largest[0] = Math.max(largest[0], value));
        return largest[0];
    }

    /** The variance of a row's part in a neighbourhood over that of belonging to it or not, over all neighbourhoods. */
    double topicSpread() {
        int[][] containing = containing();
        return spread(neighbourhoods.length, vector -> containing[vector]);
    }

    /** The same of clusters. */
    double clusterSpread() {
        return spread(sketch.clusters(), vector -> new int[] {sketch.clusterOfSketch(vector)});
    }

    private interface Classes {
        /** Those that a vector of the sketch belongs to. */
        int[] of(int vector);
    }

    private double spread(int classes, Classes classesOf) {
        double[] sum = new double[classes];
        double squares = 0;
        int[] hits = new int[classes];
        for (int row = 0; row < rows; row++) {
            for (int j = row * parts; j < (row + 1) * parts; j++) {
                for (int one : classesOf.of(neighbours[j])) {
                    // (h + 1)^2 - h^2, so that the squares need no second pass.
                    squares += 2 * hits[one] + 1;
                    hits[one]++;
                    sum[one]++;
                }
            }
            for (int j = row * parts; j < (row + 1) * parts; j++) {
                for (int one : classesOf.of(neighbours[j])) {
                    hits[one] = 0;
                }
            }
        }
        double variance = squares / parts / parts / rows;
        double whole = 0;
        for (double hitsOfClass : sum) {
            double share = hitsOfClass / parts / rows;
            variance -= share * share;
            whole += share * (1 - share);
        }
        return whole > 0 ? variance / whole : 1;
    }

    /** For each vector of the sketch the neighbourhoods, all of the largest size, that it is in. */
    private int[][] containing() {
        int[] sizes = new int[neighbourhoods.length];
        for (int[] neighbourhood : neighbourhoods) {
            for (int vector : neighbourhood) {
                sizes[vector]++;
            }
        }
        int[][] containing = new int[neighbourhoods.length][];
        for (int centre = neighbourhoods.length - 1; centre >= 0; centre--) {
            for (int vector : neighbourhoods[centre]) {
                if (containing[vector] == null) {
                    containing[vector] = new int[sizes[vector]];
                }
                containing[vector][--sizes[vector]] = centre;
            }
        }
        return containing;
    }
}
