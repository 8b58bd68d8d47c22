package io.driftaware.logging.signal;

/**
 * Collects the letters of one word and hands it on, shortened forms written out: {@code can't} and {@code cannot} are both
 * {@code can}, {@code not}. A word is known by its first letters: what is longer than any word is cut.
 */
final class WordSplitter {
    /** Takes one word. */
    interface Sink {
        void word(long hash);
    }

    private static final int LONGEST = 40;
    private static final long NOT = WordHash.of("not");
    private static final LongTable TWO_WORDS = new LongTable(java.util.Map.ofEntries(
            twoWords("cannot", "can"),
            twoWords("cant", "can"),
            twoWords("dont", "do"),
            twoWords("wont", "will"),
            twoWords("didnt", "did"),
            twoWords("doesnt", "does"),
            twoWords("isnt", "is"),
            twoWords("couldnt", "could"),
            twoWords("wouldnt", "would"),
            twoWords("shouldnt", "should"),
            twoWords("havent", "have"),
            twoWords("arent", "are")));
    private static final long IM = WordHash.of("im");
    private static final long I = WordHash.of("i");
    private static final long AM = WordHash.of("am");
    private static final long CAN = WordHash.of("can");
    private static final long WILL = WordHash.of("will");
    private static final long SHALL = WordHash.of("shall");

    private final char[] letters = new char[LONGEST];
    private final Sink sink;
    private int length;
    private int apostrophe = -1;

    WordSplitter(Sink sink) {
        this.sink = sink;
    }

    private static java.util.Map.Entry<Long, Long> twoWords(String together, String first) {
        return java.util.Map.entry(WordHash.of(together), WordHash.of(first));
    }

    void letter(char c) {
        if (length < LONGEST) {
            letters[length++] = c;
        }
    }

    /** Takes an apostrophe; before a word it is none of its letters. */
    void apostrophe() {
        if (length > 0 && length < LONGEST) {
            apostrophe = length;
            letters[length++] = '\'';
        }
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** Hands on the word, if there is one. */
    void end() {
        if (length > 0 && apostrophe == length - 1) {
            length--;
            apostrophe = -1;
        }
        if (length > 0) {
            if (apostrophe < 0) {
                whole();
            } else {
                shortened();
            }
        }
        length = 0;
        apostrophe = -1;
    }

    private void whole() {
        long hash = WordHash.of(letters, 0, length);
        long first = TWO_WORDS.get(hash);
        if (first != 0) {
            sink.word(first);
            sink.word(NOT);
        } else if (hash == IM) {
            sink.word(I);
            sink.word(AM);
        } else {
            sink.word(hash);
        }
    }

    private void shortened() {
        int after = length - apostrophe - 1;
        char next = letters[apostrophe + 1];
        if (after == 1 && next == 't' && apostrophe > 1 && letters[apostrophe - 1] == 'n') {
            sink.word(verb(WordHash.of(letters, 0, apostrophe - 1)));
            sink.word(NOT);
            return;
        }
        sink.word(WordHash.of(letters, 0, apostrophe));
        if (after == 1 && next == 's') {
            return;
        }
        if (after == 1 && next == 'm') {
            sink.word(AM);
        } else if (after == 2 && next == 'l' && letters[apostrophe + 2] == 'l') {
            sink.word(WILL);
        } else if (after == 1 && next == 'd') {
            sink.word(WordHash.of("would"));
        } else if (after == 2 && letters[apostrophe + 2] == 'e') {
            sink.word(WordHash.of(next == 'r' ? "are" : "have"));
        } else {
            sink.word(WordHash.of(letters, apostrophe + 1, length));
        }
    }

    private static final long CA = WordHash.of("ca");
    private static final long WO = WordHash.of("wo");
    private static final long SHA = WordHash.of("sha");
    private static final long AI = WordHash.of("ai");

    /** The verb of "can't", "won't", "shan't", "ain't", which lose a letter. */
    private static long verb(long cut) {
        return cut == CA ? CAN : cut == WO ? WILL : cut == SHA ? SHALL : cut == AI ? AM : cut;
    }
}
