package io.driftaware.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WordsTest {
    private static String plain(String text) {
        return text.replace('\u00A0', ' ');
    }

    @Test
    void a_share_has_as_many_digits_as_a_person_needs() {
        assertThat(plain(Words.share(0))).isEqualTo("0 %");
        assertThat(plain(Words.share(0.0004))).isEqualTo("0.04 %");
        assertThat(plain(Words.share(0.1549))).isEqualTo("15.5 %");
        assertThat(plain(Words.share(1))).isEqualTo("100 %");
    }

    @Test
    void how_rarely_is_told_in_days_then_in_years_and_no_further_than_a_million() {
        assertThat(plain(Words.rarely(0.2))).isEqualTo("once in 1 day");
        assertThat(plain(Words.rarely(600))).isEqualTo("once in 600 days");
        assertThat(plain(Words.rarely(365.25 * 1_937))).isEqualTo("once in 1,900 years");
        assertThat(Words.rarely(1e40)).isEqualTo("less than once in a million years");
    }

    @Test
    void a_length_of_time_is_told_roundly() {
        assertThat(plain(Words.span(Duration.ofSeconds(50)))).isEqualTo("50 seconds");
        assertThat(plain(Words.span(Duration.ofSeconds(90)))).isEqualTo("2 minutes");
        assertThat(plain(Words.span(Duration.ofMinutes(89)))).isEqualTo("89 minutes");
        assertThat(plain(Words.span(Duration.ofMinutes(100)))).isEqualTo("2 hours");
        assertThat(plain(Words.span(Duration.ofDays(38)))).isEqualTo("38 days");
    }

    @Test
    void times_are_in_utc_with_their_year() {
        assertThat(plain(Words.when(Instant.parse("2026-03-04T05:06:07Z")))).isEqualTo("4 Mar 2026 05:06");
        assertThat(Words.when(null)).isEqualTo("–");
    }

    @Test
    void several_things_are_told_as_people_do() {
        assertThat(Words.list(List.of("a"))).isEqualTo("a");
        assertThat(Words.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
    }
}
