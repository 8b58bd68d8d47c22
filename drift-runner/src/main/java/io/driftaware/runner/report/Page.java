package io.driftaware.runner.report;

import io.driftaware.runner.report.DriftReport.StreamPart;
import io.driftaware.runner.view.Baselines;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Overview;
import io.driftaware.runner.view.Overview.EvidenceState;
import io.driftaware.runner.view.Overview.Missing;
import io.driftaware.runner.view.Overview.StreamState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Puts the page together. It has no script, loads nothing, and forbids both. */
final class Page {
    private static final String POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    private static final int MOST_STORIES = 8;

    private final DriftReport report;
    private final EpisodePart episodes;
    private final Headline headline;

    Page(DriftReport report) {
        this.report = report;
        this.episodes = new EpisodePart(report);
        this.headline = Headline.of(report);
    }

    String html() {
        StringBuilder html = new StringBuilder(200_000).append("<!DOCTYPE html>\n");
        Element.of("html", head(), body()).with("lang", "en").into(html);
        return html.append('\n').toString();
    }

    private Element head() {
        return Element.of(
                "head",
                Element.of("meta").with("charset", "utf-8"),
                Element.of("meta").with("http-equiv", "Content-Security-Policy").with("content", POLICY),
                meta("viewport", "width=device-width, initial-scale=1"),
                meta("color-scheme", "light dark"),
                meta("referrer", "no-referrer"),
                meta("robots", "noindex"),
                meta("generator", "Drift-Aware " + report.overview().monitor().version()),
                Element.of("title", headline.head().replaceAll("\\.$", "") + " \u2013 Drift-Aware"),
                Element.of("link").with("rel", "icon").with("href", "data:,"),
                Element.of("style", stylesheet()));
    }

    private static Element meta(String name, String content) {
        return Element.of("meta").with("name", name).with("content", content);
    }

    /** The dashboard's colours, and what a page to print needs. */
    private static String stylesheet() {
        return packaged("/io/driftaware/runner/web/assets/palette.css") + packaged("report.css");
    }

