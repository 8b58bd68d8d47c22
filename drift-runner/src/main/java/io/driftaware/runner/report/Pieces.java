package io.driftaware.runner.report;

import io.driftaware.runner.view.Overview.StreamState;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What several parts of the page are put together from. */
final class Pieces {
    private static final Set<String> VERDICTS = Set.of("OK", "WARN", "DRIFT", "INSUFFICIENT", "LEARNING", "STALE");

    private Pieces() {}

    /** The state of a stream, in the words of a check at a terminal. */
    static Element chip(StreamState state) {
        return chip(state.verdict(), state.unproven() ? ", unproven" : "");
    }

    static Element chip(String verdict) {
        return chip(verdict, "");
    }

    /** A verdict, told apart by a sign too, and not by its colour alone. */
    private static Element chip(String verdict, String more) {
        String sign =
                switch (verdict) {
                    case "OK" -> "\u2713";
                    case "WARN" -> "!";
                    case "DRIFT" -> "\u25B2";
                    case "STALE" -> "\u25F7";
                    default -> "\u2026";
                };
        String name = VERDICTS.contains(verdict) ? verdict.toLowerCase(Locale.ROOT) : "insufficient";
        return Element.classed(
                "span", "chip " + name, Element.of("span", sign).with("aria-hidden", "true"), " ", verdict + more);
    }

    /** Cells are texts or elements; the names of columns with numbers begin with '#'. */
    static Element table(String caption, List<String> columns, List<List<Object>> rows) {
        Element head = Element.of("tr");
        for (String column : columns) {
            head.add(cell("th", column, column.replace("#", "")).with("scope", "col"));
        }
        Element body = Element.of("tbody");
        for (List<Object> row : rows) {
            Element line = Element.of("tr");
            for (int i = 0; i < row.size(); i++) {
                Element cell = cell(i == 0 ? "th" : "td", columns.get(i), row.get(i));
                line.add(i == 0 ? cell.with("scope", "row") : cell);
            }
            body.add(line);
        }
        Element table =
                Element.of("table", Element.classed("caption", "hidden", caption), Element.of("thead", head), body);
        // Wider than a narrow screen, it is scrolled by the arrow keys too.
        return Element.classed("div", "scroll", table)
                .with("tabindex", 0)
                .with("role", "group")
                .with("aria-label", "Table: " + caption);
    }

    private static Element cell(String tag, String column, Object content) {
        Element cell = Element.of(tag, content);
        return column.startsWith("#") ? cell.with("class", "number") : cell;
    }

    static Element details(String summary, @Nullable Object... children) {
        return Element.of("details", Element.of("summary", summary)).add(children);
    }

    static Element figure(String term, Object value, @Nullable String name) {
        Element figure = Element.of("div", Element.of("dt", term), Element.of("dd", value));
        return name == null ? figure : figure.with("class", name);
    }

    /** Texts of users, one below the other. */
    static Element quotes(List<String> texts) {
        return Element.classed(
                "ul",
                "quotes",
                texts.stream().map(text -> Element.of("li", quote(text))).toList());
    }

    static Element quote(String text) {
        return Element.foreign(PlainText.cut(text));
    }

    /** The text of a row, or that there is none. */
    static Object text(@Nullable String text) {
        return text == null ? "text withheld or not stored" : quote(text);
    }

    static Element card(String title, @Nullable Object... children) {
        return Element.classed("section", "card", Element.of("h3", title)).add(children);
    }

    /** A card that a printer keeps on one page. */
    static Element whole(String title, @Nullable Object... children) {
        return card(title, children).with("class", "card whole");
    }

    static Element sub(String text) {
        return Element.classed("p", "sub", text);
    }

    static Element note(String text) {
        return Element.classed("p", "note", text);
    }
}
