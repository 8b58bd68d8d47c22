package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.WeekPart;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * G10, of embeddings: at weekends three of four queries are of a half of the topics, drawn anew for each trial, on working days
 * one of two. Windows of a day against baselines of four weeks, with the parts of the week kept apart and without.
 */
final class WeeklyTopics {
    private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");
    private static final int BASELINE_DAYS = 28;
    private static final int SATURDAY = 5;
    private static final int WEDNESDAY = 2;
    private static final int[] SIZES = {200, 1000};
    private static final double EVEN = 0.5;
    private static final double WEEKEND = 0.75;
    private static final double STRANGE = 0.1;
    private static final String KEPT = "parts kept apart";

    private final Trials trials;
    private final WindowRules rules = WindowRules.usual();
    private final Tally tally = new Tally();
    private final List<Section.Row> rows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    WeeklyTopics(Trials trials) {
        this.trials = trials;
    }

    Section run(List<LabelledQueries> sets) {
        notes.add(
                "At weekends three of four queries are of a half of the topics that is drawn for each trial, on working days one"
                        + " of two; the baseline is four weeks of it. The rows without a season have working days all week. The columns"
                        + " \"without\" are the same windows against all held-out rows, as before the parts were kept apart.");
        for (LabelledQueries queries : sets) {
            trials.run("G10 " + queries.name(), trials.count(100, 10), (trial, random) -> {
                Split split = Split.holdingTopicsOut(queries, Split.usualBaseline(queries), random);
                trial(split, WEEKEND, "weekly season", random.split());
                trial(split, EVEN, "no season", random.split());
            });
            row(queries, "weekly season", "weekend", false, quiet());
            row(queries, "weekly season", "working day", false, quiet());
            row(queries, "weekly season", "weekend", true, List.of());
            row(queries, "weekly season", "working day", true, List.of());
            row(
                    queries,
                    "no season",
                    "weekend",
                    false,
                    List.of(Target.atMost(KEPT, 0.02, "kept apart in at most 2 %")));
        }
        return new Section(
                "G10",
                "A weekly season of topics, embeddings: how often each rule fires on a window of a day",
                notes,
                rows);
    }

    private static List<Target> quiet() {
        return List.of(
                Target.atMost(WindowRules.AT_05, 0.08, "at most 8 %"),
                Target.atMost(WindowRules.AT_01, 0.025, "at most 2.5 % at .01"));
    }

    private void row(LabelledQueries queries, String season, String day, boolean strange, List<Target> targets) {
        for (int n : SIZES) {
            String label = label(queries, season, day, strange, n);
            if (tally.has(label)) {
                rows.add(tally.row(label, targets));
            } else {
                notes.add(label + ": too few rows.");
            }
        }
    }

    private static String label(LabelledQueries queries, String season, String day, boolean strange, int n) {
        String mixed = strange ? String.format(Locale.ROOT, ", %.0f %% unseen topics", 100 * STRANGE) : "";
        return queries.name() + ", " + season + ", " + day + mixed + ", n = " + n;
    }

    private void trial(Split split, double weekend, String season, SplittableRandom random) {
        LabelledQueries queries = split.queries();
        Drawer drawer = new Drawer(split, random);
        int[] baseline = new int[split.baseline().length];
        Instant[] times = new Instant[baseline.length];
        for (int i = 0; i < baseline.length; i++) {
            times[i] = START.plusSeconds(
                    random.nextInt((int) Duration.ofDays(BASELINE_DAYS).toSeconds()));
            baseline[i] = drawer.forGood(share(times[i], weekend));
        }
        Subject subject = Subject.fit(queries, baseline, times, random);
        for (int n : SIZES) {
            window(subject, drawer, split, season, "weekend", weekend, SATURDAY, n, random);
            if (weekend != EVEN) {
                window(subject, drawer, split, season, "working day", EVEN, WEDNESDAY, n, random);
            }
        }
    }

    private static double share(Instant time, double weekend) {
        return WeekPart.of(time, ZoneOffset.UTC) == WeekPart.WEEKEND ? weekend : EVEN;
    }

    private void window(
            Subject subject,
            Drawer drawer,
            Split split,
            String season,
            String day,
            double share,
            int weekday,
            int n,
            RandomGenerator random) {
        Instant start = START.plus(Duration.ofDays(BASELINE_DAYS + weekday));
        for (boolean strange : new boolean[] {false, true}) {
            int odd = strange ? Split.strangeOf(STRANGE, n) : 0;
            int[] known = drawer.window(share, n - odd, random);
            if (known.length < n - odd || odd > split.strange().length) {
                continue;
            }
            int[] drawn = IntStream.concat(
                            Arrays.stream(known),
                            Arrays.stream(LabelledQueries.shuffled(split.strange(), random))
                                    .limit(odd))
                    .toArray();
            Subject.Window window = subject.window(drawn, random);
            Map<String, Boolean> fired = new LinkedHashMap<>(rules.fired(subject, window, start));
            Map<String, Boolean> without = rules.fired(subject, window);
            fired.put("without, .05", without.get(WindowRules.AT_05));
            fired.put("without, .01", without.get(WindowRules.AT_01));
            fired.put(KEPT, subject.baseline().heldOut(WeekPart.WEEKEND).isPresent());
            tally.add(label(split.queries(), season, day, strange, n), fired);
        }
    }

    /** The known rows in random order: those of a half of the topics, and the others. */
    private static final class Drawer {
        private final int[][] halves;
        private final int[] taken = new int[2];
        private final RandomGenerator random;

        Drawer(Split split, RandomGenerator random) {
            this.random = random;
            LabelledQueries queries = split.queries();
            int[] known = LabelledQueries.shuffled(split.known(), random);
            Map<String, Integer> sizes = new HashMap<>();
            IntStream.of(known).forEach(row -> sizes.merge(queries.label(row), 1, Integer::sum));
            List<String> topics = List.copyOf(queries.topics());
            Set<String> half = new HashSet<>();
            int rows = 0;
            for (int i :
                    LabelledQueries.shuffled(IntStream.range(0, topics.size()).toArray(), random)) {
                if (rows < known.length / 2) {
                    half.add(topics.get(i));
                    rows += sizes.getOrDefault(topics.get(i), 0);
                }
            }
            this.halves = new int[][] {
                IntStream.of(known)
                        .filter(row -> half.contains(queries.label(row)))
                        .toArray(),
                IntStream.of(known)
                        .filter(row -> !half.contains(queries.label(row)))
                        .toArray()
            };
        }

        /** A row that will not be drawn again. */
        int forGood(double share) {
            int from = random.nextDouble() < share ? 0 : 1;
            return halves[from][taken[from]++];
        }

        /** Rows none of which was drawn for good, none twice; fewer where there are too few. */
        int[] window(double share, int n, RandomGenerator of) {
            int first = (int)
                    IntStream.range(0, n).filter(i -> of.nextDouble() < share).count();
            return IntStream.concat(rest(0, first, of), rest(1, n - first, of)).toArray();
        }

        private IntStream rest(int half, int count, RandomGenerator of) {
            int[] left = Arrays.copyOfRange(halves[half], taken[half], halves[half].length);
            return Arrays.stream(LabelledQueries.shuffled(left, of)).limit(count);
        }
    }
}
