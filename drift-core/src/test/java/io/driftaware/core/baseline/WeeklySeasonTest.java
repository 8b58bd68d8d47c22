package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.profile.Lattice;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.WeekPart;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WeeklySeasonTest {

    private static final SyntheticTopics TOPICS = new SyntheticTopics(8, 6, 1, 41);
    private static final EmbeddingBaseline SEASONAL =
            TOPICS.weekly(28, 150, 6, 3).fit(1);

    @Test
    void parts_of_the_week_that_differ_are_kept_apart() {
        HeldOut weekdays = SEASONAL.heldOut(WeekPart.WEEKDAY).orElseThrow();
        HeldOut weekends = SEASONAL.heldOut(WeekPart.WEEKEND).orElseThrow();
        assertThat(weekdays.profile().count() + weekends.profile().count())
                .isEqualTo(SEASONAL.heldOut().count())
                .isEqualTo(2_100);
        assertThat(weekends.profile().merge(weekdays.profile())).isEqualTo(SEASONAL.heldOut());
        // Two days of seven, half of them held out: a binomial number, within four standard deviations
        assertThat((double) weekends.profile().count())
                .isBetween(600 - 4 * Math.sqrt(2_100 * 2 / 7.0 * 5 / 7), 600 + 4 * Math.sqrt(2_100 * 2 / 7.0 * 5 / 7));
        assertThat(weekends.growth().total() + weekdays.growth().total())
                .isEqualTo(SEASONAL.growthScan().total())
                .isEqualTo(4_200);
        int edge = weekends.edgeAt(.9);
        assertThat(weekends.profile().above(edge))
                .isLessThanOrEqualTo(weekends.profile().count() / 10);
        assertThat(weekends.profile().above(edge - 1))
                .isGreaterThan(weekends.profile().count() / 10);
    }

    @Test
    void without_a_season_the_bytes_are_those_of_rows_without_times() {
        for (int seed = 0; seed < 4; seed++) {
            SyntheticTopics.Weeks even = new SyntheticTopics(8, 6, 1, 50 + seed).weekly(28, 150, 6, 6);
            EmbeddingBaseline baseline = even.fit(seed);
            assertThat(baseline.heldOut(WeekPart.WEEKEND)).isEmpty();
            assertThat(baseline.toBytes())
                    .isEqualTo(EmbeddingBaseline.fit(even.untimed(), seed).toBytes());
        }
    }

    @Test
    void the_parts_change_nothing_of_the_whole() {
        SyntheticTopics.Weeks weeks = new SyntheticTopics(8, 6, 1, 43).weekly(28, 150, 6, 3);
        byte[] timed = weeks.fit(1).toBytes();
        byte[] untimed = EmbeddingBaseline.fit(weeks.untimed(), 1).toBytes();
        assertThat(timed[0]).isEqualTo((byte) 2);
        assertThat(untimed[0]).isEqualTo((byte) 1);
        assertThat(Arrays.copyOfRange(timed, 1, untimed.length))
                .isEqualTo(Arrays.copyOfRange(untimed, 1, untimed.length));
    }

    @Test
    void few_days_or_few_rows_of_a_part_keep_nothing_apart() {
        SyntheticTopics topics = new SyntheticTopics(8, 6, 1, 44);
        // Monday to Saturday, and weekends that hold out about 2 x 200 / 2 rows
        assertThat(topics.weekly(6, 1_500, 6, 3).fit(1).heldOut(WeekPart.WEEKEND))
                .isEmpty();
        assertThat(topics.weekly(7, 200, 6, 3).fit(1).heldOut(WeekPart.WEEKEND)).isEmpty();
        assertThat(topics.weekly(7, 1_500, 6, 3).fit(1).heldOut(WeekPart.WEEKEND))
                .isPresent();
    }

    @Test
    void one_row_without_a_time_is_enough_to_keep_nothing_apart() {
        BaselineSample sample = TOPICS.weekly(28, 150, 6, 3).timed();
        sample.add(TOPICS.row(0), 0, new UUID(1, 1), 1);
        assertThat(EmbeddingBaseline.fit(sample, 1).heldOut(WeekPart.WEEKEND)).isEmpty();
    }

    @Test
    void a_row_votes_in_the_stratum_of_its_time() {
        BaselineSample sample = new BaselineSample(8);
        Instant saturdayNight = SyntheticTopics.MONDAY.plus(Duration.ofDays(5));
        for (int i = 0; i < 1_000; i++) {
            sample.add(TOPICS.row(i % 6), 0, new UUID(2, i), i, saturdayNight, i % 2 == 0);
        }
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(sample, 1);
        assertThat(baseline.heldOutVotes().rows())
                .isEqualTo(baseline.heldOutVotes().rows(Stratum.WEEKEND_NIGHT))
                .isBetween(200L, 300L);
    }

    @Test
    void a_stored_baseline_with_its_parts_reads_back_equal() {
        EmbeddingBaseline read = EmbeddingBaseline.fromBytes(SEASONAL.toBytes());
        assertThat(read).isEqualTo(SEASONAL);
        for (WeekPart part : WeekPart.values()) {
            HeldOut was = SEASONAL.heldOut(part).orElseThrow();
            HeldOut is = read.heldOut(part).orElseThrow();
            assertThat(is.profile()).isEqualTo(was.profile());
            assertThat(is.traces()).isEqualTo(was.traces());
            assertThat(is.growth().pValue(9, 300)).isEqualTo(was.growth().pValue(9, 300));
        }
    }

    @Test
    void the_stored_form_of_the_parts_never_changes() throws Exception {
        BaselineSample sample = new BaselineSample(3);
        float[][] rows = Lattice.rows(4_200, 3, 7919, 104729, 0, 1);
        for (int i = 0; i < rows.length; i++) {
            boolean weekend = i % 7 >= 5;
            // At weekends one half of the sphere alone
            rows[i][0] = weekend ? Math.abs(rows[i][0]) : rows[i][0];
            sample.add(rows[i], 0, new UUID(0, i + 1), i, SyntheticTopics.MONDAY.plus(Duration.ofDays(i)), true);
        }
        byte[] bytes = EmbeddingBaseline.fit(sample, 42).toBytes();
        int whole = 70 + heldOutLength(bytes);
        int first = whole + FeatureTraces.STORED_BYTES + GrowthScan.STORED_BYTES;
        int length =
                first + (ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(10)) * Integer.BYTES;
        int second = length
                + Integer.BYTES
                + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(length);
        assertThat(bytes[0]).isEqualTo((byte) 2);
        // As with version 1 the limits of the growth scan are left out
        int heldOut =
                whole - ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(26);
        Arrays.fill(bytes, heldOut - GrowthScan.STORED_BYTES, heldOut, (byte) 0);
        Arrays.fill(bytes, first - GrowthScan.STORED_BYTES, first, (byte) 0);
        int secondLimits = second + FeatureTraces.STORED_BYTES;
        Arrays.fill(bytes, secondLimits, secondLimits + GrowthScan.STORED_BYTES, (byte) 0);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertThat(HexFormat.of().formatHex(digest))
                .isEqualTo("4a479110c7528665d92e209bcda75b1b62362f4a667e066d21b839f8819133b0");
    }

    @Test
    void damaged_parts_are_refused_with_what_is_wrong() {
        byte[] bytes = SEASONAL.toBytes();
        int whole = 70 + heldOutLength(bytes);
        int reference = whole + FeatureTraces.STORED_BYTES + GrowthScan.STORED_BYTES;
        int sketch = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(10);
        int length = reference + sketch * Integer.BYTES;
        refused(in -> in.putDouble(whole, Double.NaN), "feature trace NaN is not 0 or more");
        refused(in -> in.putInt(reference, -1), "-1 rows near sketch vector 0 are fewer than the");
        refused(in -> in.putInt(reference, 1_000_000), "the parts of the week do not add up to its rows");
        refused(in -> in.putInt(length, -1), "a part of the week has no -1 bytes");
        refused(in -> in.putLong(length + 6, 1), "a part of the week is empty, or was scored against something else");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.fromBytes(Arrays.copyOf(bytes, bytes.length + 3)))
                .withMessageContaining("3 bytes follow its parts of the week");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.fromBytes(Arrays.copyOf(bytes, whole + 10)))
                .withMessageContaining("10 bytes are too few for a part of the week");
    }

    /** What lies between the header and the parts of the week. */
    private static int heldOutLength(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int dimension = in.getInt(2);
        int sketch = in.getInt(10);
        int clusters = in.getInt(14);
        int edges = in.getInt(18);
        return (sketch + clusters) * dimension * Float.BYTES
                + edges * Float.BYTES
                + sketch * 20
                + VoteCounts.STORED_BYTES
                + GrowthScan.STORED_BYTES
                + in.getInt(26);
    }

    private static void refused(Consumer<ByteBuffer> damage, String message) {
        byte[] bytes = SEASONAL.toBytes();
        damage.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.fromBytes(bytes))
                .withMessageContaining(message);
    }
}
