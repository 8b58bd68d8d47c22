package io.driftaware.runner.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Embeddings in two dimensions. */
public record Picture(
        @Says("its name") String stream,
        @Says("that the directions come from; null where the stream has no baseline of embeddings") @Nullable
                Long baselineId,
        @Says("share of the baseline's variance along x, 0 to 1") double explainedX,
        @Says("the same along y") double explainedY,
        @Says("rows of the baseline, [x, y]; 600 at most") List<List<Double>> baseline,
        @Says("the latest rows of the last seven days, 300 at most") List<Dot> recent,
        @Says("share of the baseline's own rows that count as novel, 0 to 1: of healthy traffic as many do")
                double usualNovelShare,
        @Says("why there is none; empty where there is one") String note) {

    /** A recent row. */
    public record Dot(
            @Says("to the right") double x,
            @Says("upwards") double y,
            @Says("whether it is farther from the baseline than nearly all of the baseline's own rows") boolean novel,
            @Says("of a novel row, as it was stored; null without one, or withheld") @Nullable String text) {}
}
