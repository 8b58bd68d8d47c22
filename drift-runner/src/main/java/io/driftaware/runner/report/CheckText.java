package io.driftaware.runner.report;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.core.detect.Finding.Insufficient;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.EvidenceReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A check for people at a terminal of 80 columns: a table, and below it what is not as it should be. Scripts read {@link
 * CheckReport#toJson()}.
 */
public final class CheckText {
    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String ROW = "%-19s  %s  %8s  %8s  %8s  %12s";
    private static final String LACKING_ROW = "%-19s  %s  %28s  %12s";
    private static final int STATE = 14;
    private static final List<Verdict> GRAVEST_FIRST =
            List.of(Verdict.DRIFT, Verdict.WARN, Verdict.STALE, Verdict.LEARNING, Verdict.INSUFFICIENT);

    private final CheckReport report;
    private final Terminal terminal;

    /** The streams that have rows, or could not be read: of the others there is nothing to tell. */
    private final List<StreamReport> logged;

    private CheckText(CheckReport report, Terminal terminal) {
        this.report = report;
        this.terminal = terminal;
        this.logged = report.streams().stream().filter(CheckText::isLogged).toList();
    }

    private static boolean isLogged(StreamReport stream) {
        return stream.lastRow() != null
                || stream.recentSamples() + stream.baselineSamples() + stream.rejectedRows() > 0
                || stream.findings().isEmpty();
    }

    /** Several lines, each ending in a line break. */
    public static String of(CheckReport report, Terminal terminal) {
        return new CheckText(report, terminal).text();
    }

    private String text() {
        terminal.line("Check of " + SECOND.format(report.at()) + ": "
                + terminal.coloured(report.verdict().name(), report.verdict())
                + String.format(Locale.ROOT, " (took %.1f s)", report.took().toMillis() / 1000.0));
        terminal.line("");
        if (!logged.isEmpty()) {
            terminal.line(terminal.faint(row("stream", pad("state"), "score", "acts at", "evidence", "rows/before")));
            logged.forEach(this::row);
            rowsOverTime();
        }
        notLogged();
        for (Verdict verdict : GRAVEST_FIRST) {
            logged.stream()
                    .filter(stream -> stream.verdict() == verdict)
                    .forEach(verdict == Verdict.DRIFT || verdict == Verdict.WARN ? this::inFull : this::inShort);
        }
        logged.stream().filter(StreamReport::unproven).forEach(this::inShort);
        if (!report.episodes().isEmpty()) {
            terminal.line("");
        }
        report.episodes().forEach(episode -> terminal.wrapped("", episode(episode)));
        return terminal.text();
    }

    private static String row(String stream, String state, String score, String limit, String evidence, String rows) {
        return String.format(Locale.ROOT, ROW, stream, state, score, limit, evidence, rows);
    }

    private static String pad(String text) {
        return text + " ".repeat(Math.max(0, STATE - text.length()));
    }

    private void row(StreamReport stream) {
        Compared compared = stream.compared();
        Verdict verdict = stream.verdict();
        String state = terminal.coloured(
                pad(terminal.sign(verdict) + " " + verdict + (stream.unproven() ? ", unproven" : "")), verdict);
        String rows = Words.count(stream.recentSamples()) + "/" + Words.count(stream.baselineSamples());
        terminal.line(
                compared == null
                        ? String.format(Locale.ROOT, LACKING_ROW, stream.stream(), state, lacks(stream), rows)
                        : row(
                                stream.stream(),
                                state,
                                number(compared.value()),
                                number(compared.threshold()),
                                evidence(stream),
                                rows));
    }

    private static String lacks(StreamReport stream) {
        for (Finding finding : stream.findings()) {
            if (finding instanceof Insufficient lacks && lacks.needed() > 0) {
                boolean recent = lacks.recentSamples() < lacks.needed()
                        && !lacks.detector().equals("baseline");
                long rows = recent ? lacks.recentSamples() : lacks.baselineSamples();
                return rows < lacks.needed()
                        ? Words.count(rows) + " of " + Words.count(lacks.needed()) + " rows needed"
                        : "rows of more time needed";
            }
        }
        return "-";
    }

    /** One number of rows is of a day and another of a week: whoever compares them must see it. */
    private void rowsOverTime() {
        if (logged.stream().allMatch(stream -> stream.recentFrom() == null)) {
            return;
        }
        terminal.line("");
        grouped("rows    ", this::since);
        grouped("before  ", CheckText::before);
    }

    private void notLogged() {
        List<String> silent = report.streams().stream()
                .filter(stream -> !isLogged(stream))
                .map(StreamReport::stream)
                .toList();
        if (silent.isEmpty()) {
            return;
        }
        if (!logged.isEmpty()) {
            terminal.line("");
        } else {
            terminal.wrapped("", "No row of any stream was found: is the application logging into this database?");
        }
        terminal.wrapped("not logged: ", String.join(", ", silent));
    }

    private void grouped(String lead, Function<StreamReport, @Nullable String> time) {
        Map<String, List<String>> streams = new LinkedHashMap<>();
        for (StreamReport stream : logged) {
            String of = time.apply(stream);
            if (of != null) {
                streams.computeIfAbsent(of, any -> new ArrayList<>()).add(stream.stream());
            }
        }
        String before = lead;
        for (Map.Entry<String, List<String>> group : streams.entrySet()) {
            terminal.wrapped(before, group.getKey() + ": " + String.join(", ", group.getValue()));
            before = " ".repeat(lead.length());
        }
    }

    private @Nullable String since(StreamReport stream) {
        Instant from = stream.recentFrom();
        return from == null
                ? null
                : "since " + Words.when(from) + " UTC (" + Words.span(Duration.between(from, report.at())) + ")";
    }

    private static @Nullable String before(StreamReport stream) {
        BaselineReport baseline = stream.baseline();
        if (baseline != null) {
            return Words.when(baseline.from()) + " to " + Words.when(baseline.to()) + " UTC";
        }
        if (stream.verdict() == Verdict.LEARNING) {
            return "collected so far";
        }
        return stream.baselineSamples() == 0 ? null : "the days of DRIFT_BASELINE_DAYS";
    }

    /** Of what an alarm needs. It begins anew with an alarm, so while the episode lasts it says nothing. */
    private String evidence(StreamReport stream) {
        boolean lasts = report.episodes().stream()
                .anyMatch(episode -> episode.open() && episode.stream().equals(stream.stream()));
        if (lasts) {
            return "proven";
        }
        return stream.evidence().isEmpty()
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.2f",
                        stream.evidence().stream()
                                .mapToDouble(EvidenceReport::ratio)
                                .max()
                                .orElse(0));
    }

    private void inShort(StreamReport stream) {
        terminal.line("");
        terminal.wrapped("", stream.stream() + ": " + stream.reason());
        unusable(stream);
    }

    private void inFull(StreamReport stream) {
        terminal.line("");
        terminal.line(terminal.coloured(stream.stream() + ": " + stream.verdict(), stream.verdict()));
        terminal.wrapped("  ", stream.reason());
        Compared compared = stream.compared();
        if (compared != null) {
            noise(compared);
        }
        unusable(stream);
        if (stream.embeddingModel() != null) {
            terminal.wrapped("  ", "embedding model: " + stream.embeddingModel());
        }
        if (stream.explanation() != null) {
            explanation(stream.explanation());
        }
    }

    private void unusable(StreamReport stream) {
        if (stream.rejectedRows() > 0) {
            terminal.wrapped("  ", Words.count(stream.rejectedRows()) + " rows cannot be used");
        }
    }

    private void noise(Compared compared) {
        Double cosine = compared.details().get(CentroidShift.COSINE_DISTANCE);
        Double floor = compared.details().get(CentroidShift.NOISE_FLOOR);
        if (cosine != null && floor != null) {
            terminal.wrapped(
                    "  ", "cosine distance " + number(cosine) + ", of which noise alone would give " + number(floor));
        }
    }

    private void explanation(Explanation explanation) {
        terminal.wrapped("  ", "about " + Words.share(explanation.driftedShare()) + " of the rows are not as before");
        for (Explanation.Topic topic : explanation.topics()) {
            terminal.wrapped("  ", "new, " + Words.share(topic.share()) + " of the novel rows:");
            topic.examples().forEach(example -> terminal.wrapped("    - ", example));
        }
        for (Explanation.ClusterShift cluster : explanation.clusters()) {
            terminal.wrapped(
                    "  ",
                    (cluster.z() > 0 ? "more" : "less") + ", from " + Words.share(cluster.shareBefore()) + " to "
                            + Words.share(cluster.share()) + ":");
            cluster.examples().forEach(example -> terminal.wrapped("    - ", example));
        }
        for (Explanation.SegmentShift segment : explanation.segments()) {
            terminal.wrapped(
                    "  ",
                    "segment " + segment.segment() + ": " + Words.share(segment.share()) + " of the rows, adds "
                            + Words.share(segment.mix()) + " by its share and " + Words.share(segment.within())
                            + " by its own rows" + (segment.named() ? ", certain" : ""));
        }
        if (!explanation.note().isEmpty()) {
            terminal.wrapped("  ", explanation.note());
        }
    }

    private static String episode(EpisodeReport episode) {
        String whose = "Episode " + episode.id() + " of " + episode.stream() + ": ";
        Instant closed = episode.closedAt();
        return closed == null
                ? whose + "open since " + SECOND.format(episode.openedAt())
                : whose + "opened " + SECOND.format(episode.openedAt()) + ", closed " + SECOND.format(closed);
    }

    // Four decimals are what a person compares; a score that they would round to nothing is shown as small.
    private static String number(double value) {
        return String.format(Locale.ROOT, value != 0 && Math.abs(value) < 0.00005 ? "%.1e" : "%.4f", value);
    }
}
