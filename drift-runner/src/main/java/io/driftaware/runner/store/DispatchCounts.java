package io.driftaware.runner.store;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of the actions, since the schema was created. The first two count a decision once, however many actions
 * were named for it.
 *
 * @param reindex decisions to re-index that had an action dispatched
 * @param retrain decisions to retrain that had, by reason
 * @param rows rows of {@code drift_actions}
 * @param paused whether the operator has stopped all actions
 */
public record DispatchCounts(long reindex, SortedMap<String, Long> retrain, List<Rows> rows, boolean paused) {
    /** Nothing yet. */
    public static final DispatchCounts NONE = new DispatchCounts(0, new TreeMap<>(), List.of(), false);

    /** Copies the collections. */
    public DispatchCounts {
        retrain = Collections.unmodifiableSortedMap(new TreeMap<>(retrain));
        rows = List.copyOf(rows);
    }

    /** The same, with counts that are no lower than those seen before: what two readings bring may arrive out of order. */
    public DispatchCounts noLessThan(DispatchCounts before) {
        SortedMap<String, Long> most = new TreeMap<>(before.retrain);
        retrain.forEach((reason, count) -> most.merge(reason, count, Math::max));
        return new DispatchCounts(Math.max(reindex, before.reindex), most, rows, paused);
    }

    /**
     * How many rows of {@code drift_actions} are alike.
     *
     * @param action its name
     * @param state as the table has it, {@code APPROVED} for example
     * @param suppression why it was never made, null where it was not SUPPRESSED
     * @param outcome whether the drift ended after it, null while that is not known
     * @param count at least 1
     */
    public record Rows(
            String action, String state, @Nullable String suppression, @Nullable String outcome, long count) {}
}
