package io.driftaware.runner;

import io.driftaware.runner.action.ActionDispatcher;
import io.driftaware.runner.metrics.MonitorMetrics;
import io.driftaware.runner.reindex.ReindexStatus;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.MonitorState;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the metrics what became of the actions, after every attempt: a pass over long ones may take hours. */
final class OutboxMetrics implements ActionDispatcher.Listener {
    private static final Logger log = LoggerFactory.getLogger(OutboxMetrics.class);

    private final DataSource dataSource;
    private final MonitorMetrics metrics;

    OutboxMetrics(DataSource dataSource, MonitorMetrics metrics) {
        this.dataSource = dataSource;
        this.metrics = metrics;
    }

    /** Whether this monitor shows what became of the actions of all. */
    boolean shown() {
        return metrics.leads();
    }

    @Override
    public void attempted(String action, String outcome) {
        metrics.attempted(action, outcome);
        try {
            tell();
        } catch (SQLException | RuntimeException e) {
            log.debug("the metrics were not told of an action: {}", DatabaseErrors.describe(e));
        }
    }

    /** As the database has it now. */
    void tell() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            metrics.dispatched(MonitorState.dispatchCounts(connection));
            ReindexStatus.latest(connection)
                    .ifPresent(status -> metrics.reindexing(
                            status.work().embedded() + status.work().reused(),
                            status.work().pending()));
        }
    }
}
