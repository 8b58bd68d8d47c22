package io.driftaware.logging.signal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** toxicity-lexicon.txt as tables: words, beginnings of words, and sequences of words. */
final class ToxicLexicon {
    /** What a word does. */
    enum Category {
        SLUR,
        INSULT,
        MILD,
        LOOSE,
        COARSE,
        HARM,
        YOU,
        YOUARE,
        YOUR,
        THIRD,
        SELF,
        NOT,
        BE,
        ARTICLE,
        CONDITION
    }

    /** An entry: what the word does, and how much it weighs, 0 to 1. */
    record Entry(Category category, double weight) {}

    static final int LONGEST_SEQUENCE = 5;
    private static final int SHORTEST_BEGINNING = 4;
    /** Shorter words are too like others when letters are dropped from them. */
    private static final int SHORTEST_SQUEEZED = 5;

    private final List<Entry> entries = new ArrayList<>();
    private final LongTable words;
    private final LongTable beginnings;
    private final LongTable sequences;
    private final LongTable sequenceStarts;
    /** The words by length, for those that are written with asterisks. */
    private final Map<Integer, List<String>> byLength = new HashMap<>();

    private final Map<String, Long> entryOf = new HashMap<>();

    private ToxicLexicon(List<String> lines) {
        Map<Long, Long> wordTable = new HashMap<>();
        Map<Long, Long> beginningTable = new HashMap<>();
        Map<Long, Long> sequenceTable = new HashMap<>();
        Map<Long, Long> startTable = new HashMap<>();
        for (String line : lines) {
            String[] parts = line.split("\\s+");
            entries.add(new Entry(
                    Category.valueOf(parts[0].toUpperCase(java.util.Locale.ROOT)), Integer.parseInt(parts[1]) / 100.0));
            long number = entries.size();
            for (int i = 2; i < parts.length; i++) {
                String word = parts[i];
                if (word.contains("+")) {
                    String[] sequence = word.split("\\+");
                    sequenceTable.putIfAbsent(sequenceHash(sequence), number);
                    startTable.put(WordHash.of(sequence[0]), 1L);
                    continue;
                }
                if (word.endsWith("*")) {
                    word = word.substring(0, word.length() - 1);
                    beginningTable.putIfAbsent(WordHash.of(word), number);
                }
                wordTable.putIfAbsent(WordHash.of(word), number);
                String squeezed = squeezed(word);
                if (word.length() >= SHORTEST_SQUEEZED) {
                    wordTable.putIfAbsent(WordHash.of(squeezed), number);
                }
                if (entries.get((int) number - 1).category().compareTo(Category.HARM) <= 0) {
                    byLength.computeIfAbsent(word.length(), key -> new ArrayList<>())
                            .add(word);
                    entryOf.putIfAbsent(word, number);
                }
            }
        }
        words = new LongTable(wordTable);
        beginnings = new LongTable(beginningTable);
        sequences = new LongTable(sequenceTable);
        sequenceStarts = new LongTable(startTable);
    }

    static ToxicLexicon load() {
        return new ToxicLexicon(WordClasses.lines("toxicity-lexicon.txt"));
    }

    private static long sequenceHash(String[] sequence) {
        long hash = WordHash.START;
        for (String word : sequence) {
            hash = WordHash.add(hash, WordHash.of(word));
        }
        return hash;
    }

    private static String squeezed(String word) {
        StringBuilder kept = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            if (i == 0 || word.charAt(i) != word.charAt(i - 1)) {
                kept.append(word.charAt(i));
            }
        }
        return kept.toString();
    }

    Entry entry(long number) {
        return entries.get((int) number - 1);
    }

    /** {@return the number of a word's entry, or 0} */
    long word(char[] letters, int length) {
        long hash = WordHash.START;
        long beginning = 0;
        for (int i = 0; i < length; i++) {
            hash = WordHash.add(hash, letters[i]);
            if (i + 1 >= SHORTEST_BEGINNING && i + 1 < length) {
                long found = beginnings.get(hash);
                beginning = found != 0 ? found : beginning;
            }
        }
        long whole = words.get(hash);
        return whole != 0 ? whole : beginning;
    }

    /** {@return the entry of the word that these letters spell, where {@code *} may be any letter, or 0} */
    long masked(char[] letters, int length) {
        for (String word : byLength.getOrDefault(length, List.of())) {
            int i = 0;
            while (i < length && (letters[i] == '*' || letters[i] == word.charAt(i))) {
                i++;
            }
            if (i == length) {
                return entryOf.getOrDefault(word, 0L);
            }
        }
        return 0;
    }

    boolean startsSequence(long word) {
        return sequenceStarts.get(word) != 0;
    }

    /** {@return the entry of the longest sequence that begins at a word, times 8 plus its length; or 0} */
    long sequence(long[] hashes, int from, int length) {
        long hash = WordHash.START;
        long found = 0;
        for (int i = from; i < Math.min(length, from + LONGEST_SEQUENCE); i++) {
            hash = WordHash.add(hash, hashes[i]);
            long entry = sequences.get(hash);
            found = entry != 0 ? entry * 8 + (i - from + 1) : found;
        }
        return found;
    }
}
