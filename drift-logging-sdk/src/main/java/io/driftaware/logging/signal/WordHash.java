package io.driftaware.logging.signal;

/** 64-bit hashes of words and of sequences of words: FNV-1a, and a finaliser where bits are taken from one. */
final class WordHash {
    static final long START = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private WordHash() {}

    static long of(String word) {
        long hash = START;
        for (int i = 0; i < word.length(); i++) {
            hash = add(hash, word.charAt(i));
        }
        return hash;
    }

    static long of(char[] letters, int from, int to) {
        long hash = START;
        for (int i = from; i < to; i++) {
            hash = add(hash, letters[i]);
        }
        return hash;
    }

    /** {@return the hash of a sequence whose last element is {@code next}} */
    static long add(long hash, long next) {
        return (hash ^ next) * PRIME;
    }

    /** {@return the hash with every bit depending on every other, so that any of them may be an index} */
    static long mixed(long hash) {
        long h = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
