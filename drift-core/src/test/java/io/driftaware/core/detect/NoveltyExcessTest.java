package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.Profiles;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoveltyExcessTest {

    @Test
    void is_the_share_of_rows_that_must_be_new() {
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(new SyntheticTopics(8, 6, 1, 21).sample(1_000, 6), 2);
        long[] counts = new long[34];
        counts[0] = 152;
        counts[33] = 48;
        NoveltyExcess excess =
                NoveltyExcess.of(new ScoredWindow(List.of(Profiles.ofNovelty(baseline, counts)), baseline), .95);
        assertThat(excess.rate()).isEqualTo(.24);
        assertThat(excess.estimate()).isCloseTo(.2, within(1e-12));
        // numpy: (.24 - .05 - sqrt(.24 * .76 / 200 + .05 * .95 / 500)) / .95
        assertThat(excess.atLeast(1)).isCloseTo(.16659, within(1e-5));
        assertThat(excess.atLeast(100)).isZero();
    }
}
