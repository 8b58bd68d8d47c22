package io.driftaware.benchmarks.acceptance;

import io.driftaware.benchmarks.acceptance.Target.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A result as tables in Markdown, their columns aligned so that they can be read as they are. */
final class Tables {
    private static final String HEAD =
            """
            # Acceptance

            Made by `benchmarks/acceptance`; not edited by hand. Shares of trials have their 95 %% interval (Clopper and Pearson)
            in brackets. Every figure comes from the calls that the monitor makes. G12 asks that a rule that always fires and one
            that never does stand in every table, so that no figure can look good by itself.

            %s

            Targets met: %d; not met, but within the interval of the trials: %d; missed: %d.
            """;

    private Tables() {}

    static String of(Result result) {
        StringBuilder page = new StringBuilder(HEAD.formatted(
                result.run().text(),
                result.count(Outcome.MET),
                result.count(Outcome.UNSURE),
                result.count(Outcome.MISSED)));
        result.notes().forEach(note -> page.append("\n").append(note).append("\n"));
        for (Section section : result.sections()) {
            page.append("\n## ")
                    .append(section.group())
                    .append(": ")
                    .append(section.title())
                    .append("\n\n");
            Run alone = section.run();
            if (alone != null) {
                page.append("Run alone. ").append(alone.text()).append("\n\n");
            }
            page.append(table(section));
            section.notes().forEach(note -> page.append("\n").append(note).append("\n"));
        }
        return page.toString();
    }

    private static String table(Section section) {
        List<String> head = new ArrayList<>(List.of("trial"));
        head.addAll(section.columns());
        head.add("target");
        List<List<String>> lines = new ArrayList<>();
        for (Section.Row row : section.rows()) {
            List<String> line = new ArrayList<>(List.of(row.label()));
            row.figures().values().forEach(figure -> line.add(figure.text()));
            line.add(row.targets().stream()
                    .map(target -> target.words() + ": " + row.outcome(target).words())
                    .collect(Collectors.joining("; ")));
            lines.add(line);
        }
        int[] widths = new int[head.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    head.get(i).length(),
                    lines.stream()
                            .mapToInt(line -> line.get(column).length())
                            .max()
                            .orElse(0));
        }
        StringBuilder text = new StringBuilder(line(head, widths));
        text.append("|");
        for (int width : widths) {
            text.append("-".repeat(width + 2)).append("|");
        }
        text.append("\n");
        lines.forEach(cells -> text.append(line(cells, widths)));
        return text.toString();
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder text = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            text.append(" ")
                    .append(cells.get(i))
                    .append(" ".repeat(widths[i] - cells.get(i).length()))
                    .append(" |");
        }
        return text.append("\n").toString();
    }
}
