package io.driftaware.logging;

import io.driftaware.testdb.TestDatabase;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** DataSources for tests. */
final class Databases {
    private Databases() {}

    /** The test database with other credentials. */
    static DataSource as(TestDatabase db, String user, String password) {
        URI server = URI.create(db.url());
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL("jdbc:postgresql://" + server.getHost() + ":" + (server.getPort() < 0 ? 5432 : server.getPort())
                + server.getPath());
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    /** No server at all. */
    static DataSource nowhere() {
        return new Scripted(() -> {
            throw new UncheckedSql(new SQLTransientConnectionException("nobody listens", "08001"));
        });
    }

    /** Connections of another source, counted. */
    static Scripted counted(DataSource source) {
        return new Scripted(() -> {
            try {
                return source.getConnection();
            } catch (SQLException e) {
                throw new UncheckedSql(e);
            }
        });
    }

    private static final class UncheckedSql extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final transient SQLException sql;

        UncheckedSql(SQLException sql) {
            super(sql);
            this.sql = sql;
        }
    }

    /** Hands out what a supplier makes. */
    static final class Scripted extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;
        private final transient Supplier<Connection> connections;
        private final AtomicInteger taken = new AtomicInteger();

        Scripted(Supplier<Connection> connections) {
            this.connections = connections;
        }

        int taken() {
            return taken.get();
        }

        @Override
        public Connection getConnection() throws SQLException {
            taken.incrementAndGet();
            try {
                return connections.get();
            } catch (UncheckedSql e) {
                throw e.sql;
            }
        }
    }
}
