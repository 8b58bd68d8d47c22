package io.driftaware.examples.demo;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.FeedbackDrop;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.RateLimit;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Says in plain words what a check found. */
final class FoundReport {
    private static final String DETAIL_INDENT = " ".repeat(38);
    private static final int VERDICT_WIDTH = 12;
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Screen screen;

    FoundReport(Screen screen) {
        this.screen = screen;
    }

    void show(CheckReport report, Excerpts excerpts) {
        screen.heading("What the monitor found: the last 7 days against 30 to 37 days ago");
        report.streams().forEach(this::show);
        sayVerdict(report);
        if (excerpts.newTopicQueries() > 0) {
            explainBlindness(report, excerpts);
        }
        showQueries(excerpts);
    }

    private void show(StreamReport stream) {
        String verdict = String.format(Locale.ROOT, "%-" + VERDICT_WIDTH + "s", stream.verdict());
        String name = String.format(Locale.ROOT, "%-21s", name(stream));
        List<String> lines = words(stream);
        screen.line("  " + coloured(stream.verdict(), verdict) + "  " + name + " " + lines.get(0));
        lines.stream().skip(1).forEach(line -> screen.line(DETAIL_INDENT + screen.dim(line)));
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
        String samples = samples(stream.recentSamples(), stream.baselineSamples());
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
                                "mean score %.3f, before %.3f: dropped by %.3f, threshold %.3f",
                                details.getOrDefault(FeedbackDrop.RECENT_MEAN, Double.NaN),
                                details.getOrDefault(FeedbackDrop.BASELINE_MEAN, Double.NaN),
                                compared.value(),
                                compared.threshold());
                    default ->
                        text(
                                "%.1f %% of replies, threshold %.1f %%%s",
                                100 * compared.value(), 100 * compared.threshold(), before(details));
                };
        Double cosine = details.get(CentroidShift.COSINE_DISTANCE);
        Double floor = details.get(CentroidShift.NOISE_FLOOR);
        return cosine == null || floor == null
                ? List.of(main, samples)
                : List.of(main, text("raw cosine distance %.4f; noise alone would make %.4f", cosine, floor), samples);
    }

    private static String before(SortedMap<String, Double> details) {
        Double rate = details.get(RateLimit.BASELINE_RATE);
        return rate == null ? "" : text("; before: %.1f %%", 100 * rate);
    }

    private static String samples(long recent, long baseline) {
        return text("samples: %,d recent, %,d baseline", recent, baseline);
    }

    /** Said only where there is something that the rule does not see. */
    private void explainBlindness(CheckReport report, Excerpts excerpts) {
        report.streams().stream()
                .filter(stream -> stream.stream().equals("query_embeddings") && stream.verdict() == Verdict.OK)
                .flatMap(stream -> stream.findings().stream())
                .filter(Finding.Compared.class::isInstance)
                .map(Finding.Compared.class::cast)
                .findFirst()
                .ifPresent(compared -> {
                    screen.line("");
                    screen.line(text(
                            "  To be honest about the OK for queries: %.0f %% of them are about topics that nobody asked about",
                            100.0
                                    * excerpts.newTopicQueries()
                                    / excerpts.recent().size()));
                    screen.line(text(
                            "  before, yet the averages are only %.3f apart. The classic cosine rule with its threshold of %.2f",
                            compared.value(), compared.threshold()));
                    screen.line(
                            "  is nearly blind to that: more than a third of these queries would have to be new before it fires.");
                });
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
                        "  %s in %s: episode %d is open since %s. It acted once, and will not again while it lasts.",
                        screen.bad("DRIFT"),
                        episode.stream().replace('_', ' '),
                        episode.id(),
                        MINUTES.format(episode.openedAt())));
            }
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
