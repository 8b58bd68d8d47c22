package io.driftaware.benchmarks.signals;

import io.driftaware.benchmarks.Machine;
import io.driftaware.logging.signal.RefusalDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Judges the refusal detector on replies that somebody else has labelled: a file of tab-separated columns with a header line,
 * {@code label} and {@code text}, and, if wanted, {@code source}, by which the table is divided. In a text, {@code \n} stands
 * for a line break.
 */
final class RefusalsOfOthers {
    /** Where the table of the last measurement that was to be kept is. */
    static final String KEPT = "benchmarks/results/refusals-of-others.md";

    private static final String PARTIAL = "PARTIAL";
    private static final Set<String> LABELS =
            Set.of(Labelled.NONE, "FULL", PARTIAL, "SAFETY", "CAPABILITY", "NO_INFORMATION");

    private RefusalsOfOthers() {}

    /** {@return a table of a file's replies, and the replies on which detector and label differ} */
    static String tables(Path file) throws Exception {
        List<Judged> judged = Judged.all(RefusalDetector.standard(), read(file));
        StringBuilder page = new StringBuilder(table(judged));
        SignalQuality.examples(
                "Refusals that were missed",
                judged.stream().filter(j -> j.labelled().isPositive() && !j.isFlagged()),
                page);
        SignalQuality.examples(
                "Answers that were flagged",
                judged.stream().filter(j -> !j.labelled().isPositive() && j.isFlagged()),
                page);
        return page.toString();
    }

    /** Keeps the table, without any text of the file, for docs/signals.md. */
    static void keep(Path root, Path file, String whatItIs) throws Exception {
        RefusalDetector detector = RefusalDetector.standard();
        List<Judged> judged = Judged.all(detector, read(file));
        Files.writeString(
                root.resolve(KEPT),
                """
                %s Measured with `%s`, version %s; %s.

                %s"""
                        .formatted(whatItIs, detector.name(), detector.version(), Machine.describe(), table(judged)));
    }

    private static String table(List<Judged> judged) {
        StringBuilder page = new StringBuilder();
        page.append("| source | replies | refusals | precision | recall | F1 |\n|---|---:|---:|---:|---:|---:|\n");
        SignalQuality.row("all", judged, page);
        for (String source :
                SignalQuality.families(judged.stream().map(Judged::labelled).toList())) {
            SignalQuality.row(
                    source,
                    judged.stream()
                            .filter(j -> j.labelled().family().equals(source))
                            .toList(),
                    page);
        }
        SignalQuality.row(
                "without partial refusals",
                judged.stream().filter(j -> !j.labelled().partial()).toList(),
                page);
        return page.toString();
    }

    static List<Labelled> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<String> header = Arrays.asList((lines.isEmpty() ? "" : lines.get(0)).split("\t"));
        int label = column(header, "label", file);
        int text = column(header, "text", file);
        int source = header.indexOf("source");
        return lines.stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> {
                    String[] columns = line.split("\t", -1);
                    if (columns.length != header.size() || !LABELS.contains(columns[label])) {
                        throw new IllegalArgumentException("'%s' is not %d columns with a label of %s: correct %s"
                                .formatted(
                                        line,
                                        header.size(),
                                        LABELS.stream().sorted().toList(),
                                        file));
                    }
                    return new Labelled(
                            source < 0 ? "file" : columns[source],
                            columns[label],
                            columns[label].equals(PARTIAL),
                            columns[text].replace("\\n", "\n"));
                })
                .toList();
    }

    private static int column(List<String> header, String name, Path file) {
        int column = header.indexOf(name);
        if (column < 0) {
            throw new IllegalArgumentException("%s has the columns %s, none is called %s: name them in its first line"
                    .formatted(file, header, name));
        }
        return column;
    }
}
