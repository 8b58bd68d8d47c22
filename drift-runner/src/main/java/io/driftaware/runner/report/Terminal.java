package io.driftaware.runner.report;

import io.driftaware.core.policy.Verdict;

/**
 * Collects lines for a terminal of 80 columns, in what it can show. What others wrote cannot steer it: control characters become
 * signs. Not for several threads.
 */
public final class Terminal {
    private static final int COLUMNS = 80;
    private static final String END = "\u001B[0m";

    private final boolean colours;
    private final boolean unicode;
    private final StringBuilder text = new StringBuilder();

    /**
     * A terminal, or a file that is read as one.
     *
     * @param colours whether it understands ANSI's escape sequences
     * @param unicode whether it shows more than ASCII
     */
    public Terminal(boolean colours, boolean unicode) {
        this.colours = colours;
        this.unicode = unicode;
    }

    /** A line of the program's own words. */
    void line(String words) {
        text.append(words.stripTrailing()).append('\n');
    }

    /** Words of anybody, broken into lines that begin below the first one's words. */
    void wrapped(String lead, String words) {
        String indent = " ".repeat(lead.length());
        StringBuilder line = new StringBuilder(lead);
        boolean begun = false;
        for (String word : shown(words).split(" +")) {
            String rest = word;
            while (begun && line.length() + 1 + rest.length() > COLUMNS || line.length() + rest.length() > COLUMNS) {
                if (!begun) {
                    int fits = COLUMNS - line.length();
                    line.append(rest, 0, fits);
                    rest = rest.substring(fits);
                }
                text.append(line).append('\n');
                line.setLength(0);
                line.append(indent);
                begun = false;
            }
            line.append(begun ? " " : "").append(rest);
            begun = true;
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private String shown(String words) {
        StringBuilder shown = new StringBuilder();
        PlainText.cut(words).codePoints().map(PlainText::readable).forEach(one -> {
            if (one == '\u00A0') {
                shown.append(' ');
            } else if (one < 0x7F || unicode) {
                shown.appendCodePoint(one);
            } else {
                shown.append('?');
            }
        });
        return shown.toString();
    }

    /** A sign beside a verdict, so that it is told apart without colours. */
    String sign(Verdict verdict) {
        return switch (verdict) {
            case OK -> unicode ? "\u2713" : "+";
            case WARN -> "!";
            case DRIFT -> unicode ? "\u25B2" : "*";
            case STALE -> unicode ? "\u25F7" : "~";
            case LEARNING, INSUFFICIENT -> unicode ? "\u2026" : ".";
        };
    }

    String coloured(String words, Verdict verdict) {
        return switch (verdict) {
            case OK -> code("32", words);
            case WARN -> code("33", words);
            case DRIFT -> code("1;31", words);
            case STALE -> code("35", words);
            case LEARNING, INSUFFICIENT -> faint(words);
        };
    }

    String faint(String words) {
        return code("2", words);
    }

    private String code(String code, String words) {
        return colours ? "\u001B[" + code + "m" + words + END : words;
    }

    String text() {
        return text.toString();
    }
}
