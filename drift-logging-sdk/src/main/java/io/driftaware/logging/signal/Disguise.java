package io.driftaware.logging.signal;

/**
 * Takes the disguise off a word and looks it up: digits and signs that stand for letters become them, repeated letters become two
 * or one, and asterisks may be any letter. One is used for one text.
 */
final class Disguise {
    static final int LONGEST_WORD = 32;
    private static final int SHORTEST_MASKED = 4;
    /** At most so many words with asterisks are compared with the whole lexicon. */
    private static final int MOST_MASKED = 64;

    private static final char[] READINGS_OF_ONE = {'i', 'l'};

    private final ToxicLexicon lexicon;
    private final char[] letters = new char[LONGEST_WORD];
    private final char[] tried = new char[LONGEST_WORD];
    private final char[] shorter = new char[LONGEST_WORD];
    private int masked;

    Disguise(ToxicLexicon lexicon) {
        this.lexicon = lexicon;
    }

    /** {@return the hash of the letters that were looked up last} */
    long hash(int length) {
        return WordHash.of(tried, 0, length);
    }

    /** {@return the number of the entry of a word of plain letters, or 0} */
    long ofLetters(char[] word, int length) {
        System.arraycopy(word, 0, tried, 0, length);
        return squeezed(length);
    }

    /** {@return the number of a word's entry, or 0} */
    long of(char[] raw, int from, int length) {
        System.arraycopy(raw, from, letters, 0, length);
        return lookUp(length);
    }

    private long lookUp(int word) {
        boolean plain = true;
        boolean mask = false;
        boolean anyLetter = false;
        for (int i = 0; i < word; i++) {
            char c = letters[i];
            anyLetter |= c >= 'a' && c <= 'z';
            plain &= c >= 'a' && c <= 'z';
            mask |= c == '*' || c == '#' || c == '|';
            tried[i] = c;
        }
        if (!anyLetter) {
            return 0;
        }
        if (plain) {
            return squeezed(word);
        }
        if (mask && masked++ < MOST_MASKED) {
            int seen = 0;
            for (int i = 0; i < word; i++) {
                char c = letters[i];
                tried[i] = c == '#' || c == '|' || c == '!' ? '*' : Lookalikes.letter(c, 'i');
                seen += tried[i] == '*' ? 0 : 1;
            }
            return word >= SHORTEST_MASKED && 2 * seen >= word && letters[0] != '*' ? lexicon.masked(tried, word) : 0;
        }
        for (char one : READINGS_OF_ONE) {
            for (int i = 0; i < word; i++) {
                tried[i] = Lookalikes.letter(letters[i], one);
            }
            long entry = squeezed(word);
            if (entry != 0) {
                return entry;
            }
        }
        return 0;
    }

    /** As it is, then with three or more of a letter as two, then as one. */
    private long squeezed(int word) {
        long entry = lexicon.word(tried, word);
        if (entry != 0) {
            return entry;
        }
        boolean repeated = false;
        for (int i = 1; i < word && !repeated; i++) {
            repeated = tried[i] == tried[i - 1];
        }
        if (!repeated) {
            return 0;
        }
        for (int most = 2; most >= 1; most--) {
            int kept = 0;
            for (int i = 0; i < word; i++) {
                boolean drop = kept >= most && shorter[kept - 1] == tried[i] && shorter[kept - most] == tried[i];
                if (!drop) {
                    shorter[kept++] = tried[i];
                }
            }
            entry = lexicon.word(shorter, kept);
            if (entry != 0) {
                return entry;
            }
        }
        return 0;
    }
}
