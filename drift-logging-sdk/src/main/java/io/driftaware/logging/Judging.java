package io.driftaware.logging;

import io.driftaware.logging.signal.SignalFlags;
import io.driftaware.logging.signal.SignalResult;
import io.driftaware.logging.signal.SignalRunner;
import org.jspecify.annotations.Nullable;

/**
 * Fills the flags of interactions that the application left unset, from their whole texts, and passes them on. A flag that the
 * application gave stays; what no detector knows stays unknown.
 */
final class Judging implements Preparation {
    private final SignalRunner detectors;
    private final Preparation next;

    Judging(SignalRunner detectors, Preparation next) {
        this.detectors = detectors;
        this.next = next;
    }

    @Override
    public void prepare(Slot slot) {
        if (slot.payload instanceof Interaction interaction
                && interaction.response != null
                && (interaction.refusal == null || interaction.toxic == null)) {
            slot.payload = judged(interaction, detectors.judge(interaction.query, interaction.response));
        }
        next.prepare(slot);
    }

    private static Interaction judged(Interaction interaction, SignalFlags flags) {
        SignalResult refusal = interaction.refusal == null ? flags.refusal() : null;
        SignalResult toxicity = interaction.toxic == null ? flags.toxicity() : null;
        if (refusal == null && toxicity == null) {
            return interaction;
        }
        Interaction.Builder builder = interaction.toBuilder();
        if (refusal != null) {
            builder.refusal(refusal.flagged())
                    .refusalScore(refusal.score())
                    .refusalKind(kind(refusal))
                    .refusalDetector(refusal.source());
        }
        if (toxicity != null) {
            builder.toxic(toxicity.flagged()).toxicityScore(toxicity.score()).toxicityDetector(toxicity.source());
        }
        return builder.build();
    }

    private static @Nullable String kind(SignalResult result) {
        return result.kind().isEmpty() ? null : result.kind();
    }
}
