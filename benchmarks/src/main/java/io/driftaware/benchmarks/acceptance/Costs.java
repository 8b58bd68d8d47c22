package io.driftaware.benchmarks.acceptance;

import io.driftaware.benchmarks.acceptance.Figure.Amount;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** G13: what scoring a query, a check over stored profiles and a bucket cost, on one core. */
final class Costs {
    private static final int QUERIES = 1_000;
    private static final int ROUNDS = 21;
    private static final int WIDE = 4;
    private static final int DAY = 96;
    private static final int WEEK = 672;
    private static final String COLUMN = "cost";

    private final Trials trials;
    private final List<Section.Row> rows = new ArrayList<>();

    Costs(Trials trials) {
        this.trials = trials;
    }

    Section run(List<LabelledQueries> sets) {
        sets.stream().limit(1).forEach(queries -> {
            int d = queries.dimension();
            of(queries, d == 384 ? new double[] {0.4, 20, 12} : new double[0]);
            LabelledQueries wide = queries.repeated(WIDE);
            of(wide, wide.dimension() == 1536 ? new double[] {Double.NaN, Double.NaN, 40} : new double[0]);
        });
        return new Section(
                "G13",
                "Cost on one core: processor time of one thread, the median of " + ROUNDS + " rounds",
                List.of(
                        "A check is reading the stored profiles of the window's buckets, and the verdict: a day with 10 rows a bucket,"
                                + " or a week with one each, since a window grows past a day only for a stream of few rows.",
                        "A bucket is its scored profile and its embedding profile; 10 and 100 rows are what a quarter of an"
                                + " hour holds at 1,000 and 10,000 queries a day.",
                        "1536 components are the same vectors four times over."),
                rows);
    }

    /** @param limits milliseconds a query, milliseconds a check, kB a bucket; NaN or absent where nothing is asked */
    private void of(LabelledQueries queries, double[] limits) {
        SplittableRandom random = trials.random("G13 " + queries.dimension(), 0);
        Split split = Split.allKnown(queries, Split.usualBaseline(queries), random);
        Subject subject = Subject.fit(split, random);
        String at = "d = " + queries.dimension() + ": ";
        int[] scored = split.window(0, Math.min(QUERIES, split.rest().length), random);
        row(at + "scoring a query", median(() -> subject.bucket(scored)) / scored.length, "ms", limit(limits, 0));
        row(
                at + "adding a query to the classic profile",
                median(() -> classic(queries, scored)) / scored.length,
                "ms",
                limit(limits, 5));
        for (int buckets : new int[] {DAY, WEEK}) {
            List<byte[]> stored = new ArrayList<>();
            for (int i = 0; i < buckets; i++) {
                stored.add(subject.bucket(split.window(0, buckets == DAY ? 10 : 1, random))
                        .toBytes());
            }
            double check = median(() -> WindowVerdict.withDefaults()
                    .compare(stored.stream().map(ScoredProfile::fromBytes).toList(), subject.baseline()));
            row(at + "a check over " + buckets + " buckets", check, "ms", limit(limits, 1));
        }
        for (int n : new int[] {10, 100}) {
            int[] bucket = split.window(0, n, random);
            double bytes = subject.bucket(bucket).toBytes().length
                    + classic(queries, bucket).toBytes().length;
            row(at + "a bucket of " + n + " rows", bytes / 1000, "kB", limit(limits, 2));
        }
    }

    private static double limit(double[] limits, int index) {
        return index < limits.length ? limits[index] : Double.NaN;
    }

    private void row(String label, double value, String unit, double most) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put(COLUMN, new Amount(value, unit));
        figures.put(WindowRules.ALWAYS, new Amount(0, unit));
        figures.put(WindowRules.NEVER, new Amount(0, unit));
        List<Target> targets = Double.isNaN(most)
                ? List.of()
                : List.of(Target.atMost(COLUMN, most, "at most " + new Amount(most, unit).text()));
        rows.add(new Section.Row(label, figures, targets));
    }

    private static EmbeddingProfile classic(LabelledQueries queries, int[] rows) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(queries.dimension());
        for (int row : rows) {
            recorder.add(queries.vectors(), row * queries.dimension());
        }
        return recorder.snapshot();
    }

    /** Milliseconds of this thread's processor time, which other programs on the machine do not change; warmed up first. */
    private static double median(Runnable work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] milliseconds = new double[ROUNDS];
        for (int round = -2 * ROUNDS; round < ROUNDS; round++) {
            long start = threads.getCurrentThreadCpuTime();
            work.run();
            if (round >= 0) {
                milliseconds[round] = (threads.getCurrentThreadCpuTime() - start) / 1e6;
            }
        }
        Arrays.sort(milliseconds);
        return milliseconds[ROUNDS / 2];
    }
}
