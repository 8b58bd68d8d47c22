package io.driftaware.runner.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An element of HTML or SVG. What is put into it as text becomes text and nothing else, whatever stands in it; names of
 * elements and attributes come from the code alone. What comes out is well-formed as XML too, which tests make use of.
 */
final class Element {
    private static final Set<String> WITHOUT_END = Set.of("meta", "link");

    private final String tag;
    private final Map<String, String> attributes = new TreeMap<>();
    private final List<Object> children = new ArrayList<>();

    private Element(String tag) {
        this.tag = tag;
    }

    static Element of(String tag, @Nullable Object... children) {
        return new Element(tag).add(children);
    }

    static Element classed(String tag, String name, @Nullable Object... children) {
        return new Element(tag).with("class", name).add(children);
    }

    /** Text that somebody else wrote: its direction of writing stays its own. */
    static Element foreign(String text) {
        return of("bdi", text);
    }

    Element with(String name, Object value) {
        attributes.put(name, value instanceof Double number ? Words.place(number) : String.valueOf(value));
        return this;
    }

    /** Adds elements, texts, and lists of either; null is passed over. */
    Element add(@Nullable Object... more) {
        for (Object child : more) {
            if (child instanceof Collection<?> list) {
                list.forEach(this::add);
            } else if (child != null) {
                children.add(child);
            }
        }
        return this;
    }

    void into(StringBuilder html) {
        html.append('<').append(tag);
        attributes.forEach((name, value) -> {
            html.append(' ').append(name).append("=\"");
            PlainText.escape(html, value);
            html.append('"');
        });
        if (WITHOUT_END.contains(tag)) {
            html.append("/>");
            return;
        }
        html.append('>');
        for (Object child : children) {
            if (child instanceof Element element) {
                element.into(html);
            } else if (tag.equals("style")) {
                html.append(child);
            } else {
                PlainText.escape(html, String.valueOf(child));
            }
        }
        html.append("</").append(tag).append('>');
    }

    @Override
    public String toString() {
        StringBuilder html = new StringBuilder();
        into(html);
        return html.toString();
    }
}
