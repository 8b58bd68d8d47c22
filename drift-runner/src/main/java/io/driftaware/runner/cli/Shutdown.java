package io.driftaware.runner.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets SIGTERM and Ctrl-C end the program in order: who waits here is woken, finishes, closes this, and only then does
 * the process end. Who does not finish is left behind, soon where no work had begun.
 */
final class Shutdown implements AutoCloseable {
    private static final long BEFORE_WORK_SECONDS = 5;

    /** Less than the 45 s after which systemd, Kubernetes and the compose file kill. */
    private static final long AT_WORK_SECONDS = 43;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile long patienceSeconds = BEFORE_WORK_SECONDS;
    private final Thread hook = new Thread(this::waitForTheEnd, "drift-shutdown");
    private final Runnable stop;
    private final boolean success;

    private Shutdown(Runnable stop, boolean success) {
        this.stop = stop;
        this.success = success;
    }

    /** For a program that runs until it is told to end: to be ended is no failure, the exit code is 0. */
    static Shutdown register() {
        return new Shutdown(() -> {}, true).registered();
    }

    /** For work that is cut short: its thread is interrupted, and the exit code is the signal's, 143 or 130. */
    static Shutdown interrupting(Thread worker) {
        Shutdown shutdown = new Shutdown(worker::interrupt, false);
        shutdown.working();
        return shutdown.registered();
    }

    private Shutdown registered() {
        Runtime.getRuntime().addShutdownHook(hook);
        return this;
    }

    private void waitForTheEnd() {
        requested.countDown();
        stop.run();
        try {
            if (finished.await(patienceSeconds, TimeUnit.SECONDS) && success) {
                // Otherwise the JVM would report the signal, which a supervisor takes for a failure.
                Runtime.getRuntime().halt(ExitCode.OK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** From now on there may be work that is worth waiting for. */
    void working() {
        patienceSeconds = AT_WORK_SECONDS;
    }

    /** Waits for the request to stop. */
    void await() throws InterruptedException {
        requested.await();
    }

    /** Waits for the request to stop, at most for {@code time}; false when that is over. */
    boolean await(Duration time) throws InterruptedException {
        return requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already: the hook is what waited for this.
        }
    }
}
