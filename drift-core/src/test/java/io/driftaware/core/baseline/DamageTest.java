package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Whatever happens to stored bytes, they are read whole or refused with words: nothing else is thrown. */
class DamageTest {

    private final SyntheticTopics topics = new SyntheticTopics(4, 6, 1, 77);
    private final EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(1_000, 5), 1);

    @Test
    void damaged_scored_profiles() {
        byte[] bytes = topics.profile(topics.rows(300, 6), baseline).toBytes();
        int refused =
                damage(bytes, 5_000, stored -> ScoredProfile.fromBytes(stored).toBytes());
        // Feature sums and ids of sampled rows may take any value
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void damaged_baselines() {
        int refused = damage(baseline.toBytes(), 400, stored -> EmbeddingBaseline.fromBytes(stored)
                .toBytes());
        assertThat(refused).isGreaterThan(200);
    }

    @Test
    void damaged_baselines_that_keep_the_parts_of_the_week_apart() {
        byte[] bytes = topics.weekly(28, 100, 5, 2).fit(3).toBytes();
        int refused =
                damage(bytes, 400, stored -> EmbeddingBaseline.fromBytes(stored).toBytes());
        assertThat(refused).isGreaterThan(200);
    }

    /** What is read although damaged must be written as it was read: no second form of the same thing. */
    private static int damage(byte[] bytes, int cases, Function<byte[], byte[]> readAndWrite) {
        Random random = new Random(bytes.length);
        int refused = 0;
        for (int i = 0; i < cases; i++) {
            byte[] damaged =
                    random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
            // Half of the damage to the header, which is small
            int range = random.nextBoolean() ? damaged.length : Math.min(damaged.length, 80);
            for (int n = range == 0 ? 0 : 1 + random.nextInt(3); n > 0; n--) {
                damaged[random.nextInt(range)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertThat(readAndWrite.apply(damaged)).isEqualTo(damaged);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s)(embedding baseline|scored profile): .+ again from the rows");
                refused++;
            }
        }
        return refused;
    }
}
