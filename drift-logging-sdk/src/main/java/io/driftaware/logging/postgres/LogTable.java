package io.driftaware.logging.postgres;

import java.util.List;
import java.util.function.Predicate;

/**
 * A table that is written: its name as the search path finds it, which rows of a batch are its own, and its columns.
 *
 * @param <R> what a row is made from
 */
public record LogTable<R>(String name, Predicate<R> holds, List<LogColumn<R>> columns) {
    public LogTable {
        columns = List.copyOf(columns);
    }
}
