package io.driftaware.logging.signal;

/**
 * Turns the sentences of one reply into features, all of them present or absent: each pattern by where its sentence stands (the
 * first, the next two, later, within quotation marks or code, anywhere outside of them); facts on the whole; and, hashed, the
 * sequences of two to four words, and of two or three word classes, in the opening sentences.
 */
final class FeatureCollector {
    /** All features are numbered below this. */
    static final int DIMENSION = 1 << 14;
    /** Features from here on are hashed sequences. */
    static final int HASHED = 1024;

    private static final RefusalPatterns PATTERNS = checked(RefusalPatterns.load());
    private static final int PLACES = 5;
    private static final int LATER = 2;
    private static final int QUOTED = 3;
    private static final int ANYWHERE = 4;
    /** Facts are numbered from here on, patterns before. */
    private static final int FACTS = 960;

    private static final int OPENING_SENTENCES = 3;
    private static final int OPENING_WORDS = 60;
    /** Five end at each word and at the end of each sentence. */
    private static final int MOST_SEQUENCES = 5 * (OPENING_WORDS + OPENING_SENTENCES);

    /** What stands before and after a sentence, and for any number of words that aren't known. */
    private static final long[] BEFORE = {1, 2, 3};

    private static final long END = 5;
    private static final long BLANK = 7;

    /** One bit for each feature below {@link #HASHED}. */
    private final long[] dense = new long[HASHED / Long.SIZE];

    private final int[] sequences = new int[MOST_SEQUENCES];
    private int sequenceCount;
    private int sentences;
    private int openingWords;

    static WordClasses classes() {
        return PATTERNS.classes();
    }

    private static RefusalPatterns checked(RefusalPatterns patterns) {
        if ((patterns.count() + patterns.groupCount()) * PLACES > FACTS) {
            throw new IllegalStateException(patterns.count() + " patterns are too many: raise FACTS and HASHED");
        }
        return patterns;
    }

    /** {@return how many sentences there were outside of quotation marks} */
    int sentences() {
        return sentences;
    }

    /** Adds a sentence, or what stood between quotation marks in it. */
    void sentence(Sentence sentence, boolean inQuotes) {
        int place = inQuotes ? QUOTED : sentences == 0 ? 0 : sentences < OPENING_SENTENCES ? 1 : LATER;
        for (int p = 0; p < PATTERNS.count(); p++) {
            if (PATTERNS.matches(p, sentence.classes, sentence.length, sentence.all)) {
                found(p, place);
                if (PATTERNS.group(p) >= 0) {
                    found(PATTERNS.count() + PATTERNS.group(p), place);
                }
            }
        }
        if (!inQuotes) {
            if (sentences < OPENING_SENTENCES && openingWords < OPENING_WORDS) {
                sequences(sentence);
            }
            sentences++;
        }
    }

    /** Adds a fact on the whole reply, numbered from 0, if it is one. */
    void fact(int number, boolean isSo) {
        if (isSo) {
            add(FACTS + number);
        }
    }

    FeatureSet features(int words, int knownWords, int latinLetters, int otherLetters) {
        return FeatureSet.of(dense, sequences, sequenceCount, words, knownWords, latinLetters, otherLetters);
    }

    private void found(int pattern, int place) {
        add(pattern * PLACES + place);
        if (place != QUOTED) {
            add(pattern * PLACES + ANYWHERE);
        }
    }

    private void sequences(Sentence sentence) {
        int length = Math.min(sentence.length, OPENING_WORDS - openingWords);
        openingWords += length;
        long before1 = BEFORE[0];
        long before2 = BEFORE[1];
        long before3 = BEFORE[2];
        long class1 = BEFORE[0];
        long class2 = BEFORE[1];
        boolean blank = false;
        for (int i = 0; i <= length; i++) {
            boolean end = i == length;
            long word = end ? END : sentence.words[i];
            if (!end && word == 0) {
                if (blank) {
                    continue;
                }
                blank = true;
                word = BLANK;
            } else {
                blank = false;
            }
            long pair = WordHash.add(WordHash.add(11, before1), word);
            long triple = WordHash.add(WordHash.add(WordHash.add(13, before2), before1), word);
            hashed(pair);
            hashed(triple);
            hashed(WordHash.add(WordHash.add(WordHash.add(WordHash.add(17, before3), before2), before1), word));
            before3 = before2;
            before2 = before1;
            before1 = word;
            long of = end ? END : sentence.classes[i] & ~WordClasses.KNOWN;
            if (of != 0) {
                hashed(WordHash.add(WordHash.add(19, class1), of));
                hashed(WordHash.add(WordHash.add(WordHash.add(23, class2), class1), of));
                class2 = class1;
                class1 = of;
            }
        }
    }

    private void hashed(long hash) {
        // The upper half of a product is an even spread over the range, without a division.
        long spread = (WordHash.mixed(hash) >>> 32) * (DIMENSION - HASHED) >>> 32;
        sequences[sequenceCount++] = HASHED + (int) spread;
    }

    private void add(int feature) {
        dense[feature >> 6] |= 1L << feature;
    }
}
