package io.driftaware.runner;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread that checks at every interval, and in between looks for actions that are due; another one that minds
 * the lead, however long a check takes. The clock on the wall has no part in it.
 */
final class Schedule implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Schedule.class);
    private static final Duration BETWEEN_DISPATCHES = Duration.ofSeconds(30);
    /** A third of the silence after which the server gives the lead away, so that two may come late. */
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofSeconds(5);

    private static final long PATIENCE_SECONDS = 30;

    private final Duration interval;
    private final Runnable check;
    private final Runnable dispatch;
    private final Runnable heartbeat;
    private @Nullable ScheduledThreadPoolExecutor executor;
    private @Nullable ScheduledThreadPoolExecutor leadExecutor;
    private @Nullable ScheduledFuture<?> checks;
    private boolean closed;

    Schedule(Duration interval, Runnable check, Runnable dispatch, Runnable heartbeat) {
        this.interval = interval;
        this.check = check;
        this.dispatch = dispatch;
        this.heartbeat = heartbeat;
    }

    synchronized void start() {
        if (closed || executor != null) {
            throw new IllegalStateException(
                    closed ? "the monitor is closed: build another" : "the monitor was started already");
        }
        executor = executor("drift-monitor");
        leadExecutor = executor("drift-monitor-lead");
        checkIn(Duration.ZERO);
        every(executor, BETWEEN_DISPATCHES, dispatch);
        every(leadExecutor, BETWEEN_HEARTBEATS, heartbeat);
    }

    /** Puts the next check off until then, or earlier; the ones that follow come at the interval after it. */
    synchronized void checkIn(Duration delay) {
        if (closed || executor == null) {
            return;
        }
        if (checks != null) {
            checks.cancel(false);
        }
        checks =
                executor.scheduleAtFixedRate(guarded(check), delay.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void every(ScheduledThreadPoolExecutor executor, Duration pause, Runnable task) {
        executor.scheduleWithFixedDelay(guarded(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static ScheduledThreadPoolExecutor executor(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /** Waits for the check under way; the lead is minded until it has ended. */
    @Override
    public void close() {
        ScheduledThreadPoolExecutor checking;
        ScheduledThreadPoolExecutor leading;
        synchronized (this) {
            closed = true;
            checking = executor;
            leading = leadExecutor;
        }
        if (checking == null || leading == null) {
            return;
        }
        checking.shutdown();
        try {
            if (!checking.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                checking.shutdownNow();
            }
        } catch (InterruptedException e) {
            checking.shutdownNow();
            Thread.currentThread().interrupt();
        }
        leading.shutdown();
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
