package io.driftaware.logging.signal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Sequences of word classes with bounded gaps, as refusal-patterns.txt writes them, looked for within one sentence. A pattern
 * whose classes are not all in the sentence is passed over without a look at the words; gaps and sentences are bounded, so the
 * worst sentence costs a bounded number of steps too.
 */
final class RefusalPatterns {
    private static final long MOST_WAYS = 100;

    /** For each pattern and place the classes that fit. */
    private final long[][] fits;
    /** For each pattern and place how many words may stand before it. */
    private final int[][] gaps;

    /** For each pattern the number of its group. */
    private final int[] groups;

    private final int groupCount;
    private final WordClasses classes;

    private RefusalPatterns(WordClasses classes, String[] names, long[][] fits, int[][] gaps) {
        this.classes = classes;
        this.fits = fits;
        this.gaps = gaps;
        List<String> prefixes = Arrays.stream(names)
                .filter(name -> name.contains("."))
                .map(RefusalPatterns::prefix)
                .distinct()
                .toList();
        this.groups = Arrays.stream(names)
                .mapToInt(name -> prefixes.indexOf(prefix(name)))
                .toArray();
        this.groupCount = prefixes.size();
    }

    private static String prefix(String name) {
        return name.substring(0, Math.max(0, name.indexOf('.')));
    }

    static RefusalPatterns load() {
        return of(WordClasses.lines("refusal-patterns.txt"));
    }

    /** @throws IllegalArgumentException if a line is no pattern, or one whose gaps allow too many ways to match it */
    static RefusalPatterns of(List<String> lines) {
        WordClasses classes = WordClasses.load(literals(lines));
        String[] names = new String[lines.size()];
        long[][] fits = new long[lines.size()][];
        int[][] gaps = new int[lines.size()][];
        for (int p = 0; p < names.length; p++) {
            String[] parts = lines.get(p).split(" ");
            names[p] = parts[0];
            List<Long> masks = new ArrayList<>();
            List<Integer> before = new ArrayList<>();
            int gap = 0;
            for (int i = 1; i < parts.length; i++) {
                if (parts[i].startsWith("~")) {
                    gap = Integer.parseInt(parts[i].substring(1));
                } else {
                    masks.add(mask(classes, parts[i]));
                    before.add(gap);
                    gap = 0;
                }
            }
            long ways = before.stream().mapToLong(g -> g + 1).reduce(1, Math::multiplyExact);
            if (ways > MOST_WAYS) {
                throw new IllegalArgumentException("'" + lines.get(p) + "' allows " + ways
                        + " ways to match it at each word, more than " + MOST_WAYS + ": make its gaps smaller");
            }
            fits[p] = masks.stream().mapToLong(Long::longValue).toArray();
            gaps[p] = before.stream().mapToInt(Integer::intValue).toArray();
        }
        return new RefusalPatterns(classes, names, fits, gaps);
    }

    private static List<String> literals(List<String> lines) {
        return lines.stream()
                .flatMap(line -> Arrays.stream(line.split(" ")).skip(1))
                .flatMap(part -> Arrays.stream(part.split("\\|")))
                .filter(part -> part.equals(part.toLowerCase(Locale.ROOT)) && !part.startsWith("~"))
                .distinct()
                .toList();
    }

    private static long mask(WordClasses classes, String alternatives) {
        long mask = 0;
        for (String name : alternatives.split("\\|")) {
            mask |= classes.bit(name);
        }
        return mask;
    }

    WordClasses classes() {
        return classes;
    }

    int count() {
        return fits.length;
    }

    int groupCount() {
        return groupCount;
    }

    /** {@return the number of a pattern's group, or -1} */
    int group(int pattern) {
        return groups[pattern];
    }

    /**
     * {@return whether a pattern is in a sentence}
     *
     * @param words the classes of each word
     * @param length how many words
     * @param all the classes of all words
     */
    boolean matches(int pattern, long[] words, int length, long all) {
        long[] fit = fits[pattern];
        for (long place : fit) {
            if ((place & all) == 0) {
                return false;
            }
        }
        for (int start = 0; start + fit.length <= length; start++) {
            if ((words[start] & fit[0]) != 0 && follows(pattern, 1, words, start + 1, length)) {
                return true;
            }
        }
        return false;
    }

    private boolean follows(int pattern, int place, long[] words, int from, int length) {
        if (place == fits[pattern].length) {
            return true;
        }
        long fit = fits[pattern][place];
        int last = Math.min(length - 1, from + gaps[pattern][place]);
        for (int i = from; i <= last; i++) {
            if ((words[i] & fit) != 0 && follows(pattern, place + 1, words, i + 1, length)) {
                return true;
            }
        }
        return false;
    }
}
