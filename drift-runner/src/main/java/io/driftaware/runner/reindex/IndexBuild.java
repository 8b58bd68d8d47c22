package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Builds an index beside the traffic, on a thread and a connection of its own, since it takes longer than one slice of
 * work. If this process dies the server goes on building; its session's lock says so, and the next slice waits. An
 * index that was left invalid is dropped and built again.
 */
final class IndexBuild {
    private final DataSource dataSource;
    private @Nullable Thread builder;
    private volatile @Nullable SQLException failure;

    IndexBuild(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Whether the index is there and valid; if not, it is being built from now on. */
    synchronized boolean ready(Connection connection, String name, String create) throws SQLException {
        SQLException failed = failure;
        failure = null;
        if (failed != null) {
            throw failed;
        }
        if (builder != null && builder.isAlive()) {
            return false;
        }
        if (!AdvisoryLock.INDEX.taken(connection)) {
            return false; // another process, or what a dead one left to the server
        }
        AdvisoryLock.INDEX.release(connection);
        if (Boolean.TRUE.equals(DocumentsTable.valid(connection, name))) {
            return true;
        }
        Thread thread = new Thread(() -> build(name, create), "drift-reindex-index");
        thread.setDaemon(true);
        builder = thread;
        thread.start();
        return false;
    }

    private void build(String name, String create) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            if (!AdvisoryLock.INDEX.taken(connection)) {
                return;
            }
            try {
                Boolean valid = DocumentsTable.valid(connection, name);
                if (Boolean.FALSE.equals(valid)) {
                    DocumentsTable.run(connection, "DROP INDEX CONCURRENTLY IF EXISTS " + name);
                }
                if (!Boolean.TRUE.equals(valid)) {
                    DocumentsTable.run(connection, create);
                }
            } finally {
                AdvisoryLock.INDEX.release(connection);
            }
        } catch (SQLException e) {
            failure = e;
        }
    }
}
