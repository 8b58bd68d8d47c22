package io.driftaware.logging.signal;

import java.util.Arrays;

/**
 * The features of one text, each once, in ascending order, and how much of it could be read.
 *
 * @param features numbers below {@link FeatureCollector#DIMENSION}
 * @param hashed how many of them are hashed sequences
 * @param words how many words it has
 * @param knownWords how many of these are among the known ones of the languages that are read
 * @param latinLetters letters from a to z, marks apart, and digits
 * @param otherLetters letters of other scripts
 */
record FeatureSet(int[] features, int hashed, int words, int knownWords, int latinLetters, int otherLetters) {
    static FeatureSet of(
            long[] dense,
            int[] sequences,
            int sequenceCount,
            int words,
            int knownWords,
            int latinLetters,
            int otherLetters) {
        Arrays.sort(sequences, 0, sequenceCount);
        int hashed = 0;
        for (int i = 0; i < sequenceCount; i++) {
            if (i == 0 || sequences[i] != sequences[i - 1]) {
                sequences[hashed++] = sequences[i];
            }
        }
        int count = 0;
        for (long bits : dense) {
            count += Long.bitCount(bits);
        }
        int[] features = new int[count + hashed];
        int next = 0;
        for (int word = 0; word < dense.length; word++) {
            for (long bits = dense[word]; bits != 0; bits &= bits - 1) {
                features[next++] = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
            }
        }
        System.arraycopy(sequences, 0, features, next, hashed);
        return new FeatureSet(features, hashed, words, knownWords, latinLetters, otherLetters);
    }
}
