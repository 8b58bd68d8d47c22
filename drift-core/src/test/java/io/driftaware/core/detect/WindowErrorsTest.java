package io.driftaware.core.detect;

import static io.driftaware.core.detect.UntidyTrafficTest.p;
import static io.driftaware.core.detect.UntidyTrafficTest.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How often the verdict is wrong, on topics that are drawn: in each case over several baselines. */
class WindowErrorsTest {

    private static final int DIMENSION = 32;
    private static final int KNOWN = 10;
    private static final int ROWS = 2_000;
    private static final int BUCKET = 10;

    @Test
    void without_drift_p_is_below_a_twentieth_in_at_most_eight_percent_of_windows() {
        int draws = 200;
        int ofShort = 0;
        int ofLong = 0;
        for (int b = 0; b < draws / 8; b++) {
            SyntheticTopics topics = new SyntheticTopics(DIMENSION, KNOWN, 1, 100 + b);
            EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(ROWS, KNOWN), b);
            for (int i = 0; i < 8; i++) {
                ofShort += alarms(topics, 200, BUCKET, baseline);
                ofLong += alarms(topics, 500, BUCKET, baseline);
            }
        }
        assertThat(ofShort).isLessThanOrEqualTo(Bounds.most(draws, .08));
        assertThat(ofLong).isLessThanOrEqualTo(Bounds.most(draws, .08));
    }

    @Test
    void windows_ten_times_the_held_out_rows_alarm_no_more_often() {
        int draws = 15;
        int alarms = 0;
        for (int b = 0; b < draws; b++) {
            SyntheticTopics topics = new SyntheticTopics(8, KNOWN, 1, 200 + b);
            EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(1_000, KNOWN), b);
            alarms += alarms(topics, 5_000, 50, baseline);
        }
        assertThat(alarms).isLessThanOrEqualTo(Bounds.most(draws, .08));
    }

    @Test
    void a_fifth_of_new_topics_is_found_in_nine_of_ten_windows() {
        int found = 0;
        for (int b = 0; b < 4; b++) {
            SyntheticTopics topics = new SyntheticTopics(DIMENSION, KNOWN + 2, 1, 300 + b);
            EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(ROWS, KNOWN), b);
            Random random = new Random(b);
            for (int i = 0; i < 10; i++) {
                List<float[]> rows = new ArrayList<>(topics.rows(240, KNOWN));
                for (int k = 0; k < 60; k++) {
                    rows.add(topics.row(KNOWN + k % 2));
                }
                Collections.shuffle(rows, random);
                Finding.Compared compared = verdict(topics.buckets(rows, BUCKET, baseline), baseline);
                found += p(compared) < .05 && compared.exceeded() ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThanOrEqualTo(36);
    }

    /** Weekdays ask about the first five topics twice as often as weekends do. */
    @Test
    void a_weekend_unlike_the_week_alarms_and_a_whole_week_does_not() {
        int draws = 30;
        int weekendAlarms = 0;
        int weekAlarms = 0;
        for (int b = 0; b < 3; b++) {
            SyntheticTopics topics = new SyntheticTopics(DIMENSION, KNOWN, 1, 400 + b);
            Random random = new Random(b);
            List<float[]> month = new ArrayList<>();
            for (int week = 0; week < 4; week++) {
                week(topics, 70, random).forEach(month::addAll);
            }
            EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(month), b);
            for (int i = 0; i < draws / 3; i++) {
                List<float[]> sunday = day(topics, 300, false, random);
                weekendAlarms += p(verdict(topics.buckets(sunday, BUCKET, baseline), baseline)) < .05 ? 1 : 0;
                List<ScoredProfile> days = new ArrayList<>();
                for (List<float[]> day : week(topics, 70, random)) {
                    days.addAll(topics.buckets(day, BUCKET, baseline));
                }
                weekAlarms += p(verdict(days, baseline)) < .05 ? 1 : 0;
            }
        }
        // The tests compare with all of the baseline and know no weekday: a Sunday differs from the whole week, and
        // that is
        // what they say. A window of whole weeks is compared like with like
        assertThat(weekendAlarms).isGreaterThan(draws / 2);
        assertThat(weekAlarms).isLessThanOrEqualTo(Bounds.most(draws, .08));
    }

    /** 1 where a window of rows like the baseline's is taken for another. */
    private static int alarms(SyntheticTopics topics, int rows, int bucket, EmbeddingBaseline baseline) {
        return p(verdict(topics.buckets(topics.rows(rows, KNOWN), bucket, baseline), baseline)) < .05 ? 1 : 0;
    }

    private static List<List<float[]>> week(SyntheticTopics topics, int rowsPerDay, Random random) {
        List<List<float[]>> days = new ArrayList<>();
        for (int day = 0; day < 7; day++) {
            days.add(day(topics, rowsPerDay, day < 5, random));
        }
        return days;
    }

    private static List<float[]> day(SyntheticTopics topics, int rows, boolean weekday, Random random) {
        List<float[]> day = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            boolean first = random.nextInt(3) < (weekday ? 2 : 1);
            day.add(topics.row(random.nextInt(KNOWN / 2) + (first ? 0 : KNOWN / 2)));
        }
        return day;
    }
}