    private static String packaged(String name) {
        try (InputStream css = Page.class.getResourceAsStream(name)) {
            if (css == null) {
                throw new IllegalStateException(name + " is not packaged with " + Page.class);
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Element body() {
        Overview overview = report.overview();
        String verdict =
                overview.verdict() == null ? "none" : overview.verdict().toLowerCase(Locale.ROOT);
        Element main = Element.of("main", lead());
        List<Episode> told = report.looksBack() ? report.episodes() : report.lasting();
        if (!told.isEmpty()) {
            main.add(Element.classed(
                    "section",
                    "stories",
                    told.stream().limit(MOST_STORIES).map(episodes::story).toList()));
        }
        if (!report.streams().isEmpty()) {
            main.add(stands());
        }
        report.byGravity().stream()
                .filter(StreamSection::worthOne)
                .forEach(part -> main.add(new StreamSection(report, part).section()));
        if (overview.checkedAt() != null) {
            main.add(episodes.list(), baselines());
        }
        main.add(monitor());
        return Element.of("body", top(), main, foot()).with("class", report.looksBack() ? "back" : verdict);
    }

    private Element top() {
        Element mark = Element.of(
                        "svg",
                        Element.classed("path", "brand-before").with("d", "M2 17c3 0 3-6 6-6s3 6 6 6"),
                        Element.classed("path", "brand-after").with("d", "M14 17c2 0 3-12 8-12"))
                .with("viewBox", "0 0 24 24")
                .with("width", 22)
                .with("height", 22)
                .with("aria-hidden", "true");
        return Element.classed(
                "header",
                "top",
                Element.classed("p", "brand", mark, " Drift-Aware report"),
                Element.classed("p", "range", Words.when(report.from()) + " to " + Words.when(report.to()) + ", UTC"));
    }

    private Element lead() {
        Element lead = Element.classed(
                "section", "lead", Element.of("h1", headline.head()), Element.classed("p", "below", headline.below()));
        Duration silence = report.silence();
        if (silence != null) {
            lead.add(Element.classed(
                    "p",
                    "problem",
                    Element.of("b", "No monitor seems to run. "),
                    "The last check was " + Words.span(silence)
                            + " before this report was made; it knows nothing newer."));
        }
        if (report.looksBack()) {
            lead.add(Pieces.note("This report looks back. It tells the episodes and the course of every stream in the"
                    + " stretch; verdicts and figures, which are those of the last check, are left out."));
        }
        if (!report.texts()) {
            lead.add(Pieces.note("Texts and names that came from users are withheld."));
        }
        return lead;
    }

    private Element stands() {
        boolean back = report.looksBack();
        List<List<Object>> rows = new ArrayList<>();
        for (StreamPart part : report.streams()) {
            StreamState state = part.state();
            boolean linked = StreamSection.worthOne(part);
            Element name = linked
                    ? Element.of("a", state.title()).with("href", "#" + state.stream())
                    : Element.of("span", state.title());
            rows.add(back ? course(part, name) : stand(state, name));
        }
        List<String> columns = back
                ? List.of("stream", "#episodes", "#rows measured")
                : List.of(
                        "stream", "state", "measured", "#before", "#acts at", "#evidence", "#recent rows", "last row");
        return Element.classed(
                "section",
                "wide stands",
                Element.of("h2", back ? "The streams in this stretch" : "How each stream stands"),
                Pieces.table("Streams", columns, rows));
    }

    private List<Object> course(StreamPart part, Element name) {
        long drifts = report.episodes().stream()
                .filter(episode -> episode.stream().equals(part.state().stream()))
                .count();
        long rows =
                part.series().points().stream().mapToLong(point -> point.rows()).sum();
        return List.of(name, Words.count(drifts), Words.count(rows));
    }

    private static List<Object> stand(StreamState state, Element name) {
        Overview.Headline line = state.headline();
        Missing lacks = state.missing();
        Object measured = line != null
                ? Element.of("span", Element.of("b", Words.quantity(line.value(), line.unit())), " " + line.label())
                : lacks != null
                        ? Words.count(lacks.have()) + " of " + Words.count(lacks.needed()) + " rows needed"
                        : "\u2013";
        double evidence = state.evidence().stream()
                .mapToDouble(EvidenceState::ratio)
                .max()
                .orElse(0);
        String proven = state.episode() != null
                ? "proven"
                : line == null || state.evidence().isEmpty() ? "\u2013" : Words.quantity(evidence, "ratio") + " of 1";
        return List.of(
                name,
                Pieces.chip(state),
                measured,
                line == null ? "\u2013" : Words.quantity(line.before(), line.unit()),
                line == null ? "\u2013" : Words.quantity(line.threshold(), line.unit()),
                proven,
                Words.count(state.recentRows()),
                Words.lastRow(state));
    }

    private Element baselines() {
        Element section = Element.classed("section", "wide", Element.of("h2", "Baselines"))
                .with("id", "baselines")
                .add(Pieces.sub("What recent rows are compared with; learned by itself, then frozen."));
        List<List<Object>> rows = new ArrayList<>();
        for (Baselines.Entry one : report.baselines().shown()) {
            rows.add(List.of(
                    String.valueOf(one.id()),
                    report.title(one.stream()),
                    one.state(),
                    Words.count(one.rows()),
                    Words.when(one.from()),
                    Words.when(one.to()),
                    one.space().isEmpty() ? "\u2013" : Pieces.quote(one.space())));
        }
        return rows.isEmpty()
                ? section.add(Element.classed("p", "empty", "None has been learned yet."))
                : section.add(Pieces.table(
                        "Baselines", List.of("#number", "stream", "state", "#rows", "from", "to", "model"), rows));
    }

    private Element monitor() {
        Overview overview = report.overview();
        Overview.MonitorState monitor = overview.monitor();
        Element figures = Element.classed(
                "dl",
                "figures",
                Pieces.figure("last check", Words.when(overview.checkedAt()), null),
                Pieces.figure("checks every", Words.span(Duration.ofSeconds(monitor.checkIntervalSeconds())), null),
                Pieces.figure(
                        "budget",
                        "1 false alarm in " + Words.counted(Math.round(monitor.falseAlarmDays()), "day"),
                        null),
                Pieces.figure(
                        "decides by",
                        monitor.detection().equals("calibrated") ? "evidence and effect" : "thresholds alone",
                        null));
        Double took = overview.tookSeconds();
        if (took != null) {
            figures.add(Pieces.figure("that check took", Words.quantity(took, "ratio") + "\u00A0s", null));
        }
        overview.readers()
                .forEach(one ->
                        figures.add(Pieces.figure("log read: " + one.reader(), Words.when(one.movedAt()), null)));
        return Element.classed("section", "wide", Element.of("h2", "Freshness"), figures)
                .with("id", "monitor");
    }

    private Element foot() {
        return Element.of(
                "footer",
                Element.of(
                        "p",
                        "Made " + Words.when(report.madeAt()) + " by drift-runner "
                                + report.overview().monitor().version()
                                + ". Times are in UTC. One file without scripts: it loads nothing and can be kept or"
                                + " sent as it is"
                                + (report.texts() ? "; it holds texts of users." : ".")));
    }
}
