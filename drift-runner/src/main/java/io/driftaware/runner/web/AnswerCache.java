package io.driftaware.runner.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers of the last few seconds: many who look at one dashboard cost the database as much as one. */
final class AnswerCache {
    private static final int MOST = 64;
    private static final int LARGEST = 300_000;
    private static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(3);

    private record Kept(Answer answer, long at) {}

    private final LongSupplier nanoTime;
    private final Map<String, Kept> answers = new LinkedHashMap<>(MOST, 0.75f, false) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > MOST;
        }
    };

    AnswerCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    synchronized @Nullable Answer get(String key) {
        Kept kept = answers.get(key);
        if (kept == null) {
            return null;
        }
        if (nanoTime.getAsLong() - kept.at() > LIFETIME_NANOS) {
            answers.remove(key);
            return null;
        }
        return kept.answer();
    }

    synchronized void put(String key, Answer answer) {
        if (answer.body().length <= LARGEST) {
            answers.remove(key);
            answers.put(key, new Kept(answer, nanoTime.getAsLong()));
        }
    }
}
