package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingSpaceTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "text-embedding-3-small", "org/model", "12/7"})
    void a_key_names_model_and_dimension(String model) {
        EmbeddingSpace space = new EmbeddingSpace(model, 384);
        assertThat(space.key()).isEqualTo("384/" + model);
        assertThat(EmbeddingSpace.ofKey(space.key())).isEqualTo(space);
    }

    @Test
    void a_space_without_a_name_is_another_than_one_with_an_empty_name() {
        assertThat(new EmbeddingSpace(null, 8).key()).isEqualTo("8");
        assertThat(EmbeddingSpace.ofKey("8")).isEqualTo(new EmbeddingSpace(null, 8));
    }

    @Test
    void a_name_that_fits_no_index_is_cut_and_stays_itself() {
        String long1 = "x".repeat(5_000);
        String key = new EmbeddingSpace(long1, 8).key();
        assertThat(key).hasSizeLessThan(250).isNotEqualTo(new EmbeddingSpace(long1 + "y", 8).key());
    }

    @Test
    void what_is_no_key_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingSpace.ofKey("gpt"))
                .withMessageContaining("'gpt'");
    }
}
