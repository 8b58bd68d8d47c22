package io.driftaware.benchmarks;

import com.sun.management.ThreadMXBean;
import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Bytes that {@code log} allocates on the calling thread beside the event that the caller built, once the code is compiled and
 * the writer has emptied the queue a few times.
 */
final class LogAllocation {
    private static final int ROUNDS = 100;
    private static final int CALLS = 1_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final float[] vector = new Embeddings(1).several(1)[0];
    private final DriftLogger logger;
    /** Keeps the events from being optimised away. */
    private Object last = "";

    LogAllocation(DriftLogger logger) {
        this.logger = logger;
    }

    double ofEmbedding() {
        return beside(() -> EmbeddingRecord.query(vector), (BiConsumer<DriftLogger, EmbeddingRecord>) DriftLogger::log);
    }

    double ofInteraction() {
        return beside(LogBenchmark::newInteraction, (BiConsumer<DriftLogger, Interaction>) DriftLogger::log);
    }

    private <T> double beside(Supplier<T> event, BiConsumer<DriftLogger, T> log) {
        double beside = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double own = perCall(() -> last = event.get());
            double all = perCall(() -> {
                T built = event.get();
                last = built;
                log.accept(logger, built);
            });
            beside = all - own;
            if (!logger.flush(Duration.ofMinutes(1)).complete()) {
                throw new IllegalStateException("not everything was written: " + logger.stats());
            }
        }
        return beside;
    }

    private double perCall(Runnable call) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / CALLS;
    }

    Object last() {
        return last;
    }
}
