package io.driftaware.runner.action;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A process and everything that it started. What has cut itself loose before, as a daemon does that forks twice, is not found.
 */
final class ProcessTree {
    private static final int SWEEPS = 5;

    private final Process root;
    private final Set<ProcessHandle> found = new LinkedHashSet<>();

    ProcessTree(Process root) {
        this.root = root;
    }

    /** Asks all of it to end, and kills what has not after {@code grace}. */
    void end(Duration grace) throws InterruptedException {
        look();
        found.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + grace.toNanos();
        while (alive() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
            look();
        }
        kill();
    }

    /** Kills all of it at once. A process that is killed may have started one the moment before, so it is looked for again. */
    void kill() {
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            look();
            found.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private boolean alive() {
        return found.stream().anyMatch(ProcessHandle::isAlive);
    }

    private void look() {
        found.add(root.toHandle());
        for (ProcessHandle known : Set.copyOf(found)) {
            known.descendants().forEach(found::add);
        }
    }
}
