package io.driftaware.core.profile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/** What must not matter for a profile. */
public final class RandomSplits {

    private RandomSplits() {}

    /** Splits at random, shuffles, profiles the parts on one to eight threads, and merges random pairs until one is left. */
    public static <R, P> P splitAndMerge(
            Random random, List<R> rows, Function<List<R>, P> profile, BinaryOperator<P> merge)
            throws InterruptedException, ExecutionException {
        List<R> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        List<P> parts = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(1 + random.nextInt(8));
        try {
            List<Future<P>> futures = new ArrayList<>();
            int from = 0;
            while (from < shuffled.size() || futures.isEmpty()) {
                int to = Math.min(shuffled.size(), from + random.nextInt(20));
                List<R> part = List.copyOf(shuffled.subList(from, to));
                futures.add(threads.submit(() -> profile.apply(part)));
                from = to;
            }
            for (Future<P> future : futures) {
                parts.add(future.get());
            }
        } finally {
            threads.shutdownNow();
        }
        while (parts.size() > 1) {
            P one = parts.remove(random.nextInt(parts.size()));
            P other = parts.remove(random.nextInt(parts.size()));
            parts.add(merge.apply(one, other));
        }
        return parts.get(0);
    }
}
