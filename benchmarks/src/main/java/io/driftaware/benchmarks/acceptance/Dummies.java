package io.driftaware.benchmarks.acceptance;

import io.driftaware.benchmarks.acceptance.Figure.Share;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** G12: in how many tables each dummy stands, as a column or as rows. */
final class Dummies {
    static final String GROUP = "G12";

    private Dummies() {}

    static Section in(List<Section> tables) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (String dummy : List.of(WindowRules.ALWAYS, WindowRules.NEVER)) {
            long with = tables.stream().filter(table -> has(table, dummy)).count();
            figures.put(dummy, new Share(with, tables.size()));
        }
        return new Section(
                GROUP,
                "The dummies: in which share of the tables each of them stands",
                List.of(),
                List.of(new Section.Row(
                        "all tables",
                        figures,
                        List.of(
                                Target.atLeast(WindowRules.ALWAYS, 1, "in every table"),
                                Target.atLeast(WindowRules.NEVER, 1, "in every table")))));
    }

    private static boolean has(Section table, String dummy) {
        return table.columns().contains(dummy)
                || table.rows().stream().anyMatch(row -> row.label().endsWith(": " + dummy));
    }
}
