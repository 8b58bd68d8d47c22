package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segments of a stream over the last seven days. Without the right to see texts they are numbered. */
public record SegmentTable(
        @Says("its name") String stream,
        @Says("start of the stretch") Instant from,
        @Says("end of the stretch") Instant to,
        @Says("what the values are, in words; empty where only rows are counted") String label,
        @Says("the largest first; 51 at most") List<Row> segments,
        @Says("whether only a part of the stretch was read, as there are too many profiles") boolean partial) {

    /** One segment. */
    public record Row(
            @Says("its name") String segment,
            @Says("in it") long rows,
            @Says("share or mean of these rows; null where only rows are counted") @Nullable Double value,
            @Says("lower end of the 95 % interval of the value (Wilson), rows taken as independent") @Nullable
                    Double low,
            @Says("upper end") @Nullable Double high) {}
}
