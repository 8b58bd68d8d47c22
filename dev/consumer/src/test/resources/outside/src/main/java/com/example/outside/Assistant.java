package com.example.outside;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import java.util.UUID;

/** A user's application, as far as Drift-Aware is concerned. */
final class Assistant {
    private final DriftLogger logger;

    Assistant(DriftLogger logger) {
        this.logger = logger;
    }

    UUID answer(String query, float[] queryEmbedding) {
        UUID interaction = logger.log(
                Interaction.builder().query(query).response("Under Settings, Team.").refusal(false).build());
        logger.log(EmbeddingRecord.query(queryEmbedding).withInteraction(interaction));
        return interaction;
    }
}
