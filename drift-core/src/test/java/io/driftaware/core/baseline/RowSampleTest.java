package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RowSampleTest {

    private record Row(UUID id, float score) {}

    @Test
    void holds_the_rows_with_the_smallest_hashes_in_order() {
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            List<Row> rows = rows(random, random.nextInt(300));
            RowSample sample = new RowSample();
            rows.forEach(row -> offer(sample, row));
            assertThat(contents(sample)).isEqualTo(bruteForce(rows));
        }
    }

    @Test
    void a_sample_of_samples_is_the_sample_of_all() {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            List<Row> rows = rows(random, 1 + random.nextInt(300));
            RowSample[] parts = {new RowSample(), new RowSample(), new RowSample()};
            rows.forEach(row -> offer(parts[random.nextInt(3)], row));
            RowSample merged = parts[0].copy();
            merged.offerAll(parts[1]);
            merged.offerAll(parts[2]);
            assertThat(contents(merged)).isEqualTo(bruteForce(rows));
        }
    }

    @Test
    void which_rows_are_kept_has_nothing_to_do_with_their_place_or_score() {
        // Each of 640 rows is kept with probability 1/10: of those in the first half 32 are expected, with the variance
        // of a
        // hypergeometric number, 64 / 4 * 576 / 639 = 14.4; four standard deviations are 15
        RowSample sample = new RowSample();
        for (int i = 0; i < 640; i++) {
            sample.offer(0, i, i);
        }
        long firstHalf =
                contents(sample).stream().filter(row -> row.score() < 320).count();
        assertThat(firstHalf).isBetween(32L - 15, 32L + 15);
    }

    private static List<Row> bruteForce(List<Row> rows) {
        return rows.stream()
                .sorted(Comparator.comparing(RowSampleTest::hash, Long::compareUnsigned)
                        .thenComparing(row -> row.id().getMostSignificantBits(), Long::compareUnsigned)
                        .thenComparing(row -> row.id().getLeastSignificantBits(), Long::compareUnsigned)
                        .thenComparing(Row::score))
                .limit(RowSample.CAPACITY)
                .toList();
    }

    private static long hash(Row row) {
        return SplitMix64.mix(
                row.id().getMostSignificantBits() ^ SplitMix64.mix(row.id().getLeastSignificantBits()));
    }

    /** Some ids come several times, with equal and with other scores. */
    private static List<Row> rows(Random random, int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            UUID id = new UUID(random.nextInt(3), random.nextInt(100));
            rows.add(new Row(id, random.nextInt(4) / 4f));
        }
        return rows;
    }

    private static void offer(RowSample sample, Row row) {
        sample.offer(row.id().getMostSignificantBits(), row.id().getLeastSignificantBits(), row.score());
    }

    private static List<Row> contents(RowSample sample) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < sample.size(); i++) {
            rows.add(new Row(sample.id(i), sample.score(i)));
        }
        return rows;
    }
}
