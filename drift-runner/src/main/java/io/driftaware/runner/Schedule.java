package io.driftaware.runner;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One daemon thread that checks at every interval, and in between looks for actions that are due. */
final class Schedule implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Schedule.class);
    private static final Duration BETWEEN_DISPATCHES = Duration.ofSeconds(30);
    private static final long PATIENCE_SECONDS = 30;

    private final Duration interval;
    private final Runnable check;
    private final Runnable dispatch;
    private @Nullable ScheduledThreadPoolExecutor executor;
    private boolean closed;

    Schedule(Duration interval, Runnable check, Runnable dispatch) {
        this.interval = interval;
        this.check = check;
        this.dispatch = dispatch;
    }

    synchronized void start() {
        if (closed || executor != null) {
            throw new IllegalStateException(
                    closed ? "the monitor is closed: build another" : "the monitor was started already");
        }
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "drift-monitor");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.scheduleAtFixedRate(guarded(check), 0, interval.toNanos(), TimeUnit.NANOSECONDS);
        executor.scheduleWithFixedDelay(
                guarded(dispatch), BETWEEN_DISPATCHES.toNanos(), BETWEEN_DISPATCHES.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        ScheduledThreadPoolExecutor running;
        synchronized (this) {
            closed = true;
            running = executor;
        }
        if (running == null) {
            return;
        }
        running.shutdown();
        try {
            if (!running.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** An exception would end the schedule for good; an error of the VM may pass as well. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.error("the monitor goes on after an unexpected failure", e);
            }
        };
    }
}
