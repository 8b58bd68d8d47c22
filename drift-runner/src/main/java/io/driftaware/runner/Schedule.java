package io.driftaware.runner;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three daemon threads: one checks at every interval, one runs actions, one minds the lead, each however long the others take.
 * The clock on the wall has no part in it.
 */
final class Schedule implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Schedule.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
    /** A third of the silence after which the server gives the lead away, so that two may come late. */
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofSeconds(5);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For what is interrupted then: a child process is killed, a row written. */
    private static final Duration LAST_MOMENT = Duration.ofSeconds(5);

    private final Duration interval;
    private final Runnable check;
    private final Runnable betweenChecks;
    private final Runnable act;
    private final Runnable heartbeat;
    private @Nullable Threads threads;
    private @Nullable ScheduledFuture<?> checks;
    private boolean closed;

    private record Threads(
            ScheduledThreadPoolExecutor checking,
            ScheduledThreadPoolExecutor acting,
            ScheduledThreadPoolExecutor leading) {}

    /**
     * A schedule that has not begun.
     *
     * @param check at every interval
     * @param betweenChecks twice a minute, on the same thread
     * @param act twice a minute, and when asked for
     * @param heartbeat every few seconds
     */
    Schedule(Duration interval, Runnable check, Runnable betweenChecks, Runnable act, Runnable heartbeat) {
        this.interval = interval;
        this.check = check;
        this.betweenChecks = betweenChecks;
        this.act = act;
        this.heartbeat = heartbeat;
    }

    synchronized void start() {
        if (closed || threads != null) {
            throw new IllegalStateException(
                    closed ? "the monitor is closed: build another" : "the monitor was started already");
        }
        Threads begun = new Threads(
                executor("drift-monitor"), executor("drift-monitor-actions"), executor("drift-monitor-lead"));
        threads = begun;
        checkIn(Duration.ZERO);
        every(begun.checking(), BETWEEN_LOOKS, betweenChecks);
        every(begun.acting(), BETWEEN_LOOKS, act);
        every(begun.leading(), BETWEEN_HEARTBEATS, heartbeat);
    }

    /** Puts the next check off until then, or earlier; the ones that follow come at the interval after it. */
    synchronized void checkIn(Duration delay) {
        if (closed || threads == null) {
            return;
        }
        if (checks != null) {
            checks.cancel(false);
        }
        checks = threads.checking()
                .scheduleAtFixedRate(guarded(check), delay.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Looks for actions at once, or as soon as the one under way has ended. */
    synchronized void actNow() {
        if (!closed && threads != null) {
            threads.acting().execute(guarded(act));
        }
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

    /** Waits for the check and the action under way; the lead is minded until they have ended. */
    @Override
    public void close() {
        Threads running;
        synchronized (this) {
            closed = true;
            running = threads;
        }
        if (running == null) {
            return;
        }
        running.checking().shutdown();
        running.acting().shutdown();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        end(running.checking(), deadline);
        end(running.acting(), deadline);
        running.leading().shutdown();
    }

    private static void end(ScheduledThreadPoolExecutor executor, long deadline) {
        try {
            if (!executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                executor.shutdownNow();
                executor.awaitTermination(LAST_MOMENT.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
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
