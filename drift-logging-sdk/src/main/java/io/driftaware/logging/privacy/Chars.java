package io.driftaware.logging.privacy;

/** What a character can be part of, looked up in a table: most characters of a text are asked for this and nothing else. */
final class Chars {
    static final int DIGIT = 1;
    static final int LOWER = 2;
    static final int UPPER = 4;
    /** Hyphen and underscore, which join the parts of a token. */
    static final int JOINT = 8;
    /** Where something else can begin: @ : + ( = % and the wide forms of @ and + */
    static final int TRIGGER = 16;

    static final int ALNUM = DIGIT | LOWER | UPPER;
    static final int TOKEN = ALNUM | JOINT;

    /** As East Asian keyboards write them. */
    static final char WIDE_AT = '\uFF20';

    static final char WIDE_PLUS = '\uFF0B';

    /** No digit of another script lies below. */
    private static final char FIRST_OTHER_DIGIT = '\u0660';

    private static final char LAST_OF_GREEK_AND_CYRILLIC = '\u052F';
    private static final byte[] KINDS = new byte[128];

    static {
        for (char c = '0'; c <= '9'; c++) {
            KINDS[c] = DIGIT;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            KINDS[c] = LOWER;
            KINDS[Character.toUpperCase(c)] = UPPER;
        }
        KINDS['-'] = JOINT;
        KINDS['_'] = JOINT;
        for (char c : new char[] {'@', ':', '+', '(', '=', '%'}) {
            KINDS[c] = TRIGGER;
        }
    }

    private Chars() {}

    /** 0 for a character of which nothing begins. */
    static int kind(char c) {
        if (c < 128) {
            return KINDS[c];
        }
        if (c == WIDE_AT || c == WIDE_PLUS) {
            return TRIGGER;
        }
        return c >= FIRST_OTHER_DIGIT && Character.isDigit(c) ? DIGIT : 0;
    }

    static boolean is(String text, int at, int kinds) {
        return at >= 0 && at < text.length() && (kind(text.charAt(at)) & kinds) != 0;
    }

    static boolean is(String text, int at, char c) {
        return at >= 0 && at < text.length() && text.charAt(at) == c;
    }

    /** Where the run of such characters ends that begins at {@code from}. */
    static int runEnd(String text, int from, int kinds) {
        int end = from;
        while (is(text, end, kinds)) {
            end++;
        }
        return end;
    }

    /** The value of a digit of any script, or -1. */
    static int digit(String text, int at) {
        if (at < 0 || at >= text.length()) {
            return -1;
        }
        char c = text.charAt(at);
        if (c < 128) {
            return c >= '0' && c <= '9' ? c - '0' : -1;
        }
        return c >= FIRST_OTHER_DIGIT ? Character.digit(c, 10) : -1;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hex(String text, int at) {
        if (at >= text.length() || text.charAt(at) >= 128) {
            return -1;
        }
        return Character.digit(text.charAt(at), 16);
    }

    /** A letter of a script that puts spaces between words, so that a word's end can be told. */
    static boolean isLetter(char c) {
        return c < 128 ? (KINDS[c] & (LOWER | UPPER)) != 0 : c <= LAST_OF_GREEK_AND_CYRILLIC && Character.isLetter(c);
    }
}
