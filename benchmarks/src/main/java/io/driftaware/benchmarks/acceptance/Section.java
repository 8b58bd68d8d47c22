package io.driftaware.benchmarks.acceptance;

import io.driftaware.benchmarks.acceptance.Target.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table of the acceptance.
 *
 * @param group such as G1
 * @param title what was done, one line
 * @param notes what else to know, and what was left out
 * @param rows all with the same columns
 * @param run how it came about, where not with the rest of the result
 */
record Section(String group, String title, List<String> notes, List<Row> rows, @Nullable Run run) {

    Section(String group, String title, List<String> notes, List<Row> rows) {
        this(group, title, notes, rows, null);
    }

    Section {
        notes = List.copyOf(notes);
        rows = List.copyOf(rows);
    }

    /** A row: figures by column, in order, and what is asked of them. */
    record Row(String label, Map<String, Figure> figures, List<Target> targets) {
        Row {
            figures = new LinkedHashMap<>(figures);
            targets = List.copyOf(targets);
            for (Target target : targets) {
                if (!figures.containsKey(target.column())) {
                    throw new IllegalArgumentException(label + " has no column " + target.column());
                }
            }
        }

        Outcome outcome(Target target) {
            Figure figure = figures.get(target.column());
            if (figure == null) {
                throw new IllegalStateException(label + " has no column " + target.column());
            }
            return target.of(figure);
        }
    }

    /** The same table, of a run of its own. */
    Section of(Run other) {
        return new Section(group, title, notes, rows, other);
    }

    /** Orders groups. */
    int number() {
        return Integer.parseInt(group.substring(1));
    }

    /** Columns in order. */
    List<String> columns() {
        return rows.isEmpty()
                ? List.of()
                : new ArrayList<>(rows.get(0).figures().keySet());
    }

    /** How many targets stand so. */
    long count(Outcome outcome) {
        return rows.stream()
                .flatMap(row -> row.targets().stream().map(row::outcome))
                .filter(outcome::equals)
                .count();
    }
}
