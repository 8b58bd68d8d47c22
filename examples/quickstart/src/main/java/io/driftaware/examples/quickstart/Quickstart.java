package io.driftaware.examples.quickstart;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Logs one exchange, the embedding of its query, and what the user thought of it later. Needs the schema. */
public final class Quickstart {
    private Quickstart() {}

    /** {@code args[0]}: where the database is, such as {@code jdbc:postgresql://localhost/app?user=app&password=...}. */
    public static void main(String[] args) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(args[0]);
        System.out.println(run(dataSource));
    }

    static String run(DataSource dataSource) {
        // snippet: log
        try (DriftLogger logger = DriftLogger.builder(dataSource)
                .embeddingModel("toy-embedding", 3) // one logger per application; this model is the default
                .build()) {
            UUID id = logger.log(Interaction.builder()
                    .query("How do I reset my password?")
                    .response("Open Settings, then Security.")
                    .model("gpt-4o-mini")
                    .refusal(false) // what nobody knows stays unset: unknown is not the same as no
                    .build());
            logger.log(EmbeddingRecord.query(new float[] {0.1f, 0.7f, -0.2f}).withInteraction(id));
            logger.feedback(id, 0.8); // any time later, from anywhere that knows the id
            return logger.flush(Duration.ofSeconds(10)) + "\n" + logger.stats();
        }
        // end
    }
}
