package io.driftaware.examples.demo;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.FeedbackDrop;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.RateLimit;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.Explanation;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Says in plain words what a check found. */
final class FoundReport {
    private static final int COLUMNS = 100;
    private static final String DETAIL_INDENT = " ".repeat(38);
    private static final int VERDICT_WIDTH = 12;
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Screen screen;

    FoundReport(Screen screen) {
        this.screen = screen;
    }

    void show(CheckReport report, Excerpts excerpts) {
        screen.heading("What the monitor found: recent traffic against the baseline of 30 to 37 days ago");
        report.streams().forEach(this::show);
        sayVerdict(report);
        for (StreamReport stream : report.streams()) {
            if (stream.explanation() != null) {
                explain(stream, stream.explanation());
            }
        }
        showQueries(excerpts);
    }

    private void show(StreamReport stream) {
        String verdict = String.format(Locale.ROOT, "%-" + VERDICT_WIDTH + "s", stream.verdict());
        String name = String.format(Locale.ROOT, "%-21s", name(stream));
        List<String> lines = words(stream);
        List<String> first = broken(lines.get(0));
        screen.line("  " + coloured(stream.verdict(), verdict) + "  " + name + " " + first.get(0));
        first.stream().skip(1).forEach(line -> screen.line(DETAIL_INDENT + line));
        lines.stream()
                .skip(1)
                .flatMap(line -> broken(line).stream())
                .forEach(line -> screen.line(DETAIL_INDENT + screen.dim(line)));
    }

    /** In lines that fit behind the indent; a word that is longer stands alone. */
    private static List<String> broken(String words) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ")) {
            if (!line.isEmpty() && DETAIL_INDENT.length() + line.length() + 1 + word.length() > COLUMNS) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private String coloured(Verdict verdict, String text) {
        return switch (verdict) {
            case OK -> screen.good(text);
            case DRIFT -> screen.bad(text);
            default -> screen.unsure(text);
        };
    }

    private static String name(StreamReport stream) {
        return stream.stream().replace('_', ' ');
    }

    private static List<String> words(StreamReport stream) {
        String samples = samples(stream);
        if (stream.lastRow() == null && !stream.findings().isEmpty()) {
            return List.of("not logged");
        }
        if (stream.findings().isEmpty() || !(stream.findings().get(0) instanceof Finding.Compared compared)) {
            return List.of("nothing can be said: " + stream.reason(), samples);
        }
        SortedMap<String, Double> details = compared.details();
        String main =
                switch (compared.detector()) {
                    case CentroidShift.NAME ->
                        text(
                                "cosine distance %.4f without its noise, threshold %.2f",
                                compared.value(), compared.threshold());
                    case FeedbackDrop.NAME ->
                        text(
                                "mean score %.3f, before %.3f: %s by %.3f, acts on a fall of %.3f",
                                details.getOrDefault(FeedbackDrop.RECENT_MEAN, Double.NaN),
                                details.getOrDefault(FeedbackDrop.BASELINE_MEAN, Double.NaN),
                                compared.value() < 0 ? "risen" : "fallen",
                                Math.abs(compared.value()),
                                compared.threshold());
                    case WindowVerdict.NAME ->
                        text(
                                "at least %.1f %% are not as before, threshold %.1f %%%s",
                                100 * compared.value(), 100 * compared.threshold(), chance(stream, compared));
                    default -> compared.detector().endsWith("_rise") ? rise(compared) : rate(compared);
                };
        Double cosine = details.get(CentroidShift.COSINE_DISTANCE);
        Double floor = details.get(CentroidShift.NOISE_FLOOR);
        return cosine == null || floor == null
                ? List.of(main, samples)
                : List.of(main, text("raw cosine distance %.4f; noise alone would make %.4f", cosine, floor), samples);
    }

    /** One bound in twenty lies above the truth: a share over the threshold proves nothing by itself. */
    private static String chance(StreamReport stream, Finding.Compared compared) {
        Double p = compared.details().get(WindowVerdict.P_VALUE);
        return stream.verdict() == Verdict.OK && compared.exceeded() && p != null
                ? text(", which may be chance: p = %.2f", p)
                : "";
    }

