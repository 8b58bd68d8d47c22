package io.driftaware.logging.signal;

import io.driftaware.logging.signal.ToxicLexicon.Category;
import io.driftaware.logging.signal.ToxicLexicon.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The words of the sentence that is being read, and the score of the worst sentence so far. What a find weighs depends on the
 * words near it; the finds of a sentence add up as if they were independent.
 */
final class ToxicSentence {
    private static final int LONGEST = 96;
    private static final int NEAR_BEFORE = 5;
    private static final int NEAR_AFTER = 2;

    private final ToxicLexicon lexicon;
    private final long[] hashes = new long[LONGEST];
    private final long[] entries = new long[LONGEST];
    private final boolean[] quotedWords = new boolean[LONGEST];
    private int length;
    /** What the finds of this sentence leave of 1. */
    private double left = 1;

    private double score;
    private double heaviest;
    private Category kind = Category.MILD;

    ToxicSentence(ToxicLexicon lexicon) {
        this.lexicon = lexicon;
    }

    /** {@return 0 to 1: of the worst sentence one less the product of what each find leaves} */
    double score() {
        return score;
    }

    /** {@return the category of the heaviest find} */
    Category kind() {
        return kind;
    }

    /** Adds a word; a sentence that is longer than any is read in pieces. */
    void add(long hash, long entry, boolean quoted) {
        if (length == LONGEST) {
            end();
        }
        hashes[length] = hash;
        entries[length] = entry;
        quotedWords[length] = quoted;
        length++;
    }

    /** Puts one word in the place of the last ones, if they are all here. */
    void replaceLast(int words, long hash, long entry, boolean quoted) {
        if (words <= length) {
            length -= words;
            add(hash, entry, quoted);
        }
    }

    /** Scores the sentence and begins another. */
    void end() {
        for (int i = 0; i < length; i++) {
            if (lexicon.startsSequence(hashes[i])) {
                long found = lexicon.sequence(hashes, i, length);
                if (found != 0) {
                    weigh(lexicon.entry(found / 8), i, i + (int) (found % 8) - 1);
                    i += (int) (found % 8) - 1;
                    continue;
                }
            }
            if (entries[i] != 0) {
                weigh(lexicon.entry(entries[i]), i, i);
            }
        }
        length = 0;
        score = Math.max(score, 1 - left);
        left = 1;
    }

    /** "You are (such a) ...", not after an "if"; or "you ...!" at the end of a sentence. */
    private boolean isSaidToSomebody(int from, int to) {
        int i = from - 1;
        while (i >= 0 && (category(i) == Category.ARTICLE || category(i) == Category.THIRD)) {
            i--;
        }
        if (i >= 0 && category(i) == Category.YOUARE) {
            return true;
        }
        if (i > 0 && category(i) == Category.BE && category(i - 1) == Category.YOU) {
            return i < 2 || category(i - 2) != Category.CONDITION;
        }
        return from > 0 && to == length - 1 && category(from - 1) == Category.YOU;
    }

    private @Nullable Category category(int word) {
        return entries[word] == 0 ? null : lexicon.entry(entries[word]).category();
    }

    private void weigh(Entry entry, int from, int to) {
        if (entry.category().compareTo(Category.HARM) > 0) {
            return;
        }
        boolean aimed = false;
        boolean self = false;
        boolean negated = false;
        for (int i = Math.max(0, from - NEAR_BEFORE); i < Math.min(length, to + 1 + NEAR_AFTER); i++) {
            if (entries[i] == 0 || i >= from && i <= to) {
                continue;
            }
            Category near = lexicon.entry(entries[i]).category();
            aimed |= near.compareTo(Category.YOU) >= 0 && near.compareTo(Category.THIRD) <= 0;
            aimed |= near == Category.BE && i < from && from - i <= 2;
            self |= near == Category.SELF && i < from && from - i <= 3;
            negated |= near == Category.NOT && i < from && from - i <= 2;
        }
        double weight = entry.weight();
        if (aimed && entry.category() == Category.MILD) {
            weight *= 1.5;
        } else if (entry.category() == Category.LOOSE) {
            weight *= isSaidToSomebody(from, to) ? 1.6 : aimed ? 1.2 : 0.5;
        } else if (aimed && entry.category() != Category.COARSE) {
            weight += (1 - weight) / 2;
        }
        if (negated && entry.category() != Category.SLUR) {
            weight *= 0.3;
        }
        if (self && !aimed && entry.category() != Category.HARM) {
            weight *= 0.4;
        }
        if (quotedWords[from]) {
            weight *= 0.4;
        }
        left *= 1 - weight;
        if (weight > heaviest) {
            heaviest = weight;
            kind = entry.category();
        }
    }
}
