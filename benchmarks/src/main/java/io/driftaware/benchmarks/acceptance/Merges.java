package io.driftaware.benchmarks.acceptance;

import io.driftaware.benchmarks.acceptance.Figure.Share;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;

/** G11: rows recorded in random parts, by 1 to 8 threads, merged in random order, against one pass over all of them. */
final class Merges {
    private static final int ROWS = 200;
    private static final int MAX_THREADS = 8;

    private final Trials trials;

    Merges(Trials trials) {
        this.trials = trials;
    }

    Section run(List<LabelledQueries> sets) {
        List<Section.Row> rows = new ArrayList<>();
        int cases = trials.count(1000, 100);
        ExecutorService threads = Executors.newFixedThreadPool(MAX_THREADS);
        try {
            for (LabelledQueries queries : sets) {
                SplittableRandom random = trials.random("G11 " + queries.name(), 0);
                Split split = Split.allKnown(queries, Split.usualBaseline(queries), random);
                Subject subject = Subject.fit(split, random);
                long scored = 0;
                long classic = 0;
                for (int i = 0; i < cases; i++) {
                    int[] drawn = split.window(0, Math.min(ROWS, split.rest().length), random);
                    List<int[]> parts = parts(drawn, random);
                    scored += same(
                                    subject::bucket,
                                    ScoredProfile::merge,
                                    ScoredProfile::toBytes,
                                    drawn,
                                    parts,
                                    threads,
                                    random)
                            ? 1
                            : 0;
                    classic += same(
                                    part -> classic(queries, part),
                                    EmbeddingProfile::merge,
                                    EmbeddingProfile::toBytes,
                                    drawn,
                                    parts,
                                    threads,
                                    random)
                            ? 1
                            : 0;
                }
                rows.add(row(queries.name() + ": scored profiles", scored, cases));
                rows.add(row(queries.name() + ": embedding profiles", classic, cases));
            }
            rows.add(interactions(cases, threads));
        } finally {
            threads.shutdown();
        }
        return new Section(
                "G11", "Parts merged in any order, by 1 to 8 threads: the same bytes as one pass", List.of(), rows);
    }

    private Section.Row interactions(int cases, ExecutorService threads) {
        SplittableRandom random = trials.random("G11 interactions", 0);
        long same = 0;
        for (int i = 0; i < cases; i++) {
            int[] drawn = random.ints(ROWS, 0, Integer.MAX_VALUE).toArray();
            same += same(
                            Merges::interactionsOf,
                            InteractionProfile::merge,
                            InteractionProfile::toBytes,
                            drawn,
                            parts(drawn, random),
                            threads,
                            random)
                    ? 1
                    : 0;
        }
        return row("random interactions: interaction profiles", same, cases);
    }

    private static Section.Row row(String label, long same, int cases) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put("same bytes", new Share(same, cases));
        figures.put(WindowRules.ALWAYS, new Share(cases, cases));
        figures.put(WindowRules.NEVER, new Share(0, cases));
        return new Section.Row(label, figures, List.of(Target.atLeast("same bytes", 1, "always")));
    }

    private static <P> boolean same(
            Function<int[], P> record,
            BinaryOperator<P> merge,
            Function<P, byte[]> bytes,
            int[] drawn,
            List<int[]> parts,
            ExecutorService threads,
            SplittableRandom random) {
        List<CompletableFuture<P>> running = parts.stream()
                .map(part -> CompletableFuture.supplyAsync(() -> record.apply(part), threads))
                .toList();
        List<P> profiles =
                new ArrayList<>(running.stream().map(CompletableFuture::join).toList());
        while (profiles.size() > 1) {
            P one = profiles.remove(random.nextInt(profiles.size()));
            int at = random.nextInt(profiles.size());
            profiles.set(at, merge.apply(profiles.get(at), one));
        }
        return Arrays.equals(bytes.apply(profiles.get(0)), bytes.apply(record.apply(drawn)));
    }

    /** Between 1 and 8 parts, some of them empty, the rows in any order. */
    private static List<int[]> parts(int[] drawn, SplittableRandom random) {
        int[] order = LabelledQueries.shuffled(drawn, random);
        int count = 1 + random.nextInt(MAX_THREADS);
        int[] cuts = IntStream.concat(IntStream.of(0, order.length), random.ints(count - 1L, 0, order.length + 1))
                .sorted()
                .toArray();
        return IntStream.range(0, count)
                .mapToObj(i -> Arrays.copyOfRange(order, cuts[i], cuts[i + 1]))
                .toList();
    }

    private static EmbeddingProfile classic(LabelledQueries queries, int[] rows) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(queries.dimension());
        for (int row : rows) {
            recorder.add(queries.vectors(), row * queries.dimension());
        }
        return recorder.snapshot();
    }

    private static InteractionProfile interactionsOf(int[] numbers) {
        InteractionRecorder recorder = new InteractionRecorder();
        for (int number : numbers) {
            recorder.addInteraction(number % 10 == 0, number % 7 == 0 ? null : Boolean.valueOf(number % 50 == 1));
            recorder.addFeedback(number % 101 / 100.0);
        }
        return recorder.snapshot();
    }
}
