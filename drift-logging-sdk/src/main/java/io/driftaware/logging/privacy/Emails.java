package io.driftaware.logging.privacy;

/** Finds an e-mail address around its @ sign. Neither side of it reaches beyond the next @, so a text is walked twice at most. */
final class Emails {
    private Emails() {}

    /** Where the part before the @ begins; {@code at} if there is none. Not before {@code from}. */
    static int start(String text, int at, int from) {
        int start = at;
        while (start > from && isLocal(text.charAt(start - 1))) {
            start--;
        }
        while (start < at && !Chars.isLetter(text.charAt(start)) && Chars.digit(text, start) < 0) {
            start++;
        }
        return start;
    }

    /** Where the domain ends; -1 if there is none with a dot and letters behind it. */
    static int end(String text, int at) {
        int end = at + 1;
        boolean topLevel = false;
        while (end < text.length() && isDomain(text.charAt(end))) {
            topLevel |= text.charAt(end) == '.' && end > at + 1 && letterAt(text, end + 1) && letterAt(text, end + 2);
            end++;
        }
        while (end > at && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '-')) {
            end--;
        }
        return topLevel ? end : -1;
    }

    private static boolean letterAt(String text, int at) {
        return at < text.length() && Chars.isLetter(text.charAt(at));
    }

    private static boolean isLocal(char c) {
        return isDomain(c) || c == '_' || c == '+' || c == '%' || c == '\'';
    }

    private static boolean isDomain(char c) {
        return Chars.isLetter(c) || c >= '0' && c <= '9' || c == '.' || c == '-';
    }
}
