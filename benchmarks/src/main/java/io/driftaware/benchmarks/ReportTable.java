package io.driftaware.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes docs/benchmarks.md from the reports in benchmarks/results. */
final class ReportTable {
    private static final String HEAD =
            """
            # Benchmarks

            Made by the scripts in benchmarks/ from benchmarks/results/*.json; not edited by hand. Each script says at its top
            how it measures.
            """;

    private ReportTable() {}

    public static void main(String[] arguments) throws IOException {
        write();
    }

    static Path results() {
        return root().resolve("benchmarks/results");
    }

    static void write() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        for (Report report : reports()) {
            page.append("\n## ").append(report.title()).append("\n\n");
            page.append("| measured | value |\n|---|---:|\n");
            report.measures().forEach(m -> page.append("| %s | %s |%n".formatted(m.name(), m.text())));
            page.append("\nTarget: ").append(report.target()).append(report.met() ? ": met.\n" : ": **not met**.\n");
            page.append("\n`benchmarks/")
                    .append(report.name())
                    .append("`, ")
                    .append(report.environment())
                    .append("\n");
        }
        Files.writeString(root().resolve("docs/benchmarks.md"), page);
    }

    private static List<Report> reports() throws IOException {
        List<Path> files;
        try (var entries = Files.list(results())) {
            files = entries.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
        List<Report> reports = new ArrayList<>();
        for (Path file : files) {
            reports.add(Report.read(file));
        }
        return reports;
    }

    private static Path root() {
        return Path.of(System.getProperty("drift.root", "."));
    }
}
