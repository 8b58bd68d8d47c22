package io.driftaware.runner.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many decisions had an action dispatched, since the schema was created.
 *
 * @param reindex decisions to re-index
 * @param retrain decisions to retrain, by reason
 */
public record DispatchCounts(long reindex, SortedMap<String, Long> retrain) {
    /** Nothing yet. */
    public static final DispatchCounts NONE = new DispatchCounts(0, new TreeMap<>());

    /** Copies {@code retrain}. */
    public DispatchCounts {
        retrain = Collections.unmodifiableSortedMap(new TreeMap<>(retrain));
    }
}
