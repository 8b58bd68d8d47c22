package io.driftaware.runner.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets SIGTERM and Ctrl-C end the program in order: who waits here is woken, finishes, closes this, and only then does
 * the process end, with exit code 0.
 */
final class Shutdown implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::waitForTheEnd, "drift-shutdown");

    private Shutdown() {}

    static Shutdown register() {
        Shutdown shutdown = new Shutdown();
        Runtime.getRuntime().addShutdownHook(shutdown.hook);
        return shutdown;
    }

    private void waitForTheEnd() {
        requested.countDown();
        try {
            if (finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                // Otherwise the JVM would report the signal, which a supervisor takes for a failure.
                Runtime.getRuntime().halt(ExitCode.OK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
