package io.driftaware.runner;

import io.driftaware.runner.action.ActionDispatcher;
import io.driftaware.runner.metrics.MonitorMetrics;
import io.driftaware.runner.reindex.ReindexStatus;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.MonitorState;
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
    private final MonitorMetrics metrics;

    /** An action may take a minute a call: no check waits for it. */
    private final ReentrantLock oneAtATime = new ReentrantLock();

    Dispatches(ActionDispatcher dispatcher, DataSource dataSource, MonitorMetrics metrics) {
        this.dispatcher = dispatcher;
        this.dataSource = dataSource;
        this.metrics = metrics;
    }

    /** Right after a check, which has told the metrics the counts as they were in its transaction. */
    void afterCheck() {
        pass(false);
    }

    /** At any other time: another monitor may have run an action since, and whoever leads shows what became of it. */
    void betweenChecks() {
        pass(true);
    }

    private void pass(boolean timeHasPassed) {
        oneAtATime.lock();
        try {
            if (dispatcher.pass() > 0 || (timeHasPassed && metrics.leads())) {
                tellMetrics();
            }
        } catch (SQLException | RuntimeException e) {
            log.debug("dispatching failed", e);
            log.warn("dispatching actions failed, tried again later: {}", DatabaseErrors.describe(e));
        } finally {
            oneAtATime.unlock();
        }
    }

    private void tellMetrics() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            metrics.dispatched(MonitorState.dispatchCounts(connection));
            ReindexStatus.latest(connection)
                    .ifPresent(status -> metrics.reindexing(
                            status.work().embedded() + status.work().reused(),
                            status.work().pending()));
        }
    }

    /** Lets the call under way end, and begins no other. */
    void stop() {
        dispatcher.stop();
    }
}
