package io.driftaware.core.baseline;

import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Rows by stratum, and how many of them were novel. Mutable. */
final class VoteCounts {

    static final int STORED_BYTES = Stratum.values().length * 2 * Integer.BYTES;

    private final long[] rows = new long[Stratum.values().length];
    private final long[] novel = new long[Stratum.values().length];

    static VoteCounts read(ByteBuffer in) {
        VoteCounts counts = new VoteCounts();
        for (int i = 0; i < counts.rows.length; i++) {
            counts.rows[i] = in.getInt();
            counts.novel[i] = in.getInt();
        }
        return counts;
    }

    void write(ByteBuffer out) {
        for (int i = 0; i < rows.length; i++) {
            out.putInt(Math.toIntExact(rows[i])).putInt(Math.toIntExact(novel[i]));
        }
    }

    /** @param stratum null for a row that does not vote */
    void add(@Nullable Stratum stratum, boolean isNovel) {
        if (stratum != null) {
            rows[stratum.ordinal()]++;
            novel[stratum.ordinal()] += isNovel ? 1 : 0;
        }
    }

    boolean possible(long most) {
        long sum = 0;
        boolean possible = true;
        for (int i = 0; i < rows.length; i++) {
            possible &= novel[i] >= 0 && novel[i] <= rows[i];
            sum += rows[i];
        }
        return possible && sum <= most;
    }

    StratumCounts toCounts() {
        StratumCounts counts = StratumCounts.none();
        for (Stratum stratum : Stratum.values()) {
            counts = counts.plus(stratum, novel[stratum.ordinal()], rows[stratum.ordinal()]);
        }
        return counts;
    }
}
