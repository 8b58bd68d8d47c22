package io.driftaware.runner.cli;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.SchemaCheck;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens the database that the settings name. */
final class Databases {
    private static final String APPLICATION = "drift-runner";
    private static final int CONNECT_SECONDS = 10;

    /** For a server that takes the connection and then says nothing; long enough for a second host. */
    private static final int LOGIN_SECONDS = 25;

    private static final int POOL_SIZE = 3;
    private static final int PAGE_CONNECT_SECONDS = 3;
    private static final int PAGE_LOGIN_SECONDS = 5;

    private Databases() {}

    /** A new connection each time: for commands that do one thing. */
    static PGSimpleDataSource direct(DatabaseUrl url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(url.jdbcUrl());
        source.setTcpKeepAlive(true);
        if (!url.jdbcUrl().contains("connectTimeout=")) {
            source.setConnectTimeout(CONNECT_SECONDS);
        }
        if (!url.jdbcUrl().contains("loginTimeout=")) {
            source.setLoginTimeout(LOGIN_SECONDS);
        }
        if (!url.jdbcUrl().contains("ApplicationName=")) {
            source.setApplicationName(APPLICATION);
        }
        url.user().ifPresent(source::setUser);
        url.password().ifPresent(source::setPassword);
        return source;
    }

    /** The same for pages: who looks at one does not wait long for a database that is away. */
    static PGSimpleDataSource forPages(DatabaseUrl url) {
        PGSimpleDataSource source = direct(url);
        source.setConnectTimeout(PAGE_CONNECT_SECONDS);
        source.setLoginTimeout(PAGE_LOGIN_SECONDS);
        return source;
    }

    /**
     * The same, once its schema is found to be there and to fit the settings.
     *
     * @param purpose what the message of a failure begins with
     */
    static DataSource withSchema(MonitorConfig config, String purpose) throws CommandFailed {
        DatabaseUrl url = config.requiredDatabaseUrl();
        DataSource database = direct(url);
        try {
            Optional<String> problem = SchemaCheck.inspect(database).problem(config.embeddingDimIfSet());
            if (problem.isPresent()) {
                throw new CommandFailed(problem.get());
            }
        } catch (SQLException e) {
            throw new CommandFailed(DatabaseErrors.explain(e, purpose + " of " + url), e);
        }
        return database;
    }

    /**
     * Whether waiting can help: nobody answers, or the server is starting, stopping or full. A wrong password, a
     * database that does not exist, or parameters that the driver refuses stay wrong.
     */
    static boolean mayComeUp(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (state.equals("53300") || state.startsWith("57P0")) {
            return true;
        }
        for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
            if (at instanceof IOException) {
                return state.startsWith("08") && !(at instanceof SSLException);
            }
        }
        return false;
    }

    /** A small pool that opens its connections when they are asked for. */
    static HikariDataSource pool(DatabaseUrl url) {
        return pool(direct(url));
    }

    static HikariDataSource pool(DataSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("drift-runner");
        config.setDataSource(source);
        // Unless it is said, the pool asks its first connection, and if that is cut just then, it never has another.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(0);
        config.setIdleTimeout(60_000);
        config.setConnectionTimeout(15_000);
        config.setInitializationFailTimeout(-1);
        config.setExceptionOverride(new ReadOnlyEnds());
        return new HikariDataSource(config);
    }

    /** A session that was opened while the database took no writes keeps to that: the pool must not keep it. */
    private static final class ReadOnlyEnds implements SQLExceptionOverride {
        @java.lang.Override
        public Override adjudicate(SQLException failure) {
            return "25006".equals(failure.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    }
}
