package io.driftaware.runner;


import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.core.detect.Finding.Insufficient;

import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A check report in plain words, stream by stream, for people. Scripts read {@link CheckReport#toJson()}. */
public final class CheckReportText {
    private static final String INDENT = " ".repeat(36);

    private CheckReportText() {}

    /** Several lines, each ending in a line break. */
    public static String of(CheckReport report) {
        StringBuilder text = new StringBuilder();
        text.append("Check of ").append(report.at()).append(": ").append(report.verdict());
        text.append(String.format(Locale.ROOT, " (took %.1f s)%n%n", report.took().toMillis() / 1000.0));
        report.streams().forEach(stream -> stream(text, stream));
        for (EpisodeReport episode : report.episodes()) {
            text.append(episode(episode)).append('\n');
        }
        return text.toString();
    }

    private static void stream(StringBuilder text, StreamReport stream) {
        List<String> lines = new ArrayList<>();
        stream.findings().forEach(finding -> lines.addAll(finding(finding)));
        if (!stream.reason().isBlank() && lines.stream().noneMatch(line -> line.contains(stream.reason()))) {
            lines.add(stream.reason());
        }
        lines.add("samples: " + stream.recentSamples() + " recent, " + stream.baselineSamples() + " baseline"
                + (stream.rejectedRows() == 0 ? "" : ", " + stream.rejectedRows() + " unusable"));
        if (stream.embeddingModel() != null) {
            lines.add("embedding model: " + stream.embeddingModel());
        }
        text.append(String.format(Locale.ROOT, "%-21s %-13s ", stream.stream(), stream.verdict()));
        text.append(String.join("\n" + INDENT, lines)).append('\n');
    }

    private static List<String> finding(Finding finding) {
        if (finding instanceof Insufficient insufficient) {
            return List.of(insufficient.reason());
        }
        if (!(finding instanceof Compared compared)) {
            throw new IllegalArgumentException("unknown finding " + finding);
        }
        List<String> lines = new ArrayList<>();
        lines.add(compared.detector() + ": score " + number(compared.value()) + ", threshold "
                + number(compared.threshold()) + (compared.exceeded() ? ": exceeded" : ""));
        Double cosine = compared.details().get("cosine_distance");
        Double floor = compared.details().get("noise_floor");
        if (cosine != null && floor != null) {
            lines.add("cosine distance " + number(cosine) + ", noise alone would give " + number(floor));
        }
        return lines;
    }

    private static String episode(EpisodeReport episode) {
        String begin = "Episode " + episode.id() + " of " + episode.stream() + ": open since " + episode.openedAt();
        return episode.open()
                ? begin + ", score " + number(episode.lastValue()) + ", threshold " + number(episode.threshold())
                : begin + " is closed as of " + closed(episode.closedAt());
    }

    private static String closed(@Nullable Object at) {
        return String.valueOf(at);
    }

    // Four decimals are what a person compares; a score that they would round to nothing is shown as small.
    private static String number(double value) {
        if (value != 0 && Math.abs(value) < 0.00005) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
