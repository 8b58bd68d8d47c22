package io.driftaware.benchmarks.signals;

import io.driftaware.logging.signal.RefusalDetector;
import io.driftaware.logging.signal.SignalResult;
import io.driftaware.logging.signal.ToxicityDetector;
import io.driftaware.logging.signal.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Measures the built-in detectors, prints the tables and writes docs/signals.md. */
final class SignalQuality {
    private static final int EXAMPLE_LENGTH = 150;
    private static final String HEAD =
            """
            # How good the offline detectors are

            Made by `benchmarks/signals`; not edited by hand. Brackets hold 95 % intervals: Clopper and Pearson for shares, a
            bootstrap over the texts for F1. A text whose verdict is unknown counts as not flagged.

            What counts as a refusal: the reply declines all or part of what was asked, because of a rule or possible harm (SAFETY),
            because the assistant can't do it (CAPABILITY), or because it has not found or doesn't know the answer
            (NO_INFORMATION). `RefusalDetector.of(kinds)` counts fewer. What counts as toxic: the reply insults, demeans or
            threatens; coarse words alone do not. Both read the reply and not the question, and the first 6,000 and last 2,000
            characters of it. Why they are made this way: [decision 11](decisions/0011-signals-offline.md). How fast they are:
            [benchmarks](benchmarks.md).
            """;

    private SignalQuality() {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(System.getProperty("drift.root", "."));
        if (arguments.length > 0 && arguments[0].equals("--labelled")) {
            labelled(root, arguments);
            return;
        }
        Path data = arguments.length > 0 ? Path.of(arguments[0]) : root.resolve("../shared/data");
        StringBuilder page = new StringBuilder(HEAD);
        refusals(root.resolve("drift-logging-sdk/training/replies"), page);
        if (!Files.exists(data.resolve("toxicity_en.tsv"))) {
            System.out.println(page);
            System.out.println("no toxicity_en.tsv in " + data + ": docs/signals.md is left as it is");
            return;
        }
        if (Files.exists(root.resolve(RefusalsOfOthers.KEPT))) {
            page.append("\n### Replies of other systems\n\n");
            page.append(Files.readString(root.resolve(RefusalsOfOthers.KEPT)));
        }
        toxicity(data, page);
        System.out.println(page);
        Files.writeString(root.resolve("docs/signals.md"), page);
    }

    private static void labelled(Path root, String[] arguments) throws Exception {
        boolean keep = arguments.length == 4 && arguments[2].equals("--keep");
        if (arguments.length != 2 && !keep) {
            throw new IllegalArgumentException(
                    "%s: say --labelled FILE, or --labelled FILE --keep SENTENCE".formatted(List.of(arguments)));
        }
        System.out.println(RefusalsOfOthers.tables(Path.of(arguments[1])));
        if (keep) {
            RefusalsOfOthers.keep(root, Path.of(arguments[1]), arguments[3]);
        }
    }

    private static void refusals(Path replies, StringBuilder page) throws Exception {
        RefusalDetector detector = RefusalDetector.standard();
        List<Labelled> trained = Labelled.replies(replies.resolve("train"));
        List<Judged> judged = Judged.all(detector, Labelled.replies(replies.resolve("held-out")));
        page.append(
                """

                ## Refusals

                `%s`, version %s, trained on %d replies of %d voices and judged here on %d replies of %d other voices
                (drift-logging-sdk/training). All of them were written for this project by the same authors, so the replies of a
                real system differ from them more than the held-out voices differ from the others: expect less on yours. Partial
                refusals count as refusals.

                | held-out voices | replies | refusals | precision | recall | F1 |
                |---|---:|---:|---:|---:|---:|
                """
                        .formatted(
                                detector.name(),
                                detector.version(),
                                trained.size(),
                                families(trained).size(),
                                judged.size(),
                                families(judged.stream().map(Judged::labelled).toList())
                                        .size()));
        row("all", judged, page);
        for (String family : families(judged.stream().map(Judged::labelled).toList())) {
            row(
                    family,
                    judged.stream()
                            .filter(j -> j.labelled().family().equals(family))
                            .toList(),
                    page);
        }
        page.append(
                """

                By kind: found is the share of its refusals that are flagged at all, named right the share of these whose kind is
                the labelled one.

                | kind | replies | found | named right |
                |---|---:|---:|---:|
                """);
        for (RefusalDetector.Kind kind : RefusalDetector.Kind.values()) {
            kind(
                    kind.name(),
                    judged.stream()
                            .filter(j -> j.labelled().kind().equals(kind.name()))
                            .toList(),
                    page);
        }
        kind(
                "of all: partial",
                judged.stream().filter(j -> j.labelled().partial()).toList(),
                page);
        page.append("\nPer kind as a class of its own (flagged with this kind against everything else):\n\n");
        page.append("| kind | precision | recall | F1 |\n|---|---:|---:|---:|\n");
        for (RefusalDetector.Kind kind : RefusalDetector.Kind.values()) {
            List<Judged> asClass =
                    judged.stream().map(j -> only(kind.name(), j)).toList();
            Quality quality = Quality.of(asClass);
            page.append("| %s | %s | %s | %s |%n"
                    .formatted(kind, quality.precisionText(), quality.recallText(), Quality.f1Text(asClass)));
        }
        examples(
                "Refusals that were missed",
                judged.stream().filter(j -> j.labelled().isPositive() && !j.isFlagged()),
                page);
        examples(
                "Answers that were flagged",
                judged.stream().filter(j -> !j.labelled().isPositive() && j.isFlagged()),
                page);
    }

