package io.driftaware.logging.signal;

/** The beginning and the end of a text, so that judging costs the same however long it is. */
final class Excerpt {
    private Excerpt() {}

    /**
     * {@return the text itself, or its first {@code head} and last {@code tail} characters with a line break between them;
     * a surrogate pair is never cut in two}
     */
    static String of(String text, int head, int tail) {
        if (text.length() <= head + tail) {
            return text;
        }
        int end = head;
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) && Character.isLowSurrogate(text.charAt(end))) {
            end--;
        }
        int start = text.length() - tail;
        if (tail > 0
                && Character.isLowSurrogate(text.charAt(start))
                && Character.isHighSurrogate(text.charAt(start - 1))) {
            start++;
        }
        return text.substring(0, end) + "\n" + text.substring(start);
    }
}
