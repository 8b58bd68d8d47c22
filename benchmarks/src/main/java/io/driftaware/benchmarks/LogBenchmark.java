package io.driftaware.benchmarks;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import io.driftaware.testdb.TestDatabase;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long {@code log} keeps the application's thread while the writer is busy storing what came before. The queue is kept
 * between a quarter and a half full, outside the measured time, so that every call is accepted.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 4)
@Fork(1)
public class LogBenchmark {
    private static final int CALLS_BETWEEN_LOOKS = 64;

    /** A logger whose writer always has work. */
    @State(Scope.Benchmark)
    public static class BusyLogger {
        final float[][] vectors = new Embeddings(1).several(16);
        TestDatabase database = TestDatabase.withSchema(Embeddings.DIMENSION);
        DriftLogger logger = newLogger();
        int calls;

        private DriftLogger newLogger() {
            return DriftLogger.builder(database.open().dataSource())
                    .embeddingModel(Embeddings.MODEL, Embeddings.DIMENSION)
                    .build();
        }

        float[] vector() {
            return vectors[calls % vectors.length];
        }

        /** Waits for the writer, outside the measured time. */
        @Setup(Level.Invocation)
        public void keepRoomInTheQueue() {
            if (++calls % CALLS_BETWEEN_LOOKS == 0 && logger.stats().pending() > 5_000) {
                while (logger.stats().pending() > 2_500) {
                    LockSupport.parkNanos(100_000);
                }
            }
        }

        /** Refuses a result that was measured on dropped events. */
        @TearDown(Level.Trial)
        public void everyCallWasAccepted() {
            var stats = logger.stats();
            logger.close();
            database.close();
            if (stats.accepted() != calls || stats.droppedTotal() != 0) {
                throw new IllegalStateException(calls + " calls, but " + stats);
            }
        }
    }

    @Benchmark
    public UUID embedding(BusyLogger state) {
        return state.logger.log(EmbeddingRecord.query(state.vector()));
    }

    @Benchmark
    public UUID interaction(BusyLogger state) {
        return state.logger.log(Interaction.builder()
                .query("How do I move a project to another workspace?")
                .response("Open the project's settings, choose Move, and pick the workspace.")
                .model("assistant-1")
                .refusal(false)
                .responseTimeMillis(640)
                .inputTokens(812)
                .outputTokens(64)
                .build());
    }
}
