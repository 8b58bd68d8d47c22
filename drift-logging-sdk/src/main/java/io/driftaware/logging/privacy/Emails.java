package io.driftaware.logging.privacy;

/**
 * Finds an e-mail address around its @ sign. Neither side of it reaches beyond the next @, so a text is walked twice at most. Scripts
 * that put no spaces between words count only where they touch the @: around an address in Latin letters they are the text.
 */
final class Emails {
    private Emails() {}

    /** Where the part before the @ begins; {@code at} if there is none. Not before {@code from}. */
    static int start(String text, int at, int from) {
        boolean any = at > from && isOther(text.charAt(at - 1));
        int start = at;
        while (start > from && isLocal(text.charAt(start - 1), any)) {
            start--;
        }
        while (start < at && !isLetter(text.charAt(start), any) && Chars.digit(text, start) < 0) {
            start++;
        }
        return start;
    }

    /** Where the domain ends; -1 if there is none with a dot and letters behind it. */
    static int end(String text, int at) {
        int end = at + 1;
        boolean any = end < text.length() && isOther(text.charAt(end));
        boolean topLevel = false;
        while (end < text.length() && isDomain(text.charAt(end), any)) {
            topLevel |= text.charAt(end) == '.'
                    && end > at + 1
                    && letterAt(text, end + 1, any)
                    && letterAt(text, end + 2, any);
            end++;
        }
        while (end > at && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
            end--;
        }
        return topLevel ? end : -1;
    }

    private static boolean letterAt(String text, int at, boolean any) {
        return at < text.length() && isLetter(text.charAt(at), any);
    }

    private static boolean isLocal(char c, boolean any) {
        return isDomain(c, any) || c == '_' || c == '+' || c == '%' || c == '\'';
    }

    private static boolean isDomain(char c, boolean any) {
        return isLetter(c, any) || c >= '0' && c <= '9' || c == '.' || c == '-';
    }

    private static boolean isLetter(char c, boolean any) {
        return Chars.isLetter(c) || any && isOther(c);
    }

    /** A letter of any other script, or a sign that belongs to one. */
    private static boolean isOther(char c) {
        return c >= 128
                && !Chars.isLetter(c)
                && Character.isUnicodeIdentifierPart(c)
                && !Character.isIdentifierIgnorable(c);
    }
}
