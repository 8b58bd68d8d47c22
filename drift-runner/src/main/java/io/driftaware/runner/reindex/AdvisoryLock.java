package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A lock of the server that ends with the session that holds it, so a process that dies leaves none behind. */
enum AdvisoryLock {
    /** One process at a time works on a re-index. */
    WORK(0x6472_6966_7472_6978L),
    /** One session at a time builds an index; it outlives its process while the server goes on building. */
    INDEX(0x6472_6966_7469_6478L);

    private final long key;

    AdvisoryLock(long key) {
        this.key = key;
    }

    boolean taken(Connection connection) throws SQLException {
        return call(connection, "SELECT pg_try_advisory_lock(?)");
    }

    void release(Connection connection) throws SQLException {
        call(connection, "SELECT pg_advisory_unlock(?)");
    }

    private boolean call(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, key);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
