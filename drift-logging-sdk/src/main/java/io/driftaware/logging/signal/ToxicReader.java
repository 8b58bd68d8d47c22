package io.driftaware.logging.signal;

import io.driftaware.logging.signal.ToxicLexicon.Category;

/**
 * Reads a text once, letter by letter, folded, and hands its words to a {@link ToxicSentence}. Single letters that stand apart ("i
 * d i o t") are put together.
 *
 * <p>One reader reads one text.
 */
final class ToxicReader {
    private static final int LEAST_SPACED = 3;
    private static final int SHORT_WORD = 8;
    private static final ToxicLexicon LEXICON = ToxicLexicon.load();

    private final char[] raw = new char[Disguise.LONGEST_WORD];
    private final char[] spaced = new char[Disguise.LONGEST_WORD];
    private final Disguise disguise = new Disguise(LEXICON);
    private final ToxicSentence sentence = new ToxicSentence(LEXICON);
    private int rawLength;
    private int spacedLength;
    private boolean quoted;
    private int readLetters;

    private ToxicReader() {}

    static ToxicReader read(String text) {
        ToxicReader reader = new ToxicReader();
        reader.scan(text);
        return reader;
    }

    /** {@return the score of the worst sentence, 0 to 1} */
    double score() {
        return sentence.score();
    }

    /** {@return the category of the heaviest find} */
    Category kind() {
        return sentence.kind();
    }

    /** {@return letters from a to z and digits} */
    int readLetters() {
        return readLetters;
    }

    private void scan(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = Folding.fold(text, i);
            if (c == Folding.NOTHING) {
                continue;
            }
            c = Lookalikes.latin(c);
            if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
                readLetters++;
                append(c);
                if (text.charAt(i) > 127) {
                    String rest = Folding.rest(text.charAt(i));
                    for (int k = 0; k < rest.length(); k++) {
                        append(rest.charAt(k));
                    }
                }
            } else if (isSign(c) && (rawLength > 0 || c == '@' || c == '$')) {
                append(c);
            } else if (c != '\'') { // "you're" stays one word
                endWord();
                switch (c) {
                    case '.', '!', '?', ';', '\n', '\r', ':' -> {
                        boolean boundary = i + 1 == text.length() || text.charAt(i + 1) <= ' ' || c == '\n';
                        if (boundary) {
                            endSentence();
                        }
                        if (c == '\n') {
                            quoted = false;
                        }
                    }
                    case '"', '\u201c', '\u201d', '\u00ab', '\u00bb' -> quoted = !quoted;
                    default -> {}
                }
            }
        }
        endWord();
        endSentence();
    }

    /** Signs that stand for a letter within a word. */
    private static boolean isSign(char c) {
        return c == '*' || c == '@' || c == '$' || c == '!' || c == '#' || c == '|' || c == '+';
    }

    private void append(char c) {
        if (rawLength < Disguise.LONGEST_WORD) {
            raw[rawLength++] = c;
        }
    }

    private void endWord() {
        boolean exclaimed = false;
        int from = 0;
        int to = rawLength;
        rawLength = 0;
        while (to > from && isSign(raw[to - 1]) && raw[to - 1] != '*') {
            exclaimed |= raw[to - 1] == '!';
            to--;
        }
        while (from < to && (raw[from] == '@' && to - from > SHORT_WORD || raw[from] == '*')) {
            from++;
        }
        if (from == to) {
            return;
        }
        int word = to - from;
        if (word == 1 && raw[from] >= 'a' && raw[from] <= 'z') {
            if (spacedLength < spaced.length) {
                spaced[spacedLength++] = raw[from];
            }
        } else {
            endSpaced();
        }
        long entry = disguise.of(raw, from, word);
        sentence.add(disguise.hash(word), entry, quoted);
        if (exclaimed) {
            endSentence();
        }
    }

    /** Single letters in a row are one word, which takes their place. */
    private void endSpaced() {
        if (spacedLength >= LEAST_SPACED) {
            long entry = disguise.ofLetters(spaced, spacedLength);
            if (entry != 0) {
                sentence.replaceLast(spacedLength, disguise.hash(spacedLength), entry, quoted);
            }
        }
        spacedLength = 0;
    }

    private void endSentence() {
        endSpaced();
        sentence.end();
    }
}
