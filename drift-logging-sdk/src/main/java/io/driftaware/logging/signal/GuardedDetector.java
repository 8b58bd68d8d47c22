package io.driftaware.logging.signal;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One detector, and what keeps its faults from the caller.
 *
 * <p>Confined to the thread that judges: {@code misses}, {@code paused}, {@code pausedUntil}. The counters may be read by any thread.
 */
final class GuardedDetector {
    private static final Pattern RECORDABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int THROWN_IN_A_ROW = 5;
    private static final int MOST_DOUBLINGS = 6;
    private static final long IDLE_SECONDS = 30;

    private final SignalDetector detector;
    private final String name;
    private final Signal signal;
    private final SignalLimits limits;
    private final LongSupplier nanoClock;
    private final BiConsumer<String, String> trouble;
    /** None for the built-in detectors. */
    private final @Nullable ThreadPoolExecutor thread;

    /** The call that the detector works on, also when nobody waits for it any more. */
    private final AtomicReference<@Nullable Object> working = new AtomicReference<>();

    private final AtomicLong known = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong timedOut = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    /** Failures and time-outs in a row. */
    private int misses;

    private boolean paused;
    private long pausedUntil;

    GuardedDetector(
            SignalDetector detector, SignalLimits limits, LongSupplier nanoClock, BiConsumer<String, String> trouble) {
        this.detector = detector;
        this.name = recordable("name", detector.name());
        recordable("version of " + name, detector.version());
        this.signal = Objects.requireNonNull(detector.signal(), () -> "signal of " + name);
        this.limits = limits;
        this.nanoClock = nanoClock;
        this.trouble = trouble;
        this.thread = isBuiltIn(detector) ? null : newThread(name);
    }

    private static boolean isBuiltIn(SignalDetector detector) {
        return detector instanceof RefusalDetector || detector instanceof ToxicityDetector;
    }

    private static String recordable(String what, @Nullable String value) {
        if (value == null || !RECORDABLE.matcher(value).matches()) {
            throw new IllegalArgumentException("a detector's " + what + " is '" + value
                    + "' and must be 1 to 64 letters, digits, '-', '.' or '_'");
        }
        return value;
    }

    /** One thread, made when it is needed. The queue bridges the moment between an answer and the thread's return. */
    private static ThreadPoolExecutor newThread(String name) {
        var executor =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), task -> {
                    Thread made = new Thread(task, "drift-signal-" + name);
                    made.setDaemon(true);
                    return made;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    String name() {
        return name;
    }

    Signal signal() {
        return signal;
    }

    DetectorStats stats() {
        return new DetectorStats(name, known.get(), unknown.get(), failed.get(), timedOut.get(), skipped.get());
    }

    void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }

    /** {@return the detector's answer, or null if it gave none} */
    @Nullable
    SignalResult ask(@Nullable String query, @Nullable String response) {
        if (paused && nanoClock.getAsLong() - pausedUntil < 0) {
            skipped.incrementAndGet();
            return null;
        }
        paused = false;
        SignalResult result = thread == null ? here(query, response) : there(thread, query, response);
        if (result != null) {
            misses = 0;
            (result.verdict() == Verdict.UNKNOWN ? unknown : known).incrementAndGet();
        }
        return result;
    }

    @SuppressWarnings("CatchingUnchecked") // whatever it is, it must not reach the thread that writes
    private @Nullable SignalResult here(@Nullable String query, @Nullable String response) {
        try {
            return Objects.requireNonNull(detector.detect(query, response));
        } catch (Throwable thrown) {
            threw(thrown);
            return null;
        }
    }

    private @Nullable SignalResult there(ThreadPoolExecutor worker, @Nullable String query, @Nullable String response) {
        Object call = new Object();
        if (!working.compareAndSet(null, call)) {
            skipped.incrementAndGet();
            return null;
        }
        var answer = new FutureTask<>(() -> {
            try {
                return Objects.requireNonNull(detector.detect(query, response));
            } finally {
                // Before the answer is out: whoever has it may ask again at once.
                working.compareAndSet(call, null);
            }
        });
        try {
            worker.execute(() -> {
                answer.run();
                // It was cancelled before it began.
                working.compareAndSet(call, null);
            });
        } catch (RejectedExecutionException closed) {
            working.set(null);
            skipped.incrementAndGet();
            return null;
        } catch (OutOfMemoryError noThread) {
            working.set(null);
            threw(noThread);
            return null;
        }
        return await(answer);
    }

    private @Nullable SignalResult await(FutureTask<SignalResult> answer) {
        try {
            return answer.get(limits.timeBox().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            threw(Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            answer.cancel(true);
            timedOut.incrementAndGet();
            pause();
            tell("took longer than " + limits.timeBox().toMillis() + " ms");
        } catch (InterruptedException e) {
            answer.cancel(true);
            skipped.incrementAndGet();
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private void threw(Throwable thrown) {
        failed.incrementAndGet();
        if (misses + 1 >= THROWN_IN_A_ROW) {
            pause();
        } else {
            misses++;
        }
        // The message may hold the text that was judged: the class must do.
        tell("threw " + thrown.getClass().getName());
    }

    private void pause() {
        long length = limits.pause().toNanos() << Math.min(misses, MOST_DOUBLINGS);
        misses++;
        paused = true;
        pausedUntil = nanoClock.getAsLong() + length;
    }

    private void tell(String reason) {
        try {
            trouble.accept(name, reason);
        } catch (RuntimeException | Error ignored) {
            // A bad listener stops nothing.
        }
    }
}
