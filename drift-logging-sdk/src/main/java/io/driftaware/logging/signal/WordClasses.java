package io.driftaware.logging.signal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Words by what they do in a refusal, one bit for each class. A word that stands in no class may still be a known one: the
 * frequent words of English, which tell how a sentence is built and not what it is about.
 */
final class WordClasses {
    /** Set for each known word, so that a known word is never 0. */
    static final long KNOWN = 1L << 63;

    private static final int MOST_CLASSES = 63;
    private static final String FREQUENT =
            """
            a an the and or if then than so when where while what which whose how why all any some each every both few many
            more most much other such only own same too very just also again once in on at by for from with about against
            between into through during before after above below up down out off over under of to there their its it
            be been were being has had having get got go come take try keep put set use find think want like look work
            please let thank thanks hope understand something anything everything someone anyone everyone still yet ever
            always often usually generally however therefore thus hence instead rather either neither nor whether
            because though although until unless first second last next now later soon here way ways thing things kind
            sort type form reason reasons case fact example question good better best great new old right wrong
            able possible likely certain whole part able provided based according regarding concerning
            lack strongly understand something unclear about for only just against should please instead law be
            der die das den dem und oder aber mit von auf fur ist sind war ein eine einen einem nach uber auch
            le la les un une des du et ou avec pour dans sur est sont qui que ce cette plus
            el los las una y o con por para en es son lo del al su sus mas
            """;

    private final LongTable table;
    private final Map<String, Long> bits;

    private WordClasses(Map<Long, Long> words, Map<String, Long> bits) {
        this.table = new LongTable(words);
        this.bits = bits;
    }

    /** {@return the classes of a word as bits, with {@link #KNOWN}; 0 for a word that isn't known} */
    long of(long word) {
        return table.get(word);
    }

    /** {@return the bit of a class} */
    long bit(String name) {
        Long bit = bits.get(name);
        if (bit == null) {
            throw new IllegalArgumentException("no word class is called " + name);
        }
        return bit;
    }

    /**
     * Reads the classes.
     *
     * @param literals words that are to be classes by themselves, under their own names
     */
    static WordClasses load(List<String> literals) {
        Map<Long, Long> words = new HashMap<>();
        Map<String, Long> bits = new HashMap<>();
        for (String word : FREQUENT.split("\\s+")) {
            words.merge(WordHash.of(word), KNOWN, (a, b) -> a | b);
        }
        for (String line : lines("refusal-words.txt")) {
            String[] parts = line.split(" ");
            long bit = nextBit(bits, parts[0]);
            for (int i = 1; i < parts.length; i++) {
                words.merge(WordHash.of(parts[i]), bit | KNOWN, (a, b) -> a | b);
            }
        }
        for (String literal : literals) {
            words.merge(WordHash.of(literal), nextBit(bits, literal) | KNOWN, (a, b) -> a | b);
        }
        return new WordClasses(words, bits);
    }

    private static long nextBit(Map<String, Long> bits, String name) {
        if (bits.size() == MOST_CLASSES || bits.containsKey(name)) {
            throw new IllegalArgumentException("class " + name + " is there twice, or is the 64th");
        }
        long bit = 1L << bits.size();
        bits.put(name, bit);
        return bit;
    }

    /** {@return the lines of a resource of this package, without comments and empty ones} */
    static List<String> lines(String resource) {
        try (var in = Objects.requireNonNull(WordClasses.class.getResourceAsStream(resource), resource);
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
