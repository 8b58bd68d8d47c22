package io.driftaware.runner.report;

/** Text of others, so that it is seen as what it is: no markup, no control characters, no change of direction. */
final class PlainText {
    /** Longer ones are cut: nobody reads them here, and a page is to stay small. */
    private static final int MOST_CHARACTERS = 600;

    private static final int UNREADABLE = 0xFFFD;

    private PlainText() {}

    static void escape(StringBuilder html, String text) {
        text.codePoints().map(PlainText::readable).forEach(one -> {
            switch (one) {
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '&' -> html.append("&amp;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                default -> html.appendCodePoint(one);
            }
        });
    }

    /** The beginning of a text that is too long. */
    static String cut(String text) {
        return text.codePointCount(0, text.length()) <= MOST_CHARACTERS
                ? text
                : text.substring(0, text.offsetByCodePoints(0, MOST_CHARACTERS)) + "\u2026";
    }

    /** Control characters, halves of pairs and marks that turn the direction of what follows are shown as unreadable. */
    static int readable(int one) {
        if (one == '\n' || one == '\t' || one == '\r' || one == 0x2028 || one == 0x2029) {
            return ' ';
        }
        boolean turns = one >= 0x202A && one <= 0x202E || one >= 0x2066 && one <= 0x2069;
        boolean half = one >= Character.MIN_SURROGATE && one <= Character.MAX_SURROGATE;
        boolean none = (one & 0xFFFE) == 0xFFFE || one == 0xFEFF;
        return turns || half || none || Character.isISOControl(one) ? UNREADABLE : one;
    }
}
