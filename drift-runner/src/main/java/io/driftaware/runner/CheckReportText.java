package io.driftaware.runner;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A check report in plain words, stream by stream, for people. Scripts read {@link CheckReport#toJson()}. */
public final class CheckReportText {
    private static final String INDENT = " ".repeat(36);

    private CheckReportText() {}

    /** Several lines, each ending in a line break. */
    public static String of(CheckReport report) {
        StringBuilder text = new StringBuilder();
        text.append("Check of ").append(report.at()).append(": ").append(report.verdict());
        text.append(
                String.format(Locale.ROOT, " (took %.1f s)\n\n", report.took().toMillis() / 1000.0));
        report.streams().forEach(stream -> stream(text, stream));
        text.append(report.episodes().isEmpty() ? "" : "\n");
        for (EpisodeReport episode : report.episodes()) {
            text.append(episode(episode)).append('\n');
        }
        return text.toString();
    }

    private static void stream(StringBuilder text, StreamReport stream) {
        List<String> lines = new ArrayList<>();
        lines.add(stream.reason());
        String samples = "samples: " + stream.recentSamples() + " recent, " + stream.baselineSamples() + " baseline"
                + (stream.rejectedRows() == 0 ? "" : ", " + stream.rejectedRows() + " unusable");
        for (Finding finding : stream.findings()) {
            if (finding instanceof Compared compared) {
                lines.add("score " + number(compared.value()) + ", threshold " + number(compared.threshold()));
                noise(compared, lines);
            }
        }
        lines.add(samples);
        if (stream.explanation() != null) {
            explanation(stream.explanation(), lines);
        }
        if (stream.embeddingModel() != null) {
            lines.add("embedding model: " + stream.embeddingModel());
        }
        text.append(String.format(Locale.ROOT, "%-21s %-13s ", stream.stream(), stream.verdict()));
        text.append(String.join("\n" + INDENT, lines)).append('\n');
    }

    private static void noise(Compared compared, List<String> lines) {
        Double cosine = compared.details().get(CentroidShift.COSINE_DISTANCE);
        Double floor = compared.details().get(CentroidShift.NOISE_FLOOR);
        if (cosine != null && floor != null) {
            lines.add("cosine distance " + number(cosine) + ", of which noise alone would give " + number(floor));
        }
    }

    private static void explanation(Explanation explanation, List<String> lines) {
        lines.add(String.format(
                Locale.ROOT, "about %.0f %% of the rows are not as before", 100 * explanation.driftedShare()));
        for (Explanation.Topic topic : explanation.topics()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "new (%.0f %% of the novel rows): %s",
                    100 * topic.share(),
                    String.join(" | ", topic.examples())));
        }
        for (Explanation.ClusterShift cluster : explanation.clusters()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s from %.1f to %.1f %%: %s",
                    cluster.z() > 0 ? "more" : "less",
                    100 * cluster.shareBefore(),
                    100 * cluster.share(),
                    String.join(" | ", cluster.examples())));
        }
        for (Explanation.SegmentShift segment : explanation.segments()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "segment %s: %.1f %% of the rows, adds %.1f points by its share and %.1f by its own rows%s",
                    segment.segment(),
                    100 * segment.share(),
                    100 * segment.mix(),
                    100 * segment.within(),
                    segment.named() ? ", certain" : ""));
        }
        if (!explanation.note().isEmpty()) {
            lines.add(explanation.note());
        }
    }

    private static String episode(EpisodeReport episode) {
        String whose = "Episode " + episode.id() + " of " + episode.stream() + ": ";
        return episode.open()
                ? whose + "open since " + episode.openedAt() + ", score " + number(episode.lastValue()) + ", threshold "
                        + number(episode.threshold())
                : whose + "opened " + episode.openedAt() + ", closed " + episode.closedAt();
    }

    // Four decimals are what a person compares; a score that they would round to nothing is shown as small.
    private static String number(double value) {
        if (value != 0 && Math.abs(value) < 0.00005) {
            return String.format(Locale.ROOT, "%.1e", value);
        }
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
