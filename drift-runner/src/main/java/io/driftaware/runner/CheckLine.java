package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
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

    private static String of(CheckReport report) {
        String streams = report.streams().stream().map(CheckLine::stream).collect(Collectors.joining(", "));
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

    private static String stream(StreamReport stream) {
        String line = stream.stream() + " " + stream.verdict();
        for (Finding finding : stream.findings()) {
            if (finding instanceof Finding.Compared compared) {
                line += String.format(Locale.ROOT, " %.3f/%s", compared.value(), compared.threshold());
            }
        }
        return line + " n=" + stream.recentSamples() + "/" + stream.baselineSamples();
    }
}
