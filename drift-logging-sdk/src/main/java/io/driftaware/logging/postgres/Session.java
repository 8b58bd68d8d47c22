package io.driftaware.logging.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One physical connection, what the catalogue told about its tables, and the transactions that write to them. */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    /** A network that swallows everything must not hold the writer for ever. */
    private static final int NETWORK_TIMEOUT_MILLIS = 60_000;

    private static final int MOST_KNOWN = 8;

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    /**
     * A connection that breaks without the server noticing leaves a transaction there whose rows nobody can send again: their
     * event ids are taken until it ends. So the server is asked to notice soon, for this transaction only.
     */
    private static final String NOTICE_A_LOST_CLIENT =
            """
            SET LOCAL idle_in_transaction_session_timeout = '10s';
            SET LOCAL tcp_keepalives_idle = 10;
            SET LOCAL tcp_keepalives_interval = 5;
            SET LOCAL tcp_keepalives_count = 4
            """;

    private final Connection connection;
    private final CopyManager copies;
    private final int networkTimeoutBefore;
    private final boolean autoCommitBefore;
    /** What the catalogue said, by the list of tables that was asked for. */
    private final IdentityHashMap<List<?>, List<?>> known = new IdentityHashMap<>();

    private Session(Connection connection) throws SQLException {
        this.connection = connection;
        copies = connection.unwrap(PGConnection.class).getCopyAPI();
        networkTimeoutBefore = connection.getNetworkTimeout();
        autoCommitBefore = connection.getAutoCommit();
        if (networkTimeoutBefore == 0) {
            connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
        }
        connection.setAutoCommit(false);
    }

    static Session open(DataSource dataSource) throws WriteFailure {
        Connection connection = null;
        try {
            connection = dataSource.getConnection();
            Session session = new Session(connection);
            connection = null;
            return session;
        } catch (SQLException e) {
            throw WriteFailure.connecting(e);
        } catch (RuntimeException e) {
            throw WriteFailure.outage("the DataSource gave no connection: " + e, e);
        } finally {
            if (connection != null) {
                closeQuietly(connection);
            }
        }
    }

    /** A list of tables is only ever stored beside layouts of its own kind of row. */
    @SuppressWarnings("unchecked")
    private <R> List<TableLayout<R>> layouts(List<LogTable<R>> tables) throws WriteFailure {
        @Nullable List<TableLayout<R>> layouts = (List<TableLayout<R>>) known.get(tables);
        return layouts == null ? readLayouts(tables) : layouts;
    }

    private <R> List<TableLayout<R>> readLayouts(List<LogTable<R>> tables) throws WriteFailure {
        List<TableLayout<R>> read = new ArrayList<>();
        try {
            for (LogTable<R> table : tables) {
                TableLayout<R> layout = TableLayout.read(connection, table);
                if (!layout.missing().isEmpty()) {
                    LOG.warn(
                            "table {} has no columns {}, their values are not stored: upgrade it with setup_database.sql",
                            layout.relation(),
                            layout.missing());
                }
                read.add(layout);
            }
            connection.commit();
        } catch (SQLException e) {
            throw WriteFailure.connecting(e);
        }
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(tables, read);
        return read;
    }

    /** Reads the catalogue again; returns whether it says something else than before. */
    <R> boolean refreshLayouts(List<LogTable<R>> tables) throws WriteFailure {
        List<TableLayout<R>> before = layouts(tables);
        return !readLayouts(tables).equals(before);
    }

    /** Writes all rows in one transaction, or none. */
    <R> void write(List<R> rows, List<LogTable<R>> tables, CopyBuffer buffer, boolean mayBeThere) throws WriteFailure {
        List<TableLayout<R>> layouts = layouts(tables);
        boolean committing = false;
        boolean committed = false;
        try {
            execute(NOTICE_A_LOST_CLIENT);
            for (TableLayout<R> layout : layouts) {
                if (!layout.concerns(rows)) {
                    continue;
                }
                if (mayBeThere) {
                    copyOnce(layout, rows, buffer);
                } else {
                    copy(layout, layout.relation(), rows, buffer);
                }
            }
            committing = true;
            connection.commit();
            committed = true;
        } catch (SQLException e) {
            throw WriteFailure.writing(e, committing);
        } catch (RuntimeException e) {
            throw WriteFailure.unexpected(e, committing);
        } finally {
            if (!committed) {
                rollbackQuietly();
            }
        }
    }

    /**
     * For rows of which some may be there from an attempt whose outcome is unknown. A COPY cannot skip them, so they go into
     * a table of this transaction first and on from there. An attempt that is still committing is waited for by the index.
     */
    private <R> void copyOnce(TableLayout<R> layout, List<R> rows, CopyBuffer buffer)
            throws SQLException, WriteFailure {
        String staging = "pg_temp.drift_resend_" + layout.table().name();
        createStaging(layout, staging);
        copy(layout, staging, rows, buffer);
        execute(
                """
                INSERT INTO %s (%s) SELECT %s FROM %s ON CONFLICT (%s) DO NOTHING
                """
                        .formatted(layout.relation(), layout.columnList(), layout.columnList(), staging, layout.key()));
    }

    private <R> void createStaging(TableLayout<R> layout, String staging) throws SQLException, WriteFailure {
        try {
            execute("CREATE TEMPORARY TABLE " + staging + " (" + layout.typedColumnList() + ") ON COMMIT DROP");
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw WriteFailure.outage(
                        "a commit's outcome is unknown, and sending its events again without doubling them needs a"
                                + " temporary table: GRANT TEMPORARY ON DATABASE .. TO the login role",
                        e);
            }
            throw e;
        }
    }

    private <R> void copy(TableLayout<R> layout, String target, List<R> rows, CopyBuffer buffer)
            throws SQLException, WriteFailure {
        CopyIn copy = copies.copyIn("COPY " + target + " (" + layout.columnList() + ") FROM STDIN (FORMAT binary)");
        try {
            buffer.begin(layout.vectorKind(), (bytes, length) -> copy.writeToCopy(bytes, 0, length));
            for (int i = 0; i < rows.size(); i++) {
                R row = rows.get(i);
                if (layout.table().holds().test(row)) {
                    writeRow(layout, row, buffer);
                }
            }
            buffer.end();
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                cancelQuietly(copy);
            }
        }
    }

    private <R> void writeRow(TableLayout<R> layout, R row, CopyBuffer buffer) throws SQLException, WriteFailure {
        List<LogColumn<R>> columns = layout.columns();
        try {
            buffer.row(columns.size());
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).field().write(row, buffer);
            }
        } catch (RuntimeException e) {
            throw WriteFailure.row("a row for " + layout.relation() + " could not be encoded: " + e, e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void cancelQuietly(CopyIn copy) {
        try {
            copy.cancelCopy();
        } catch (SQLException e) {
            LOG.debug("COPY could not be cancelled", e);
        }
    }

    private void rollbackQuietly() {
        try {
            connection.rollback();
        } catch (SQLException e) {
            LOG.debug("roll-back failed", e);
        }
    }

    /** Hands the connection back as it came. */
    void close() {
        try {
            if (networkTimeoutBefore == 0) {
                connection.setNetworkTimeout(Runnable::run, 0);
            }
            connection.setAutoCommit(autoCommitBefore);
        } catch (SQLException e) {
            LOG.debug("connection could not be restored", e);
        }
        closeQuietly(connection);
    }

    /** Cuts the connection under the thread that is using it. */
    void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            LOG.debug("connection could not be aborted", e);
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("connection could not be closed", e);
        }
    }
}
