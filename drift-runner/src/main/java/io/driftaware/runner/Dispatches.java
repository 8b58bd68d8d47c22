package io.driftaware.runner;

import io.driftaware.runner.action.ActionDispatcher;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.Intake;
import io.driftaware.runner.store.RestoredException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the actions that are due and tells the metrics what became of them; without consequence for the check that asked for
 * them. What is not dispatched now is so later.
 */
final class Dispatches {
    private static final Logger log = LoggerFactory.getLogger(Dispatches.class);

    private final ActionDispatcher dispatcher;
    private final DataSource dataSource;
    private final OutboxMetrics metrics;

    /** An action may take a minute a call: no check waits for it. */
    private final ReentrantLock oneAtATime = new ReentrantLock();

    /** Whether the log was told that this database came from another cluster. */
    private boolean saidRestored;

    Dispatches(ActionDispatcher dispatcher, DataSource dataSource, OutboxMetrics metrics) {
        this.dispatcher = dispatcher;
        this.dataSource = dataSource;
        this.metrics = metrics;
    }

    /** One pass, right after a check, which has told the metrics the counts as they were in its transaction. */
    void afterCheck() {
        guarded(() -> {
            if (mayBegin()) {
                dispatcher.pass();
            }
        });
    }

    /**
     * At any other time: passes until nothing is due. Another monitor may have run an action since, and whoever leads shows what
     * became of it.
     */
    void betweenChecks() {
        guarded(() -> {
            int attempts = 0;
            do {
                attempts = mayBegin() ? dispatcher.pass() : 0;
            } while (attempts > 0);
            if (metrics.shown()) {
                metrics.tell();
            }
        });
    }

    /** What is open in a dump was perhaps done where the dump came from. */
    private boolean mayBegin() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            Intake.requireSameCluster(connection);
            saidRestored = false;
            return true;
        } catch (RestoredException e) {
            if (!saidRestored) {
                log.warn("no action is called: {}", DatabaseErrors.describe(e));
            }
            saidRestored = true;
            return false;
        }
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void guarded(Work work) {
        oneAtATime.lock();
        try {
            work.run();
        } catch (SQLException | RuntimeException e) {
            log.debug("dispatching failed", e);
            log.warn("dispatching actions failed, tried again later: {}", DatabaseErrors.describe(e));
        } finally {
            oneAtATime.unlock();
        }
    }

    /** Lets the call under way end, and begins no other. */
    void stop() {
        dispatcher.stop();
    }
}
