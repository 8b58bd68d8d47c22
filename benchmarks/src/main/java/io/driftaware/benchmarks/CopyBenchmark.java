package io.driftaware.benchmarks;

import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to copy a vector and nothing else, into as many arrays as a queue holds: no logger that copies takes less. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
@State(Scope.Thread)
public class CopyBenchmark {
    /** What waits in an idle queue, and in one half full. */
    @Param({"64", "5000"})
    int arrays = 64;

    private final float[][] vectors = new Embeddings(1).several(16);
    private float[][] copies = {};
    private int calls;

    /** In no order of their addresses, as a pool has them after a while. */
    @Setup
    public void makeArrays() {
        copies = new float[arrays][Embeddings.DIMENSION];
        Collections.shuffle(Arrays.asList(copies), new Random(1));
    }

    @Benchmark
    public float[] copy() {
        float[] vector = vectors[calls % vectors.length];
        float[] copy = copies[calls++ % copies.length];
        System.arraycopy(vector, 0, copy, 0, vector.length);
        return copy;
    }
}
