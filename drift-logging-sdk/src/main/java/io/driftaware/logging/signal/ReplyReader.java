package io.driftaware.logging.signal;

/**
 * Reads a reply once, letter by letter, and hands its sentences to a {@link FeatureCollector}. What stands between quotation marks
 * or backticks is a sentence of its own: the assistant doesn't say it, it quotes it. Content words are blanked out ("i can not _
 * on how to _ a _"), so that a model learns how a refusal is built and not what was asked.
 *
 * <p>One reader reads one text.
 */
final class ReplyReader implements WordSplitter.Sink {
    private static final WordClasses CLASSES = FeatureCollector.classes();
    /** Where one fact on the length ends and the next begins, in words. */
    private static final int[] LENGTHS = {2, 6, 12, 25, 50, 100, 200};

    private static final int HAS_CODE = 10;
    private static final int HAS_LIST = 11;
    private static final int MOSTLY_QUOTED = 12;
    private static final int HAS_QUOTES = 13;
    private static final int SEVERAL_SENTENCES = 14;
    private static final int HAS_NUMBERS = 15;
    private static final int MANY_NUMBERS = 16;
    private static final int MORAL_WORDS = 17;
    private static final int MORAL_SENTENCES = 22;
    /** Where one fact on a share ends and the next begins, in hundredths. */
    private static final int[] MORAL_SHARES = {0, 3, 6, 10};

    private static final int[] SENTENCE_SHARES = {24, 49, 74};
    /** What a reply that only moralises speaks of: right and wrong, and what comes of it. */
    private static final long MORAL = CLASSES.bit("BAD")
            | CLASSES.bit("VALUE")
            | CLASSES.bit("CONSEQ")
            | CLASSES.bit("ETHIC")
            | CLASSES.bit("IMPORTANT");

    private final FeatureCollector collector = new FeatureCollector();
    private final Sentence outside = new Sentence();
    private final Sentence inside = new Sentence();
    private final WordSplitter splitter = new WordSplitter(this);
    private boolean quoted;
    private boolean fenced;
    private boolean wholeIsQuoted;
    private int words;
    private int quotedWords;
    private int latinLetters;
    private int otherLetters;
    private int knownWords;
    private int moralWords;
    private int moralSentences;
    private int listItems;
    private int numbers;
    private boolean code;
    private boolean lineStart = true;

    private ReplyReader() {}

    /** {@return what a text says by its form} */
    static FeatureSet read(String text) {
        ReplyReader reader = new ReplyReader();
        reader.scan(text);
        reader.facts();
        return reader.collector.features(reader.words, reader.knownWords, reader.latinLetters, reader.otherLetters);
    }

    private void scan(String text) {
        wholeIsQuoted = isWhollyQuoted(text);
        for (int i = 0; i < text.length(); i++) {
            char letter = Folding.fold(text, i);
            if (letter == Folding.NOTHING) {
                continue;
            }
            if (letter >= 'a' && letter <= 'z' || letter >= '0' && letter <= '9') {
                letter(letter, text.charAt(i));
            } else if (letter == '\'') {
                splitter.apostrophe();
            } else {
                splitter.end();
                i = sign(letter, text, i);
            }
        }
        splitter.end();
        flush(inside, true);
        flush(outside, false);
    }

    private void letter(char letter, char written) {
        if (letter <= '9' && splitter.isEmpty()) {
            numbers++;
        }
        latinLetters++;
        lineStart = false;
        splitter.letter(letter);
        if (written > 127) {
            String rest = Folding.rest(written);
            for (int k = 0; k < rest.length(); k++) {
                splitter.letter(rest.charAt(k));
            }
        }
    }

    /** Reads what is no letter of a word. {@return the index of the last character read} */
    private int sign(char sign, String text, int index) {
        switch (sign) {
            case ' ', '\t' -> {
                return index;
            }
            case '\n', '\r' -> {
                flush(inside, true);
                flush(outside, false);
                quoted = fenced;
                lineStart = true;
                return index;
            }
            case '.', '!', '?', ';' -> {
                if (index + 1 == text.length() || !isWordCharacter(text.charAt(index + 1))) {
                    endSentence();
                }
            }
            case ':' -> endSentence();
            case '"', '\u201c', '\u201d', '\u201e', '\u00ab', '\u00bb' -> quote();
            case '`' -> {
                return backticks(text, index);
            }
            case '*', '-', '\u2022' -> listItems += lineStart ? 1 : 0;
            default -> otherLetters += Character.isLetter(sign) ? 1 : 0;
        }
        lineStart = false;
        return index;
    }

    private static boolean isWordCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /** A reply that stands in quotation marks as a whole is no quotation. */
    private static boolean isWhollyQuoted(String text) {
        String stripped = text.strip();
        int last = stripped.length() - 1;
        return last > 0 && stripped.charAt(0) == '"' && stripped.indexOf('"', 1) == last;
    }

    private void quote() {
        if (wholeIsQuoted || fenced) {
            return;
        }
        quoted = !quoted;
        if (!quoted) {
            flush(inside, true);
        }
    }

    /** Code between backticks is no sentence of the assistant. {@return the index of the last backtick read} */
    private int backticks(String text, int index) {
        int end = index;
        while (end + 1 < text.length() && text.charAt(end + 1) == '`') {
            end++;
        }
        code = true;
        lineStart = false;
        if (end - index >= 2) {
            fenced = !fenced;
            quoted = fenced;
        } else if (!fenced) {
            quoted = !quoted;
        }
        if (!quoted) {
            flush(inside, true);
        }
        return end;
    }

    @Override
    public void word(long hash) {
        long classes = CLASSES.of(hash);
        words++;
        if (classes != 0) {
            knownWords++;
        }
        if (!quoted && (classes & MORAL) != 0) {
            moralWords++;
        }
        Sentence sentence = quoted ? inside : outside;
        if (quoted) {
            quotedWords++;
        }
        if (sentence.isFull()) {
            flush(sentence, quoted);
        }
        sentence.add(hash, classes);
    }

    private void endSentence() {
        if (quoted) {
            flush(inside, true);
        } else {
            flush(outside, false);
        }
    }

    private void flush(Sentence sentence, boolean inQuotes) {
        if (sentence.length > 0) {
            collector.sentence(sentence, inQuotes);
            moralSentences += !inQuotes && (sentence.all & MORAL) != 0 ? 1 : 0;
            sentence.clear();
        }
    }

    private void facts() {
        collector.fact(bin(words, LENGTHS), true);
        collector.fact(MORAL_WORDS + bin(hundredths(moralWords, words), MORAL_SHARES), true);
        collector.fact(MORAL_SENTENCES + bin(hundredths(moralSentences, collector.sentences()), SENTENCE_SHARES), true);
        collector.fact(HAS_CODE, code);
        collector.fact(HAS_LIST, listItems > 1);
        collector.fact(MOSTLY_QUOTED, quotedWords * 3 > words);
        collector.fact(HAS_QUOTES, quotedWords > 0);
        collector.fact(SEVERAL_SENTENCES, collector.sentences() > 5);
        collector.fact(HAS_NUMBERS, numbers > 1);
        collector.fact(MANY_NUMBERS, numbers > 4);
    }

    private static int hundredths(int some, int all) {
        return 100 * some / Math.max(1, all);
    }

    /** {@return how many of the limits a value exceeds} */
    private static int bin(int value, int[] limits) {
        int bin = 0;
        while (bin < limits.length && value > limits[bin]) {
            bin++;
        }
        return bin;
    }
}