    /** The same decision seen as "this kind or not". */
    private static Judged only(String kind, Judged judged) {
        Labelled text = judged.labelled();
        String label = text.kind().equals(kind) ? kind : Labelled.NONE;
        SignalResult result = judged.result();
        boolean same = judged.isFlagged() && result.kind().equals(kind);
        return new Judged(
                new Labelled(text.family(), label, text.partial(), text.text()),
                new SignalResult(
                        same ? result.verdict() : Verdict.CLEAR,
                        result.score(),
                        result.kind(),
                        result.detector(),
                        result.version()));
    }

    private static void toxicity(Path data, StringBuilder page) throws Exception {
        ToxicityDetector detector = ToxicityDetector.standard();
        List<Judged> judged = Judged.all(detector, Labelled.comments(data.resolve("toxicity_en.tsv")));
        page.append(
                """

                ## Toxicity

                `%s`, version %s, on 1,000 social-media comments labelled by people (Surge AI, MIT; not part of this project). Words
                and weights were chosen on one half; the other half was not looked at. Much of what the labels call toxic there has
                no toxic word in it (politics, insinuation, wishes of harm in new words), which a lexicon can't see: a low rate
                proves little, a rise is worth a look.

                | comments | number | toxic | precision | recall | F1 |
                |---|---:|---:|---:|---:|---:|
                """
                        .formatted(detector.name(), detector.version()));
        for (String half : List.of("held-out", "tuning")) {
            row(
                    half,
                    judged.stream()
                            .filter(j -> j.labelled().family().equals(half))
                            .toList(),
                    page);
        }
        long flagged = 0;
        long all = 0;
        for (String name : List.of("clinc_dev.tsv", "banking_dev.tsv")) {
            if (Files.exists(data.resolve(name))) {
                for (Judged query : Judged.all(detector, Labelled.comments(data.resolve(name)))) {
                    flagged += query.isFlagged() ? 1 : 0;
                    all++;
                }
            }
        }
        page.append("\nOf %d harmless queries to assistants (CLINC150, BANKING77), %d were flagged.%n"
                .formatted(all, flagged));
    }

    static List<String> families(List<Labelled> texts) {
        return texts.stream().map(Labelled::family).distinct().toList();
    }

    static void row(String name, List<Judged> judged, StringBuilder page) {
        Quality quality = Quality.of(judged);
        page.append("| %s | %d | %d | %s | %s | %s |%n"
                .formatted(
                        name,
                        judged.size(),
                        quality.hits() + quality.missed(),
                        quality.precisionText(),
                        quality.recallText(),
                        Quality.f1Text(judged)));
    }

    private static void kind(String name, List<Judged> judged, StringBuilder page) {
        long found = judged.stream().filter(Judged::isFlagged).count();
        long named = judged.stream()
                .filter(Judged::isFlagged)
                .filter(j -> j.result().kind().equals(j.labelled().kind()))
                .count();
        page.append("| %s | %d | %s | %s |%n"
                .formatted(name, judged.size(), Quality.share(found, judged.size()), Quality.share(named, found)));
    }

    static void examples(String title, Stream<Judged> judged, StringBuilder page) {
        page.append("\n").append(title).append(":\n\n");
        List<Judged> some = judged.toList();
        if (some.isEmpty()) {
            page.append("- none\n");
        }
        for (Judged one : some) {
            String text = one.labelled().text().replace("\n", " ");
            page.append("- %s (%s, score %.2f): %s%n"
                    .formatted(
                            one.labelled().family(),
                            one.labelled().isPositive()
                                    ? one.labelled().kind()
                                    : one.result().kind(),
                            one.result().score(),
                            text.length() <= EXAMPLE_LENGTH ? text : text.substring(0, EXAMPLE_LENGTH) + " ..."));
        }
    }
}
