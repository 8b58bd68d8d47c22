package io.driftaware.benchmarks;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * How long {@code log} keeps the application's threads: building the event, checking it, copying it into the queue. What keeps
 * the queue in the state that is measured happens outside the measured time.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class LogBenchmark {
    /** What the writer and the queue do meanwhile. */
    public enum Queue {
        /** A writer that always has work: the queue is kept between a quarter and half full, every call is accepted. */
        BUSY,
        /** The writer has caught up before each stretch of calls. */
        EMPTY,
        /** The queue is full, so that every call is dropped. */
        FULL,
        /** No connection is to be had; every call is accepted. */
        DOWN
    }

    private static final int STRETCH = 64;
    /** About as many bytes either way: an outage that is full within a blink would be measured by its first moment alone. */
    private static final int CAPACITY_FOR_EMBEDDINGS = 10_000;

    private static final int CAPACITY_FOR_INTERACTIONS = 100_000;
    /** How many flushes come before the first outage, and how many of them, the last, are timed. */
    private static final int FLUSHES = 500;

    private static final int TIMED_FLUSHES = 101;
    /** Before each stretch the thread sleeps, as one that serves requests does: waking up costs the same in every state. */
    private static final long NAP_NANOS = 200_000;

    /** The logger that all threads share. */
    @State(Scope.Benchmark)
    public static class SharedLogger {
        @Param
        Queue queue = Queue.BUSY;

        private @Nullable TestDatabase database;
        private @Nullable SwitchedSource source;
        private @Nullable DriftLogger logger;
        private final long[] flushNanos = new long[TIMED_FLUSHES];
        private int flushes;
        private long restNanos;
        private long writtenBeforeOutage;

        private int capacity;

        @Setup(Level.Trial)
        public void start(BenchmarkParams run) throws SQLException {
            capacity = run.getBenchmark().endsWith("interaction") ? CAPACITY_FOR_INTERACTIONS : CAPACITY_FOR_EMBEDDINGS;
            TestDatabase opened = TestDatabase.withSchema(Embeddings.DIMENSION).open();
            database = opened;
            source = new SwitchedSource(opened.dataSource());
            logger = DriftLogger.builder(source)
                    .embeddingModel(Embeddings.MODEL, Embeddings.DIMENSION)
                    .queueCapacity(capacity)
                    .closeTimeout(Duration.ZERO)
                    .build();
            if (queue == Queue.FULL) {
                source().goAway();
            }
            float[] vector = new Embeddings(1).several(1)[0];
            while (queue == Queue.FULL && logger().stats().droppedTotal() == 0) {
                logger().log(EmbeddingRecord.query(vector));
            }
        }

        DriftLogger logger() {
            return Objects.requireNonNull(logger);
        }

        private SwitchedSource source() {
            return Objects.requireNonNull(source);
        }

        /** Brings the queue back into the state that is measured. */
        synchronized void keepState() throws SQLException {
            long pending = logger().stats().pending();
            switch (queue) {
                case BUSY -> {
                    while (pending > capacity / 2) {
                        LockSupport.parkNanos(1_000_000);
                        pending = logger().stats().pending() > capacity / 4 ? pending : 0;
                    }
                }
                case EMPTY -> flush();
                case FULL -> require(pending > 0, "the queue is not full");
                case DOWN -> {
                    if (flushes < FLUSHES) {
                        timeFlush();
                    } else {
                        LockSupport.parkNanos(restNanos);
                        if (pending > capacity / 2) {
                            beginNextOutage();
                        }
                    }
                }
            }
            LockSupport.parkNanos(NAP_NANOS);
        }

        /** With the database away events come as often as with an idle one: after a rest as long as a flush, timed while warming up. */
        private void timeFlush() throws SQLException {
            long before = System.nanoTime();
            flush();
            flushNanos[flushes++ % TIMED_FLUSHES] = System.nanoTime() - before;
            if (flushes == FLUSHES) {
                Arrays.sort(flushNanos);
                restNanos = flushNanos[TIMED_FLUSHES / 2];
                writtenBeforeOutage = logger().stats().written();
                source().goAway();
            }
        }

        private void beginNextOutage() throws SQLException {
            require(logger().stats().written() == writtenBeforeOutage, "events were written with the database away");
            source().comeBack();
            flush();
            source().goAway();
            writtenBeforeOutage = logger().stats().written();
        }

        private void flush() {
            require(logger().flush(Duration.ofSeconds(30)).complete(), "not all could be written");
        }

        /** Refuses a result that was measured on events that took another way. */
        @TearDown(Level.Iteration)
        public void everyCallTookTheWay() {
            boolean dropped = logger().stats().droppedTotal() > 0;
            require(dropped == (queue == Queue.FULL), "some events were dropped: " + logger().stats());
        }

        @TearDown(Level.Trial)
        public void stop() {
            require(queue != Queue.DOWN || restNanos > 0, "the database never went away");
            logger().close();
            if (database != null) {
                database.close();
            }
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalStateException(otherwise);
            }
        }
    }

    /** What each thread logs. */
    @State(Scope.Thread)
    public static class Caller {
        final float[][] vectors = new Embeddings(1).several(16);
        private int calls;

        @Setup(Level.Invocation)
        public void keepState(SharedLogger shared) throws SQLException {
            if (calls++ % STRETCH == 0) {
                shared.keepState();
            }
        }

        float[] vector() {
            return vectors[calls % vectors.length];
        }
    }

    @Benchmark
    public UUID embedding(SharedLogger shared, Caller caller) {
        return shared.logger().log(EmbeddingRecord.query(caller.vector()));
    }

    @Benchmark
    public UUID interaction(SharedLogger shared, Caller caller) {
        return shared.logger().log(newInteraction());
    }

    static Interaction newInteraction() {
        return Interaction.builder()
                .query("How do I move a project to another workspace?")
                .response("Open the project's settings, choose Move, and pick the workspace.")
                .model("assistant-1")
                .refusal(false)
                .responseTimeMillis(640)
                .inputTokens(812)
                .outputTokens(64)
                .build();
    }
}
