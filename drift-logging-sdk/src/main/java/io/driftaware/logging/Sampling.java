package io.driftaware.logging;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which interactions keep their texts and embeddings. The hash of the interaction's id decides, so all events of one interaction
 * share one fate in every process, and an interaction that is in a sample is in every larger one.
 *
 * @param share of the interactions, 0 to 1
 */
record Sampling(double share) {
    static final Sampling ALL = new Sampling(1);

    Sampling {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("sampling is " + share + ", allowed is: a share from 0 to 1");
        }
    }

    boolean takes(UUID id) {
        return share >= 1 || fraction(id) < share;
    }

    /** Documents are no traffic: one without an interaction is always kept. */
    boolean takes(EmbeddingRecord.Details embedding, UUID eventId) {
        if (share >= 1) {
            return true;
        }
        UUID interaction = embedding.interactionId();
        return interaction == null
                ? embedding.type().equals(EmbeddingRecord.DOCUMENT) || takes(eventId)
                : takes(interaction);
    }

    /** Whether the texts are kept: also of those that the monitor's rates are about, for somebody to read. */
    boolean takesTexts(Interaction interaction, @Nullable UUID id) {
        return Boolean.TRUE.equals(interaction.refusal)
                || Boolean.TRUE.equals(interaction.toxic)
                || interaction.feedback != null
                || id == null
                || takes(id);
    }

    /** From 0 to 1, evenly: the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) over both halves. */
    private static double fraction(UUID id) {
        long hash = mix(id.getMostSignificantBits() ^ mix(id.getLeastSignificantBits()));
        return (hash >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ a >>> 27) * 0x94D049BB133111EBL;
        return b ^ b >>> 31;
    }
}
