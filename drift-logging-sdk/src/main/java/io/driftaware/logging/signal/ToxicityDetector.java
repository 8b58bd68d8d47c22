package io.driftaware.logging.signal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds insults, slurs, threats and wishes of harm in a reply, by a lexicon of English words. A word counts by its weight: more if
 * it is aimed at somebody (a "you" or "they" near it; for words with an honest use only "you are" right before it), less within
 * quotation marks, after a "not", or when said of oneself. Coarse words alone are not toxic. The finds of a sentence add up as if
 * they were independent: its score is one less the product of one less each weight, and the text's score is that of its worst
 * sentence; from 0.5 on it is flagged.
 *
 * <p>Made for precision: it says nothing about toxicity that needs no such word. A text without any letter from a to z is {@link
 * Verdict#UNKNOWN}. Only the reply is read, of a long one the first {@value #HEAD} and the last {@value #TAIL} characters; cost
 * linear in the text. Precision and recall: docs/signals.md. Immutable, for any number of threads.
 */
public final class ToxicityDetector implements SignalDetector {
    static final int HEAD = 6_000;
    static final int TAIL = 2_000;
    private static final double THRESHOLD = 0.5;

    private ToxicityDetector() {}

    /** {@return the detector} */
    public static ToxicityDetector standard() {
        return new ToxicityDetector();
    }

    @Override
    public String name() {
        return "toxicity-lexicon";
    }

    @Override
    public String version() {
        return "2";
    }

    @Override
    public Signal signal() {
        return Signal.TOXICITY;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The kind is the category of the heaviest find: {@code SLUR}, {@code INSULT} or {@code HARM} (threats, wishes of harm,
     * dismissal). Never throws.
     */
    @Override
    public SignalResult detect(@Nullable String query, @Nullable String response) {
        if (response == null) {
            return SignalResult.unknown(this);
        }
        ToxicReader reader = ToxicReader.read(Excerpt.of(response, HEAD, TAIL));
        if (reader.readLetters() == 0) {
            return SignalResult.unknown(this);
        }
        boolean flagged = reader.score() >= THRESHOLD;
        return new SignalResult(
                flagged ? Verdict.FLAGGED : Verdict.CLEAR,
                reader.score(),
                flagged ? kind(reader) : "",
                name(),
                version());
    }

    private static String kind(ToxicReader reader) {
        return switch (reader.kind()) {
            case SLUR, HARM -> reader.kind().name().toUpperCase(Locale.ROOT);
            default -> "INSULT";
        };
    }
}
