package io.driftaware.benchmarks;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database that goes away and comes back when it is told to. For one connection at a time. */
final class SwitchedSource implements DataSource {
    private final DataSource database;
    private boolean away;
    private @Nullable Connection last;

    SwitchedSource(DataSource database) {
        this.database = database;
    }

    /** Cuts the connection that is there; none is to be had until {@link #comeBack()}. */
    synchronized void goAway() throws SQLException {
        away = true;
        if (last != null) {
            last.abort(Runnable::run);
            last = null;
        }
    }

    synchronized void comeBack() {
        away = false;
    }

    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (away) {
            throw new SQLException("no database, on purpose", "08001");
        }
        Connection connection = database.getConnection();
        last = connection;
        return connection;
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> iface) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> iface) {
        return false;
    }
}
