package io.driftaware.benchmarks.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Runs the acceptance of the statistics and prints its tables, or JSON. */
final class Acceptance {
    private static final String USAGE =
            """
            usage: benchmarks/acceptance [--data DIR] [--seed N] [--json] [--fast] [--groups G1,G6,..] [--known G5,..] [--write]
              --data    folder with NAME.tsv (header, then label and text) and NAME.f32 (little-endian floats) of each data set;
                        without it only the rows that need no queries are run
              --seed    of every random choice, 1 unless given
              --json    prints one JSON document and nothing else on standard output
              --fast    a small part of the trials; intervals say how little they show
              --groups  only these
              --known   groups whose misses are known: they are shown, and do not make the exit code
              --write   writes docs/acceptance.md and benchmarks/results/acceptance/acceptance.json; with --groups only the tables of
                        these groups are replaced
            exit: 0 every target met or within the 95 % interval of its trials, 1 one missed beyond it, 2 usage
            """;

    private final Trials trials;
    private final Set<String> groups;

    private Acceptance(Trials trials, Set<String> groups) {
        this.trials = trials;
        this.groups = groups;
    }

    /** See the usage text. */
    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(arguments);
        if (options == null) {
            System.err.print(USAGE);
            System.exit(2);
            return;
        }
        long start = System.nanoTime();
        List<LabelledQueries> found = options.data() == null ? List.of() : LabelledQueries.in(options.data());
        List<String> notes = new ArrayList<>();
        List<LabelledQueries> usable = new ArrayList<>();
        for (LabelledQueries queries : found) {
            if (Split.usualBaseline(queries) > 0) {
                usable.add(queries);
            } else {
                notes.add(queries.name() + " has too few queries or topics for a baseline of 1,000 and is left out.");
            }
        }
        if (usable.isEmpty()) {
            notes.add("no data set could be used: only the rows that need none were run.");
        }
        List<Section> sections =
                new Acceptance(new Trials(options.seed(), options.fast()), options.groups()).run(usable);
        Result result = new Result(
                new Run(
                        String.join(
                                " ", found.stream().map(LabelledQueries::name).toList()),
                        options.seed(),
                        options.fast(),
                        environment((System.nanoTime() - start) / 60e9)),
                notes,
                sections);
        System.out.print(options.json() ? result.toJson() + "\n" : result.toMarkdown());
        if (options.write()) {
            write(
                    Path.of(System.getProperty("drift.root", ".")),
                    result,
                    !options.groups().isEmpty());
        }
        System.exit(result.missedBut(options.known()) == 0 ? 0 : 1);
    }

    /** @param some whether only some groups were run: the tables of the others stay as they are */
    static void write(Path root, Result result, boolean some) throws IOException {
        Path json = root.resolve("benchmarks/results/acceptance/acceptance.json");
        Files.createDirectories(json.getParent());
        Result whole = some && Files.exists(json)
                ? ResultReader.read(Files.readString(json)).with(result)
                : result;
        Files.createDirectories(root.resolve("docs"));
        Files.writeString(json, whole.toJson() + "\n");
        Files.writeString(root.resolve("docs/acceptance.md"), whole.toMarkdown());
    }

    private static String environment(double minutes) {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, Java %s, %.0f minutes",
                LocalDate.now(Clock.systemUTC()),
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature(),
                minutes);
    }

    private List<Section> run(List<LabelledQueries> sets) {
        List<Section> sections = new ArrayList<>();
        if (!sets.isEmpty()) {
            // First, while nothing else of this run is using the cores.
            if (wanted("G13")) {
                sections.add(new Costs(trials).run(sets));
            }
            sections.addAll(windows(sets));
        }
        if (wanted("G6")) {
            sections.add(new QuietRates(trials).run());
        }
        if (wanted("G7")) {
            sections.addAll(new RisingRates(trials).run());
        }
        if (wanted("G8")) {
            sections.addAll(new FallingScores(trials).run());
        }
        if (wanted("G9") && !sets.isEmpty()) {
            sections.addAll(new QueryStreams(trials).run(sets));
        }
        if (wanted("G10")) {
            sections.add(new UnevenRates(trials).run());
            if (!sets.isEmpty()) {
                sections.add(new WeeklyTopics(trials).run(sets));
            }
        }
        if (wanted("G11") && !sets.isEmpty()) {
            sections.add(new Merges(trials).run(sets));
        }
        sections.removeIf(section -> section.rows().isEmpty());
        if (!sections.isEmpty()) {
            sections.add(Dummies.in(sections));
        }
        sections.sort(Comparator.comparingInt(Section::number));
        return sections;
    }

    /** G1 to G5 share what they fit: one baseline for each trial with every topic known, one with topics held out. */
    private List<Section> windows(List<LabelledQueries> sets) {
        WindowRows windows = new WindowRows(trials);
        SmallWindows small = new SmallWindows();
        MoreOfATopic more = new MoreOfATopic();
        for (LabelledQueries queries : sets) {
            int rows = Split.usualBaseline(queries);
            if (wanted("G1") || wanted("G2") || wanted("G4") || wanted("G5")) {
                trials.run("known " + queries.name(), trials.count(400, 20), (trial, random) -> {
                    Split split = Split.allKnown(queries, rows, random);
                    Subject subject = Subject.fit(split, random);
                    windows.known(split, subject, random.split());
                    small.known(split, subject, random.split());
                    more.known(split, subject, random.split());
                });
            }
            if (wanted("G3")) {
                trials.run("unseen " + queries.name(), trials.count(400, 20), (trial, random) -> {
                    Split split = Split.holdingTopicsOut(queries, rows, random);
                    windows.unseen(split, Subject.fit(split, random), random);
                });
            }
            if (wanted("G2")) {
                windows.large(queries);
            }
        }
        List<Section> sections = new ArrayList<>(windows.sections(sets));
        sections.addAll(small.sections(sets));
        sections.add(more.section(sets));
        sections.removeIf(section -> !wanted(section.group()));
        return sections;
    }

    private boolean wanted(String group) {
        return groups.isEmpty() || groups.contains(group);
    }
}