    private static String rate(Finding.Compared compared) {
        return text(
                "%.1f %% of replies, threshold %.1f %%%s",
                100 * compared.value(), 100 * compared.threshold(), before(compared.details()));
    }

    private static String rise(Finding.Compared compared) {
        return text(
                "%.1f points more than before, threshold %.1f points%s",
                100 * compared.value(), 100 * compared.threshold(), before(compared.details()));
    }

    private static String before(SortedMap<String, Double> details) {
        Double rate = details.get(RateLimit.BASELINE_RATE);
        return rate == null ? "" : text("; before: %.1f %%", 100 * rate);
    }

    /** The newest rows decide, so they are fewer than those of the last seven days. */
    private static String samples(StreamReport stream) {
        Instant from = stream.recentFrom();
        return text(
                "rows: %,d%s, %,d %s",
                stream.recentSamples(),
                from == null ? "" : " since " + MINUTES.format(from),
                stream.baselineSamples(),
                stream.verdict() == Verdict.LEARNING ? "collected so far" : "of the baseline");
    }

    /** What is new, in the monitor's own words: it has not been told which topics the demo made up. */
    private void explain(StreamReport stream, Explanation found) {
        screen.heading("What has drifted in " + name(stream));
        screen.line(text("  about %.0f %% of them are not as before", 100 * found.driftedShare()));
        for (Explanation.Topic topic : found.topics()) {
            screen.line(text("  new, %.0f %% of the novel ones", 100 * topic.share()));
            topic.examples().forEach(example -> screen.line("    " + example));
        }
        for (Explanation.ClusterShift cluster : found.clusters()) {
            screen.line(text(
                    "  %s than before, %.1f %% instead of %.1f %%",
                    cluster.z() > 0 ? "more" : "less", 100 * cluster.share(), 100 * cluster.shareBefore()));
            cluster.examples().forEach(example -> screen.line("    " + example));
        }
        if (!found.note().isEmpty()) {
            screen.line("  " + found.note());
        }
    }

    private void sayVerdict(CheckReport report) {
        List<String> drifting = report.streams().stream()
                .filter(stream -> stream.verdict() == Verdict.DRIFT)
                .map(FoundReport::name)
                .toList();
        screen.line("");
        if (drifting.isEmpty()) {
            screen.line("  " + screen.good("No drift."));
        }
        for (EpisodeReport episode : report.episodes()) {
            if (episode.open()) {
                screen.line(text(
                        "  %s in %s: episode %d is open since %s.",
                        screen.bad("DRIFT"),
                        episode.stream().replace('_', ' '),
                        episode.id(),
                        MINUTES.format(episode.openedAt())));
            }
        }
        if (report.episodes().stream().anyMatch(EpisodeReport::open)) {
            screen.line(screen.dim(
                    "  An episode asks its actions once, when it opens. Here that is log, a line of the log;"));
            screen.line(screen.dim("  DRIFT_ACTIONS names others, such as webhook. While it lasts it asks no more."));
        }
    }

    private void showQueries(Excerpts excerpts) {
        screen.heading("Some of the queries of the last 7 days");
        if (excerpts.newTopicQueries() > 0) {
            screen.line(text(
                    "  new, %,d of %,d: %s",
                    excerpts.newTopicQueries(), excerpts.recent().size(), String.join(", ", excerpts.newTopics())));
            excerpts.some(6, line -> line.newTopic() && !line.refused()).forEach(this::showQuery);
            screen.line("  as before");
        }
        excerpts.some(6, line -> !line.newTopic() && !line.refused()).forEach(this::showQuery);
        screen.line(text(
                "  refused, %,d of %,d",
                excerpts.recent().stream().filter(Excerpts.Line::refused).count(),
                excerpts.recent().size()));
        excerpts.some(4, Excerpts.Line::refused)
                .forEach(line -> screen.line("    " + line.query() + screen.dim("  ->  " + line.reply())));
    }

    private void showQuery(Excerpts.Line line) {
        screen.line("    " + line.query() + screen.dim("  (" + line.topic() + ")"));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
