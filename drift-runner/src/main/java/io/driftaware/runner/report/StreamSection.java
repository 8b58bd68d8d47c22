package io.driftaware.runner.report;

import io.driftaware.runner.report.DriftReport.StreamPart;
import io.driftaware.runner.view.Coverage;
import io.driftaware.runner.view.Drifted;
import io.driftaware.runner.view.Examples;
import io.driftaware.runner.view.Overview.BaselineState;
import io.driftaware.runner.view.Overview.Headline;
import io.driftaware.runner.view.Overview.Missing;
import io.driftaware.runner.view.Overview.StreamState;
import io.driftaware.runner.view.Picture;
import io.driftaware.runner.view.Picture.Dot;
import io.driftaware.runner.view.SegmentTable;
import io.driftaware.runner.view.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One stream: its figures, its course, what drifted in it, the queries behind it, its evidence and its segments. */
final class StreamSection {
    private static final String FEEDBACK = "score";
    private static final int FEW_TEXTS = 12;

    private final DriftReport report;
    private final StreamPart part;

    StreamSection(DriftReport report, StreamPart part) {
        this.report = report;
        this.part = part;
    }

    /** Whether there is anything to show of a stream beside what it lacks. */
    static boolean worthOne(StreamPart part) {
        StreamState state = part.state();
        return state.lastRow() != null
                || state.baseline() != null
                || state.episode() != null
                || !part.series().points().isEmpty();
    }

    Element section() {
        StreamState state = part.state();
        Element section = Element.classed("section", "stream").with("id", state.stream());
        if (report.looksBack()) {
            section.add(Element.of("h2", state.title()));
        } else {
            section.add(
                    Element.of("h2", state.title(), " ", Pieces.chip(state)),
                    Element.classed("p", "reason", Pieces.quote(state.reason())),
                    figures(state));
        }
        return section.add(
                overTime(),
                drifted(part.drifted()),
                picture(part.picture()),
                state.stream().equals("coverage") ? coverage(report.coverage()) : null,
                behind(part.examples()),
                evidence(),
                segments(part.segments()));
    }

    private Element figures(StreamState state) {
        Element figures = Element.classed("dl", "figures");
        Headline line = state.headline();
        if (line != null) {
            figures.add(Pieces.figure(line.label(), Words.quantity(line.value(), line.unit()), "strong"));
            if (line.before() != null) {
                figures.add(Pieces.figure("in the baseline", Words.quantity(line.before(), line.unit()), null));
            }
            figures.add(Pieces.figure("acts " + line.acts(), Words.quantity(line.threshold(), line.unit()), null));
            if (line.detectable() != null) {
                figures.add(Pieces.figure(
                        "least that so many rows can prove", Words.quantity(line.detectable(), line.unit()), null));
            }
        }
        Missing lacks = state.missing();
        if (lacks != null) {
            figures.add(Pieces.figure(
                    "rows so far", Words.count(lacks.have()) + " of " + Words.count(lacks.needed()), "strong"));
        }
        figures.add(Pieces.figure("rows, recent", recentRows(state), null));
        figures.add(Pieces.figure(
                state.verdict().equals("LEARNING") ? "rows, collected so far" : "rows, baseline",
                baselineRows(state),
                null));
        if (state.rejectedRows() > 0) {
            figures.add(Pieces.figure("rows that cannot be used", Words.count(state.rejectedRows()), null));
        }
        figures.add(Pieces.figure("last row", Words.lastRow(state), null));
        BaselineState baseline = state.baseline();
        if (baseline != null) {
            figures.add(Pieces.figure("baseline", "#" + baseline.id(), null));
        }
        if (state.embeddingModel() != null) {
            figures.add(Pieces.figure("embedding model", Pieces.quote(state.embeddingModel()), null));
        }
        return figures;
    }

    /** One number of rows is of a day and another of a week. */
    private String recentRows(StreamState state) {
        Instant from = state.recentFrom();
        Instant at = report.overview().checkedAt();
        return Words.count(state.recentRows())
                + (from == null || at == null ? "" : " in " + Words.span(Duration.between(from, at)));
    }

    private static String baselineRows(StreamState state) {
        BaselineState baseline = state.baseline();
        return Words.count(state.baselineRows())
                + (baseline == null ? "" : " in " + Words.span(Duration.between(baseline.from(), baseline.to())));
    }

    private Element overTime() {
        Series series = part.series();
        if (series.points().isEmpty()) {
            boolean learning =
                    part.state().baseline() == null && part.state().stream().endsWith("_embeddings");
            return Pieces.card(
                    "Over time",
                    Element.classed(
                            "p",
                            "empty",
                            learning
                                    ? "Nothing to draw yet: embeddings are measured against a baseline, and it is still"
                                            + " being learned."
                                    : "No rows in this stretch of time."));
        }
        String unit = series.unit();
        List<List<Object>> rows = new ArrayList<>();
        for (Series.Point point : series.points()) {
            rows.add(List.of(
                    Words.when(point.at()),
                    Words.quantity(point.value(), unit),
                    Words.count(point.rows()),
                    Words.quantity(point.low(), unit) + " to " + Words.quantity(point.high(), unit)));
        }
        return Pieces.whole(
                "Over time",
                Pieces.sub(Words.capital(series.label())
                        + ". The band is a 95\u00A0% interval of each step by itself, rows taken as independent."),
                TimeChart.of(series),
                Pieces.details(
                        "The same as a table",
                        Pieces.table(series.label(), List.of("from", "#value", "#rows", "#95\u00A0% interval"), rows)));
    }

