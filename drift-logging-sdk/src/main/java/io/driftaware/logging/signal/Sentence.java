package io.driftaware.logging.signal;

/** The words of the sentence that is being read, at most {@link #LONGEST}; what is longer is read in pieces. */
final class Sentence {
    static final int LONGEST = 96;

    /** The words' classes. */
    final long[] classes = new long[LONGEST];
    /** The known words' hashes; 0 for any other. */
    final long[] words = new long[LONGEST];
    /** The classes of all words. */
    long all;

    int length;

    void add(long word, long classesOfWord) {
        classes[length] = classesOfWord;
        words[length] = classesOfWord == 0 ? 0 : word;
        all |= classesOfWord;
        length++;
    }

    boolean isFull() {
        return length == LONGEST;
    }

    void clear() {
        length = 0;
        all = 0;
    }
}
