package io.driftaware.examples.monitor;

// snippet: first-drift
import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Feedback;
import io.driftaware.logging.Interaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Logs ten usual days of a chat application, or a day on which it refuses too much. */
public final class FirstDrift {
    public static void main(String[] arguments) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(arguments[0]); // jdbc:postgresql://localhost:5432/app?user=app&password=...
        boolean usual = arguments[1].equals("usual");
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofDays(usual ? 12 : 1));
        log(dataSource, from, from.plus(Duration.ofDays(usual ? 10 : 1)), usual ? 3_000 : 400, usual ? 0.02 : 0.2);
    }

    static void log(DataSource dataSource, Instant from, Instant to, int questions, double refusals) {
        Random random = new Random(1);
        try (DriftLogger logger = DriftLogger.builder(dataSource)
                .embeddingModel("toy-embedding", 8)
                .build()) {
            for (int i = 0; i < questions; i++) {
                Instant at =
                        from.plus(Duration.between(from, to).multipliedBy(i).dividedBy(questions));
                boolean refused = random.nextDouble() < refusals;
                int topic = random.nextInt(5);
                UUID id = logger.log(Interaction.builder()
                        .timestamp(at) // left out where it happens now
                        .query("question " + i + " about topic " + topic)
                        .response(refused ? "I'm sorry, I can't help with that." : "This is how it works.")
                        .model("gpt-4o-mini")
                        .refusal(refused)
                        .build());
                float[] vector = new float[8]; // what your embedding model returns
                for (int d = 0; d < vector.length; d++) {
                    vector[d] = (float) (0.15 * random.nextGaussian() + (d == topic ? 1 : 0));
                }
                logger.log(EmbeddingRecord.query(vector).withInteraction(id).withTimestamp(at));
                logger.feedback(Feedback.of(id, refused ? 0.2 : 0.8).withTimestamp(at.plusSeconds(30)));
            }
            System.out.println(logger.flush(Duration.ofSeconds(10)));
        }
    }

    private FirstDrift() {}
}
// end