    private static @Nullable Element drifted(@Nullable Drifted drifted) {
        return drifted == null ? null : Pieces.card("What drifted").add(DriftedPart.of(drifted));
    }

    private static @Nullable Element picture(@Nullable Picture picture) {
        if (picture == null || !picture.note().isEmpty()) {
            return null;
        }
        List<Dot> novel = picture.recent().stream().filter(Dot::novel).toList();
        List<String> texts = novel.stream()
                .map(Dot::text)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        Element legend = Element.classed(
                "ul",
                "legend",
                Element.classed("li", "key-before", "baseline"),
                Element.classed("li", "key-recent", "recent, like the baseline"),
                Element.classed("li", "key-novel", "recent and novel"));
        Element card = Pieces.card(
                "In two dimensions",
                Pieces.sub("The latest " + Words.counted(picture.recent().size(), "row") + ", "
                        + Words.count(novel.size()) + " of them novel (of the baseline's own rows "
                        + Words.share(picture.usualNovelShare())
                        + " count as novel too), over the baseline. The two directions show "
                        + Words.share(picture.explainedX() + picture.explainedY())
                        + " of its variance, so what is near here may be far apart."),
                legend,
                ScatterChart.of(picture));
        if (!texts.isEmpty()) {
            card.add(
                    Element.of("h4", "Novel, as stored"),
                    Pieces.quotes(texts.subList(0, Math.min(FEW_TEXTS, texts.size())))
                            .with("class", "quotes in-columns"));
        }
        if (texts.size() > FEW_TEXTS) {
            card.add(Pieces.details(
                    Words.count(texts.size() - FEW_TEXTS) + " more",
                    Pieces.quotes(texts.subList(FEW_TEXTS, texts.size())).with("class", "quotes in-columns")));
        }
        return card;
    }

    private static @Nullable Element coverage(@Nullable Coverage coverage) {
        if (coverage == null) {
            return null;
        }
        if (coverage.queries().isEmpty()) {
            return Pieces.card("Queries that no document is near", Pieces.note(Words.capital(coverage.note()) + "."));
        }
        String edge = coverage.edge() > 0
                ? "No hit, or a best score below " + Words.quantity(coverage.edge(), "ratio")
                        + ". Of the latest 200 such, the worst covered first."
                : "The retrieval found nothing. Of the latest 200 such.";
        List<List<Object>> rows = new ArrayList<>();
        for (Coverage.Query query : coverage.queries()) {
            Double score = query.score();
            rows.add(List.of(
                    Pieces.text(query.text()),
                    Words.count(query.times()),
                    score == null ? "no hit" : Words.quantity(score, "ratio"),
                    Words.when(query.at())));
        }
        return Pieces.card(
                "Queries that no document is near",
                Pieces.sub(edge),
                Pieces.table("Queries", List.of("query", "#times", "#best score", "last asked"), rows));
    }

    private @Nullable Element behind(Examples examples) {
        if (examples.queries().isEmpty()) {
            return null;
        }
        boolean scored = part.series().unit().equals(FEEDBACK);
        List<List<Object>> rows = new ArrayList<>();
        for (Examples.Query query : examples.queries()) {
            List<Object> row = new ArrayList<>();
            row.add(Pieces.text(query.text()));
            row.add(Words.count(query.times()));
            if (scored) {
                row.add(Words.quantity(query.score(), "ratio"));
            }
            row.add(query.answer() == null ? "\u2013" : Pieces.quote(query.answer()));
            row.add(Words.when(query.at()));
            rows.add(row);
        }
        List<String> columns = scored
                ? List.of("query", "#times", "#lowest score", "answer", "last asked")
                : List.of("query", "#times", "answer", "last asked");
        return Pieces.card(
                "The queries behind it",
                Pieces.sub("Of the seven days before " + Words.when(report.to()) + ": " + examples.label() + "."),
                Pieces.table("Queries", columns, rows));
    }

    private @Nullable Element evidence() {
        Series series = part.series();
        if (series.evidence().isEmpty()) {
            return null;
        }
        long days = Math.round(report.overview().monitor().falseAlarmDays());
        return Pieces.whole(
                "Evidence against its budget",
                Pieces.sub(
                        "How much speaks for a change, on a logarithmic scale: at 1 it is an alarm. The budget is one"
                                + " false alarm in " + Words.counted(days, "day")
                                + " over everything that is watched. After an alarm it begins anew."),
                EvidenceChart.legend(series),
                EvidenceChart.of(series));
    }

    private static @Nullable Element segments(SegmentTable table) {
        if (table.segments().isEmpty()) {
            return null;
        }
        String unit = table.label().equals("mean score") ? "score" : "share";
        boolean valued = !table.label().isEmpty();
        List<List<Object>> rows = new ArrayList<>();
        for (SegmentTable.Row row : table.segments()) {
            List<Object> cells = new ArrayList<>(List.of(Pieces.quote(row.segment()), Words.count(row.rows())));
            if (valued) {
                cells.add(Words.quantity(row.value(), unit));
                cells.add(Words.quantity(row.low(), unit) + " to " + Words.quantity(row.high(), unit));
            }
            rows.add(cells);
        }
        return Pieces.card(
                "Segments, the last seven days",
                table.partial() ? Pieces.note("There are too many profiles: only a part was read.") : null,
                Pieces.table(
                        "Segments",
                        valued
                                ? List.of("segment", "#rows", "#" + table.label(), "#95\u00A0% interval")
                                : List.of("segment", "#rows"),
                        rows));
    }
}
