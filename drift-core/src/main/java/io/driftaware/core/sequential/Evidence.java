package io.driftaware.core.sequential;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The running evidence that a stream has changed at some unknown time, the e-detector of Shiryaev-Roberts type: for each
 * alternative j, R_j becomes (R_j + 1) E_j with every batch, and R is the mean of the R_j (Shin, Ramdas, Rinaldo, "E-detectors:
 * a nonparametric framework for sequential change detection", 2023). If E[E_j | past] is at most 1 while nothing has
 * changed, R reaches A within N batches with probability at most N / A, and after A batches or more on average. Kept as
 * logarithms, so that no run is too long. Immutable.
 */
public final class Evidence {
    private static final byte VERSION = 1;

    private final double[] logs;

    private Evidence(double[] logs) {
        this.logs = logs;
    }

    /**
     * No evidence: R = 0.
     *
     * @param alternatives how many E a batch has, at least 1
     */
    public static Evidence none(int alternatives) {
        if (alternatives < 1) {
            throw new IllegalArgumentException("alternatives = " + alternatives + " is not positive");
        }
        double[] logs = new double[alternatives];
        Arrays.fill(logs, Double.NEGATIVE_INFINITY);
        return new Evidence(logs);
    }

    /**
     * After one more batch with data in it. A batch without data is no batch: do not call this for it.
     *
     * @param logE natural logarithm of E_j for each alternative; minus infinity is allowed, NaN is not
     */
    public Evidence after(double[] logE) {
        if (logE.length != logs.length) {
            throw new IllegalArgumentException(logE.length + " values for " + logs.length + " alternatives");
        }
        double[] next = new double[logs.length];
        for (int j = 0; j < next.length; j++) {
            if (Double.isNaN(logE[j])) {
                throw new IllegalArgumentException("log E of alternative " + j + " is NaN");
            }
            next[j] = logOnePlusExp(logs[j]) + logE[j];
        }
        return new Evidence(next);
    }

    /** Natural logarithm of R; minus infinity for no evidence. */
    public double log() {
        double greatest = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            greatest = Math.max(greatest, log);
        }
        if (Double.isInfinite(greatest)) {
            return greatest;
        }
        double sum = 0;
        for (double log : logs) {
            sum += StrictMath.exp(log - greatest);
        }
        return greatest + StrictMath.log(sum / logs.length);
    }

    /**
     * The same, its R lowered to a limit where it is above: what has sufficed need not be remembered for longer. R only
     * falls, so every bound on false alarms stands.
     *
     * @param logLimit natural logarithm of the limit
     */
    public Evidence atMost(double logLimit) {
        double above = log() - logLimit;
        if (!(above > 0)) {
            return this;
        }
        double[] lowered = logs.clone();
        for (int j = 0; j < lowered.length; j++) {
            lowered[j] -= above;
        }
        return new Evidence(lowered);
    }

    /**
     * How much of the evidence needed there is, on the log scale: 0 for none, 1 and above for an alarm.
     *
     * @param logAlarm natural logarithm of the evidence that is an alarm, see {@link AlarmBudget}
     */
    public double ratio(double logAlarm) {
        return ratio(log(), logAlarm);
    }

    static double ratio(double log, double logAlarm) {
        if (logAlarm <= 0) {
            return log >= logAlarm ? 1 : 0;
        }
        return Math.max(0, log / logAlarm);
    }

    /** How many alternatives it weighs. */
    public int alternatives() {
        return logs.length;
    }

    /** The logarithms of the R_j; a new array. */
    public double[] logs() {
        return logs.clone();
    }

    /**
     * Of the logarithms that {@link #logs()} gave.
     *
     * @throws IllegalArgumentException if there are none, or one is NaN
     */
    public static Evidence ofLogs(double... logs) {
        Evidence evidence = none(logs.length);
        for (int j = 0; j < logs.length; j++) {
            if (Double.isNaN(logs[j])) {
                throw new IllegalArgumentException("alternative " + j + " is NaN");
            }
            evidence.logs[j] = logs[j];
        }
        return evidence;
    }

    /** For the database: a version, the number of alternatives, their logarithms. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(2 + Double.BYTES * logs.length);
        bytes.put(VERSION).put((byte) logs.length);
        for (double log : logs) {
            bytes.putDouble(log);
        }
        return bytes.array();
    }

    /**
     * What {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it did not write these bytes
     */
    public static Evidence fromBytes(byte[] stored) {
        if (stored.length < 2 || stored[0] != VERSION) {
            throw new IllegalArgumentException(
                    "these " + stored.length + " bytes are no evidence of version " + VERSION);
        }
        ByteBuffer bytes = ByteBuffer.wrap(stored, 2, stored.length - 2);
        if (stored[1] < 1 || bytes.remaining() != Double.BYTES * stored[1]) {
            throw new IllegalArgumentException(stored.length + " bytes cannot hold " + stored[1] + " alternatives");
        }
        double[] logs = new double[stored[1]];
        for (int j = 0; j < logs.length; j++) {
            logs[j] = bytes.getDouble();
            if (Double.isNaN(logs[j])) {
                throw new IllegalArgumentException("alternative " + j + " is NaN");
            }
        }
        return new Evidence(logs);
    }

    private static double logOnePlusExp(double x) {
        return x > 0 ? x + StrictMath.log1p(StrictMath.exp(-x)) : StrictMath.log1p(StrictMath.exp(x));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Evidence evidence && Arrays.equals(logs, evidence.logs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(logs);
    }

    @Override
    public String toString() {
        return "Evidence[log R = " + log() + "]";
    }
}
