package io.driftaware.examples.monitor;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** An application that logs what it answers, and a monitor in the same process that exports to the app's registry. */
public final class EmbeddedMonitor {
    private static final int DIMENSION = 3;

    private EmbeddedMonitor() {}

    /**
     * Runs once against a database that has the schema.
     *
     * @param arguments the JDBC address of the database
     */
    public static void main(String[] arguments) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(arguments[0]);
        CheckReport report = answerAndCheck(dataSource, CollectorRegistry.defaultRegistry);
        report.streams()
                .forEach(stream ->
                        System.out.println(stream.stream() + ": " + stream.verdict() + " (" + stream.reason() + ")"));
    }

    static CheckReport answerAndCheck(DataSource dataSource, CollectorRegistry registry) {
        // snippet: monitor
        MonitorConfig config =
                MonitorConfig.builder().refusalRateThreshold(0.04).build();
        try (DriftLogger logger = DriftLogger.builder(dataSource)
                        .embeddingModel("toy-embedding", DIMENSION)
                        .build();
                DriftMonitor monitor = DriftMonitor.builder(dataSource)
                        .config(config)
                        .registry(registry)
                        .build()) {
            for (int question = 1; question <= 100; question++) {
                answer(logger, question);
            }
            logger.flush(Duration.ofSeconds(30));
            // A service calls monitor.start() instead, which checks every 15 minutes until close().
            return monitor.checkOnce();
        }
        // end
    }

    /** Stands for the app's own work; here every fifth question is refused. */
    private static void answer(DriftLogger logger, int question) {
        boolean refused = question % 5 == 0;
        UUID id = logger.log(Interaction.builder()
                .query("question " + question)
                .response(refused ? "I'm sorry, I can't help with that." : "answer " + question)
                .refusal(refused)
                .build());
        logger.log(EmbeddingRecord.query(new float[] {1, question, 2}).withInteraction(id));
        logger.feedback(id, refused ? 0 : 1);
    }
}
