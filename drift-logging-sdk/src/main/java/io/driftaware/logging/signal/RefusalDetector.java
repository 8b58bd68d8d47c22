package io.driftaware.logging.signal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells replies in which the model declines from those that answer, by their form: who cannot or will not do what, in which
 * sentence, within quotation marks or not. Reads English well, German, French and Spanish in their plainest forms; a reply in
 * which it knows hardly a word is {@link Verdict#UNKNOWN}, not clear.
 *
 * <p>A refusal is what the user would call one: the assistant declines all or part of what was asked, for whatever reason. So
 * a partial refusal is flagged, and so is each {@link Kind}; a detector that counts fewer kinds is made by {@link #of}.
 *
 * <p>Only the reply is read, of a long one the first {@value #HEAD} and the last {@value #TAIL} characters. Idea: sentence-scoped
 * patterns and sequences of function words, weighed by multinomial logistic regression with byte weights; cost linear in the
 * text; precision and recall in docs/signals.md. Immutable, for any number of threads.
 */
public final class RefusalDetector implements SignalDetector {
    /** Why a reply declines. */
    public enum Kind {
        /** A rule, a law, possible harm, taste. */
        SAFETY,
        /** The assistant can't: no access, no tool, no senses, not its task. */
        CAPABILITY,
        /** It has not found, or doesn't know, what was asked. */
        NO_INFORMATION
    }

    static final int HEAD = 6_000;
    static final int TAIL = 2_000;
    private static final double THRESHOLD = 0.5;
    /** Below this share of known words, a text of some length is in a language that isn't read. */
    private static final double LEAST_KNOWN = 0.15;

    private static final int WORDS_TO_TELL_A_LANGUAGE = 10;
    private static final Kind[] KINDS = Kind.values();

    private final RefusalModel model;
    private final Set<Kind> kinds;

    RefusalDetector(RefusalModel model, Set<Kind> kinds) {
        this.model = model;
        this.kinds = EnumSet.copyOf(kinds);
    }

    /** {@return a detector that flags every kind} */
    public static RefusalDetector standard() {
        return of(EnumSet.allOf(Kind.class));
    }

    /**
     * {@return a detector that flags some kinds only; the others are clear}
     *
     * @throws IllegalArgumentException if there are none
     */
    public static RefusalDetector of(Set<Kind> kinds) {
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("kinds is empty: name at least one of " + EnumSet.allOf(Kind.class));
        }
        return new RefusalDetector(Shipped.MODEL, kinds);
    }

    @Override
    public String name() {
        return "refusal-linear";
    }

    @Override
    public String version() {
        return "2";
    }

    @Override
    public Signal signal() {
        return Signal.REFUSAL;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The score is the probability of a refusal of any of the kinds asked for, refusals and answers being as frequent; from
     * 0.5 on a reply is flagged. The kind is the likeliest one. Never throws.
     */
    @Override
    public SignalResult detect(@Nullable String query, @Nullable String response) {
        if (response == null) {
            return SignalResult.unknown(this);
        }
        FeatureSet features = ReplyReader.read(Excerpt.of(response, HEAD, TAIL));
        if (!isReadable(features)) {
            return SignalResult.unknown(this);
        }
        double[] probabilities = model.probabilities(features);
        double score = 0;
        int likeliest = 1;
        for (int k = 1; k < probabilities.length; k++) {
            score += kinds.contains(KINDS[k - 1]) ? probabilities[k] : 0;
            likeliest = probabilities[k] > probabilities[likeliest] ? k : likeliest;
        }
        Kind kind = KINDS[likeliest - 1];
        boolean refusal = 1 - probabilities[0] >= THRESHOLD;
        boolean flagged = refusal && kinds.contains(kind);
        return new SignalResult(
                flagged ? Verdict.FLAGGED : Verdict.CLEAR,
                Math.min(1, score),
                flagged ? kind.name() : "",
                name(),
                version());
    }

    private static boolean isReadable(FeatureSet features) {
        if (features.words() == 0 || features.otherLetters() > features.latinLetters()) {
            return false;
        }
        return features.words() < WORDS_TO_TELL_A_LANGUAGE || features.knownWords() >= LEAST_KNOWN * features.words();
    }

    /** The model that the SDK comes with; loaded once, when it is first needed. */
    private static final class Shipped {
        static final String RESOURCE = "refusal-model.bin";
        static final RefusalModel MODEL = load();

        private static RefusalModel load() {
            try (var in = RefusalDetector.class.getResourceAsStream(RESOURCE)) {
                return RefusalModel.read(Objects.requireNonNull(in, RESOURCE));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
