package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorProofTest {
    private static final int DIMENSION = 37;

    private final VectorProof proof = new VectorProof(DIMENSION);

    @ParameterizedTest
    @ValueSource(ints = {DIMENSION, 9})
    void a_sound_vector_of_the_expected_or_another_length_is_proved(int length) {
        assertThat(proof.isSound(filled(length, -0.25f))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void a_value_that_is_not_finite_is_noticed_wherever_it_stands(float bad) {
        for (int length : new int[] {DIMENSION, 9}) {
            for (int i = 0; i < length; i++) {
                float[] vector = filled(length, 0.5f);
                vector[i] = bad;
                assertThat(proof.isSound(vector))
                        .as("%s at %d of %d", bad, i, length)
                        .isFalse();
            }
        }
    }

    @Test
    void values_whose_sum_overflows_or_cancels_are_finite() {
        float[] cancelling = filled(DIMENSION, 0);
        cancelling[3] = 1;
        cancelling[30] = -1;

        assertThat(proof.isSound(filled(DIMENSION, Float.MAX_VALUE))).isTrue();
        assertThat(proof.isSound(cancelling)).isTrue();
    }

    @Test
    void one_value_above_zero_is_a_direction_and_none_is_not() {
        float[] last = filled(DIMENSION, -0f);
        last[DIMENSION - 1] = Float.MIN_VALUE;

        assertThat(proof.isSound(last)).isTrue();
        assertThat(proof.isSound(filled(DIMENSION, 0))).isFalse();
        assertThat(proof.isSound(filled(DIMENSION, -0f))).isFalse();
    }

    @Test
    void without_an_expected_length_every_vector_is_added_up() {
        assertThat(new VectorProof(0).isSound(filled(DIMENSION, 1))).isTrue();
        assertThat(new VectorProof(0).isSound(new float[0])).isFalse();
    }

    @Test
    void threads_that_prove_at_once_do_not_see_each_other_s_vectors() throws InterruptedException {
        int threads = 24;
        CyclicBarrier start = new CyclicBarrier(threads);
        AtomicInteger wrong = new AtomicInteger();
        Thread[] all = new Thread[threads];
        for (int t = 0; t < threads; t++) {
            boolean sound = t % 2 == 0;
            float[] vector = filled(DIMENSION, 1);
            vector[t] = sound ? 1 : Float.NaN;
            all[t] = new Thread(() -> {
                await(start);
                for (int i = 0; i < 20_000; i++) {
                    if (proof.isSound(vector) != sound) {
                        wrong.incrementAndGet();
                    }
                }
            });
            all[t].start();
        }
        for (Thread thread : all) {
            thread.join();
        }

        assertThat(wrong).hasValue(0);
    }

    private static void await(CyclicBarrier start) {
        try {
            start.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static float[] filled(int length, float value) {
        float[] vector = new float[length];
        Arrays.fill(vector, value);
        return vector;
    }
}
