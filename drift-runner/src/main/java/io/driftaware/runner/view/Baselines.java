package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Baselines, the latest first, and those in use, wherever they stand. */
public record Baselines(
        @Says("of this page") List<Entry> baselines,
        @Says("to be given as before for the next page; null at the end") @Nullable Long next,
        @Says("whether they can be accepted here: a token for it is set") boolean accepting,
        @Says("those in use, of this page or not, the latest 100") List<Entry> inUse) {

    /** The same, where it is known whether they can be accepted. */
    public Baselines accepting(boolean can) {
        return new Baselines(baselines, next, can, inUse);
    }

    /** Those of this page, and below them those in use that stand further back. */
    public List<Entry> shown() {
        if (baselines.isEmpty()) {
            return inUse;
        }
        long least = baselines.get(baselines.size() - 1).id();
        return Stream.concat(baselines.stream(), inUse.stream().filter(one -> one.id() < least))
                .toList();
    }

    /** One baseline. */
    public record Entry(
            @Says("its number") long id,
            @Says("that it belongs to") String stream,
            @Says("model and dimension of its embeddings; empty for other streams") String space,
            @Says(
                            value = "whether recent rows are compared with it",
                            oneOf = {"in use", "candidate", "retired"})
                    String state,
            @Says("when it was fitted") Instant fittedAt,
            @Says("since when it is compared with; null for a candidate") @Nullable Instant acceptedAt,
            @Says("time of its first row") Instant from,
            @Says("time of its last row") Instant to,
            @Says("that it was made from") long rows) {}
}
