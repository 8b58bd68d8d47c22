package io.driftaware.benchmarks.acceptance;

/** Sums of two numbers over the checks of the last 24 hours. */
final class LastDay {
    private final double[] first = new double[Checks.PER_DAY];
    private final double[] second = new double[Checks.PER_DAY];
    private double firstSum;
    private double secondSum;
    private int next;

    void add(double firstOfCheck, double secondOfCheck) {
        firstSum += firstOfCheck - first[next];
        secondSum += secondOfCheck - second[next];
        first[next] = firstOfCheck;
        second[next] = secondOfCheck;
        next = (next + 1) % Checks.PER_DAY;
    }

    double firstSum() {
        return firstSum;
    }

    double secondSum() {
        return secondSum;
    }
}
