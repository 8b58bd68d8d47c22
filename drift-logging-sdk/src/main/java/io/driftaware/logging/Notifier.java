package io.driftaware.logging;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the application's listener from a thread of its own, so that whatever it does, logging goes on. */
final class Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(DriftLogger.class);
    private static final int WAITING_CALLS = 1_000;

    private final @Nullable LoggerListener listener;
    private final @Nullable ThreadPoolExecutor calls;

    Notifier(@Nullable LoggerListener listener) {
        this.listener = listener;
        this.calls = listener == null ? null : executor();
    }

    private static ThreadPoolExecutor executor() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_CALLS),
                task -> {
                    Thread thread = new Thread(task, "drift-logger-listener");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    void tell(Consumer<LoggerListener> call) {
        LoggerListener told = listener;
        if (told != null && calls != null) {
            calls.execute(() -> guarded(told, call));
        }
    }

    private static void guarded(LoggerListener told, Consumer<LoggerListener> call) {
        try {
            call.accept(told);
        } catch (Throwable e) {
            LOG.warn("the listener {} failed: {}", told.getClass().getName(), e.toString());
        }
    }

    /** Calls that wait are still made, as long as the JVM lives. */
    void close() {
        if (calls != null) {
            calls.shutdown();
        }
    }
}
