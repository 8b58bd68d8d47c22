package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A check as one line of log. Its logger is its own, so that whoever shows the result otherwise can do without the line and keep the
 * rest of the log.
 */
final class CheckLine {
    private static final Logger log = LoggerFactory.getLogger(CheckLine.class);
    private static final double MILLIS_PER_SECOND = 1e3;

    private CheckLine() {}

    static void log(CheckReport report) {
        log.info("{}", of(report));
    }

    static String of(CheckReport report) {
        String streams = report.streams().stream()
                .map(stream -> stream(stream, report.at()))
                .collect(Collectors.joining("; "));
        long open = report.episodes().stream().filter(EpisodeReport::open).count();
        return String.format(
                Locale.ROOT,
                "check at %s: %s (%s), %d open episodes, took %.2f s",
                report.at(),
                report.verdict(),
                streams,
                open,
                report.took().toMillis() / MILLIS_PER_SECOND);
    }

    private static String stream(StreamReport stream, Instant at) {
        String line = stream.stream() + " " + stream.verdict();
        for (Finding finding : stream.findings()) {
            if (finding instanceof Finding.Compared compared) {
                line += String.format(Locale.ROOT, " %.3f/%s", compared.value(), compared.threshold());
            }
        }
        Instant from = stream.recentFrom();
        return line + " n=" + stream.recentSamples() + (from == null ? "" : " in " + span(Duration.between(from, at)))
                + ", " + stream.baselineSamples() + " before";
    }

    /** A number of rows says nothing without it. */
    private static String span(Duration length) {
        if (length.compareTo(Duration.ofHours(2)) < 0) {
            return Math.max(0, length.toMinutes()) + "min";
        }
        return length.compareTo(Duration.ofDays(2)) < 0 ? length.toHours() + "h" : length.toDays() + "d";
    }
}
