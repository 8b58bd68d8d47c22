package io.driftaware.core.profile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is kept of a set of interactions and of the scores given to them. Immutable; profiles merge byte for byte, in any
 * order.
 *
 * <p>Stored form, little-endian longs behind a version byte 1 and a kind byte 2: flagged, unflagged, unknown of refusals;
 * the same of toxicity; feedback count, out of range, rejected; sum and sum of squares of the scores in millionths and
 * their squares, 128 bits each with the low half first; the histogram.
 *
 * @param refusals counts of the refusal flag, over all interactions
 * @param toxicity counts of the toxicity flag, over the same interactions
 * @param feedback the scores; there may be more or fewer of them than interactions
 */
public record InteractionProfile(FlagCounts refusals, FlagCounts toxicity, FeedbackCounts feedback) {

    private static final byte VERSION = 1;
    private static final byte KIND = 2;
    private static final int HEADER_BYTES = 2;
    private static final int STORED_BYTES = HEADER_BYTES + 6 * Long.BYTES + FeedbackCounts.STORED_BYTES;
    private static final String WHAT = "interaction profile";

    /** Refuses flag counts that are not of the same interactions. */
    public InteractionProfile {
        if (refusals.total() != toxicity.total()) {
            throw new IllegalArgumentException("refusal flags of " + refusals.total()
                    + " interactions and toxicity flags of " + toxicity.total() + " cannot be of the same set");
        }
    }

    /** The profile of no interactions. */
    public static InteractionProfile empty() {
        return new InteractionProfile(FlagCounts.NONE, FlagCounts.NONE, FeedbackCounts.none());
    }

    /** How many interactions there are. */
    public long interactions() {
        return refusals.total();
    }

    /**
     * The profile of both sets together.
     *
     * @throws ArithmeticException if a count passes {@link Long#MAX_VALUE}
     */
    public InteractionProfile merge(InteractionProfile other) {
        return new InteractionProfile(
                refusals.merge(other.refusals), toxicity.merge(other.toxicity), feedback.merge(other.feedback));
    }

    /** The stored form, the same for equal profiles. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(STORED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put(KIND);
        write(refusals, out);
        write(toxicity, out);
        feedback.write(out);
        return out.array();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are of another version or kind, of a wrong length, or if their counts
     *     contradict each other
     */
    public static InteractionProfile fromBytes(byte[] bytes) {
        ByteBuffer in = StoredForm.open(bytes, WHAT, VERSION, KIND, HEADER_BYTES);
        StoredForm.checkLength(WHAT, bytes, STORED_BYTES);
        FlagCounts refusals = readFlags(in, "refusal");
        FlagCounts toxicity = readFlags(in, "toxicity");
        StoredForm.check(
                refusals.total() == toxicity.total(),
                WHAT + ": refusal flags of " + refusals.total() + " interactions, toxicity flags of "
                        + toxicity.total());
        return new InteractionProfile(refusals, toxicity, FeedbackCounts.read(in, WHAT));
    }

    private static void write(FlagCounts counts, ByteBuffer out) {
        out.putLong(counts.flagged()).putLong(counts.unflagged()).putLong(counts.unknown());
    }

    private static FlagCounts readFlags(ByteBuffer in, String name) {
        long flagged = StoredForm.count(in, WHAT, name);
        long unflagged = StoredForm.count(in, WHAT, name);
        return new FlagCounts(flagged, unflagged, StoredForm.count(in, WHAT, name));
    }
}
