package io.driftaware.logging;

/**
 * Tells whether PostgreSQL will take a text as {@code jsonb}, so that one malformed text never fails the rows beside it.
 * JSON as in RFC 8259, less what jsonb cannot hold: an escaped NUL, half an escaped surrogate pair, numbers beyond
 * {@code numeric}, deep nesting.
 */
final class JsonSyntax {
    private static final int DEEPEST = 200;
    private static final int LONGEST_NUMBER = 400;
    private static final int LARGEST_EXPONENT = 4_000;

    private final String text;
    private int at;

    private JsonSyntax(String text) {
        this.text = text;
    }

    static boolean isValid(String text) {
        JsonSyntax json = new JsonSyntax(text);
        json.skipSpace();
        if (!json.value(0)) {
            return false;
        }
        json.skipSpace();
        return json.at == text.length();
    }

    private boolean value(int depth) {
        if (depth > DEEPEST) {
            return false;
        }
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        };
    }

    private boolean members(int depth) {
        at++;
        skipSpace();
        if (took('}')) {
            return true;
        }
        do {
            skipSpace();
            if (!string()) {
                return false;
            }
            skipSpace();
            if (!took(':')) {
                return false;
            }
            skipSpace();
            if (!value(depth + 1)) {
                return false;
            }
            skipSpace();
        } while (took(','));
        return took('}');
    }

    private boolean elements(int depth) {
        at++;
        skipSpace();
        if (took(']')) {
            return true;
        }
        do {
            skipSpace();
            if (!value(depth + 1)) {
                return false;
            }
            skipSpace();
        } while (took(','));
        return took(']');
    }

    private boolean string() {
        if (!took('"')) {
            return false;
        }
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c < 0x20 || c == '\\' && !escape()) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        if (at >= text.length()) {
            return false;
        }
        char c = text.charAt(at++);
        if (c != 'u') {
            return "\"\\/bfnrt".indexOf(c) >= 0;
        }
        int unit = hex4();
        if (unit <= 0 || Character.isLowSurrogate((char) unit)) {
            return false;
        }
        return !Character.isHighSurrogate((char) unit)
                || took('\\') && took('u') && Character.isLowSurrogate((char) hex4());
    }

    /** Four hexadecimal digits, or 0 where there are none. */
    private int hex4() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return 0;
            }
            unit = unit << 4 | digit;
            at++;
        }
        return unit;
    }

    private boolean number() {
        int start = at;
        took('-');
        if (!took('0') && digits() == 0) {
            return false;
        }
        if (took('.') && digits() == 0) {
            return false;
        }
        if (took('e') || took('E')) {
            if (!took('+')) {
                took('-');
            }
            int from = at;
            int count = digits();
            if (count == 0 || count > 9 || Integer.parseInt(text.substring(from, at)) > LARGEST_EXPONENT) {
                return false;
            }
        }
        return at - start <= LONGEST_NUMBER;
    }

    private int digits() {
        int from = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        return at - from;
    }

    private boolean literal(String word) {
        boolean there = text.startsWith(word, at);
        at += word.length();
        return there;
    }

    private boolean took(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    /** The next character, or NUL, which no JSON has, at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            at++;
        }
    }
}
