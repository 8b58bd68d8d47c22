package io.driftaware.examples.demo;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Feedback;
import io.driftaware.logging.FlushResult;
import io.driftaware.logging.Interaction;
import io.driftaware.logging.LoggerStats;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/** Logs the demo's traffic as the assistant itself would have, only faster: through the SDK. */
final class TrafficLog implements AutoCloseable {
    /** Well under the queue's capacity: at this many waiting events the demo waits too, where an app would not. */
    private static final int MOST_PENDING = 2_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration RATED_AFTER = Duration.ofSeconds(90);

    private final DriftLogger logger;
    private final Map<String, float[]> vectors;
    private final LongConsumer progress;

    /**
     * @param vectors of every text that will be logged
     * @param progress told how many events are written
     */
    TrafficLog(DataSource dataSource, Map<String, float[]> vectors, LongConsumer progress) {
        this.logger = DriftLogger.builder(dataSource)
                .embeddingModel(QueryEmbedder.MODEL, QueryEmbedder.DIMENSION)
                .build();
        this.vectors = vectors;
        this.progress = progress;
    }

    static long events(List<Exchange> exchanges) {
        return 2L * exchanges.size()
                + exchanges.stream().filter(e -> e.score().isPresent()).count();
    }

    void exchanges(List<Exchange> exchanges) {
        for (Exchange exchange : exchanges) {
            UUID id = logger.log(Interaction.builder()
                    .timestamp(exchange.at())
                    .query(exchange.query())
                    .response(exchange.reply())
                    .model("larkhome-assistant-2")
                    .topic(exchange.topic().title())
                    .refusal(exchange.refused())
                    .toxic(exchange.rude())
                    .build());
            logger.log(EmbeddingRecord.query(vector(exchange.query()))
                    .withInteraction(id)
                    .withTimestamp(exchange.at()));
            exchange.score()
                    .ifPresent(score -> logger.feedback(
                            Feedback.of(id, score).withTimestamp(exchange.at().plus(RATED_AFTER))));
            waitIfFull();
        }
    }

    /** The help pages, as a nightly indexing run embeds them. */
    void documents(List<String> documents, Instant at) {
        for (String document : documents) {
            logger.log(EmbeddingRecord.document(vector(document)).withTimestamp(at));
            waitIfFull();
        }
    }

    /** Waits until all is stored; {@return the books} */
    LoggerStats finish() {
        flush();
        return logger.stats();
    }

    private float[] vector(String text) {
        float[] vector = vectors.get(text);
        if (vector == null) {
            throw new IllegalStateException("no embedding of \"" + text + "\"");
        }
        return vector;
    }

    private void waitIfFull() {
        if (logger.stats().pending() >= MOST_PENDING) {
            flush();
        }
    }

    private void flush() {
        FlushResult result = logger.flush(PATIENCE);
        if (!result.complete()) {
            throw new DemoException("the database did not take everything: "
                    + result.lastError().orElse(result.dropped() + " events were dropped")
                    + "; try again with --fresh");
        }
        progress.accept(logger.stats().written());
    }

    @Override
    public void close() {
        logger.close();
    }
}
