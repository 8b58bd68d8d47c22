package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ExcerptTest {
    @Test
    void a_short_text_is_itself() {
        assertThat(Excerpt.of("abcde", 3, 2)).isSameAs("abcde");
        assertThat(Excerpt.of("", 3, 2)).isEmpty();
    }

    @Test
    void of_a_long_text_the_beginning_and_the_end_are_left() {
        assertThat(Excerpt.of("abcdefgh", 3, 2)).isEqualTo("abc\ngh");
        assertThat(Excerpt.of("abcdefgh", 3, 0)).isEqualTo("abc\n");
    }

    @Test
    void no_pair_of_surrogates_is_cut_in_two() {
        assertThat(Excerpt.of("ab😀cdef😀g", 3, 2)).isEqualTo("ab\ng");
        assertThat(Excerpt.of("ab😀cdef😀g", 4, 3)).isEqualTo("ab😀\n😀g");
    }

    @Test
    void lone_surrogates_are_left_as_they_are() {
        assertThat(Excerpt.of("ab\uD800cdef\uDC00g", 3, 2)).isEqualTo("ab\uD800\n\uDC00g");
    }
}
