package io.driftaware.benchmarks.acceptance;

/** The classic rule over the queries of the last 24 hours, from 50 on: 1 - cosine of the centroids above .1. */
final class LastDayCosine implements Rule<Batch> {
    private static final double LIMIT = 0.1;
    private static final long LEAST_ROWS = 50;

    private final LabelledQueries queries;
    private final double[] before;
    private final double[] sum;
    private final int[][] day = new int[Checks.PER_DAY][0];
    private long rows;
    private int next;

    LastDayCosine(Subject subject) {
        this.queries = subject.queries();
        this.before = subject.before().centroid();
        this.sum = new double[before.length];
    }

    @Override
    public boolean fires(Batch check) {
        add(day[next], -1);
        add(check.rows(), 1);
        day[next] = check.rows();
        next = (next + 1) % day.length;
        return rows >= LEAST_ROWS && 1 - cosine() > LIMIT;
    }

    private void add(int[] batch, int sign) {
        float[] vectors = queries.vectors();
        for (int row : batch) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += sign * vectors[row * sum.length + i];
            }
        }
        rows += (long) sign * batch.length;
    }

    private double cosine() {
        double dot = 0;
        double now = 0;
        double then = 0;
        for (int i = 0; i < sum.length; i++) {
            dot += sum[i] * before[i];
            now += sum[i] * sum[i];
            then += before[i] * before[i];
        }
        return dot / Math.sqrt(now * then);
    }
}
