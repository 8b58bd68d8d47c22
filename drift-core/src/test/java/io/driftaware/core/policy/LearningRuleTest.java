package io.driftaware.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.policy.LearningRule.Lesson;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LearningRuleTest {

    private static final LearningRule RULE = new LearningRule(1_000, 5_000);
    private static final Duration BUCKET = Duration.ofMinutes(15);
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

    private final NavigableMap<Instant, Long> buckets = new TreeMap<>();

    @Test
    void takesTheBaselineWindowWhereItSuffices() {
        rowsAt(36, 600);
        rowsAt(31, 600);
        rowsAt(20, 5_000);

        assertThat(lesson()).isEqualTo(new Lesson.Ready(daysAgo(36), daysAgo(31).plus(BUCKET), 1_200));
    }

    @Test
    void elseAllRowsBeforeTheRecentWindow() {
        rowsAt(36, 600);
        rowsAt(20, 600);
        rowsAt(1, 9_000);

        assertThat(lesson()).isEqualTo(new Lesson.Ready(daysAgo(36), daysAgo(20).plus(BUCKET), 1_200));
    }

    @Test
    void elseAWeekOfWhatThereIs() {
        rowsAt(7, 100);
        rowsAt(1, 900);
        buckets.put(NOW.minus(BUCKET), 50L);

        assertThat(lesson()).isEqualTo(new Lesson.Ready(daysAgo(7), NOW, 1_050));
    }

    @Test
    void endsNowWhereTheLastBucketGoesOn() {
        rowsAt(7, 1_000);
        buckets.put(NOW.minusSeconds(60), 50L);

        assertThat(lesson()).isEqualTo(new Lesson.Ready(daysAgo(7), NOW, 1_050));
    }

    @Test
    void veryManyRowsNeedADayOnly() {
        rowsAt(1, 3_000);
        buckets.put(NOW.minus(BUCKET), 2_000L);

        assertThat(lesson()).isInstanceOf(Lesson.Ready.class);
    }

    @Test
    void aBurstIsNoBaselineHoweverManyRowsItHas() {
        buckets.put(NOW.minus(Duration.ofHours(3)), 50_000L);

        assertThat(lesson())
                .isEqualTo(new Lesson.Learning(
                        50_000,
                        1_000,
                        "50000 rows collected over 0 hours; a baseline needs a week, or 5000 rows over a day"));
    }

    @Test
    void saysHowManyRowsAreMissing() {
        rowsAt(1, 12);

        assertThat(lesson()).isEqualTo(new Lesson.Learning(12, 1_000, "12 of 1000 rows collected"));
        buckets.clear();
        assertThat(lesson()).isEqualTo(new Lesson.Learning(0, 1_000, "0 of 1000 rows collected"));
    }

    @Test
    void refusesNumbersOutOfOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LearningRule(10, 9))
                .withMessageContaining("9");
    }

    private Lesson lesson() {
        return RULE.lesson(buckets, BUCKET, NOW, Duration.ofDays(7), Duration.ofDays(37), Duration.ofDays(30));
    }

    private void rowsAt(int daysAgo, long rows) {
        buckets.put(daysAgo(daysAgo), rows);
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(Duration.ofDays(days));
    }
}
