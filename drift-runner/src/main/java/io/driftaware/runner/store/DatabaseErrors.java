package io.driftaware.runner.store;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns a failure of the database into one line that says what to do. Never shows a password or a stored value. */
public final class DatabaseErrors {
    private static final int LONGEST = 500;

    private DatabaseErrors() {}

    /**
     * One line with the remedy.
     *
     * @param failure what the driver or the pool threw
     * @param context what was being done, as in "reading the schema"; may be empty
     */
    public static String explain(SQLException failure, String context) {
        String explained = explain(failure);
        return context.isEmpty() ? explained : context + ": " + explained;
    }

    /** Any failure in one line. */
    public static String describe(Exception failure) {
        if (failure instanceof RestoredException) {
            return String.valueOf(failure.getMessage());
        }
        return failure instanceof SQLException sql
                ? explain(sql)
                : failure.toString().lines().findFirst().orElse("");
    }

    /**
     * Whether the same may work in a moment: the connection is gone, the server starts or stops, takes no writes or no further
     * connection.
     */
    public static boolean mayPass(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return failure instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("57P0")
                || state.equals("53300")
                || state.equals("25006");
    }

    private static String explain(SQLException failure) {
        Throwable network = cause(failure, UnknownHostException.class);
        if (network != null) {
            return "host '" + network.getMessage() + "' is unknown: check the host name in DATABASE_URL";
        }
        SQLException root = mostTelling(failure);
        String message = oneLine(root.getMessage());
        String state = root.getSQLState() == null ? "" : root.getSQLState();
        String tls = tlsProblem(failure, message);
        if (tls != null) {
            return tls;
        }
        if (cause(failure, ConnectException.class) != null) {
            return "the connection was refused: start PostgreSQL, or correct host and port in DATABASE_URL (" + message
                    + ")";
        }
        if (cause(failure, NoRouteToHostException.class) != null
                || cause(failure, SocketTimeoutException.class) != null) {
            return "the database does not answer: check host, port and firewall in DATABASE_URL (" + message + ")";
        }
        String remedy = remedy(state, message);
        return remedy == null ? message + (state.isEmpty() ? "" : " (SQLSTATE " + state + ")") : remedy;
    }

    private static @Nullable String remedy(String state, String message) {
        return switch (state) {
            case "28P01" -> message + ": correct user and password in DATABASE_URL";
            case "28000" -> message + ": correct the user in DATABASE_URL, or allow the connection in pg_hba.conf";
            case "3D000" -> message + ": create it (CREATE DATABASE), or correct the name in DATABASE_URL";
            case "42P01", "42703", "42883", "3F000" ->
                message + ": the schema is missing or out of date, run init-db, or setup_database.sql with psql";
            case "42501" -> message + ": GRANT drift_monitor to the user, or connect as the owner of the schema";
            case "25006" -> message + ": the server is read-only (a standby?), connect to the primary";
            case "53300" -> message + ": raise max_connections, close other clients, or use a smaller pool";
            case "53100" -> message + ": make room on the database server's disk";
            case "57P03", "57P01", "57P02" ->
                message + ": the server is starting or stopping, the next check tries again";
            case "57014" -> message + ": the statement was cancelled, raise statement_timeout for this user";
            case "08001", "08003", "08004", "08006", "08S01" ->
                message + ": the connection was lost or refused, check DATABASE_URL and the server";
            case "22000" ->
                message.contains("dimensions")
                        ? message + ": set EMBEDDING_DIM to the dimension of the documents table"
                        : null;
            // Raised by setup_database.sql, which says the remedy itself.
            case "55000", "0A000", "22023", "42P07", "42804" -> message;
            default -> null;
        };
    }

    private static @Nullable String tlsProblem(SQLException failure, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("no encryption")
                || lower.contains("ssl off")
                || lower.contains("ssl connection is required")) {
            return message + ": add sslmode=require to DATABASE_URL";
        }
        if (lower.contains("does not support ssl")) {
            return message + ": remove sslmode from DATABASE_URL, or switch TLS on at the server";
        }
        if (cause(failure, SSLException.class) != null) {
            return "TLS to the database failed: check sslmode and sslrootcert in DATABASE_URL (" + message + ")";
        }
        return null;
    }

    /** A pool wraps the driver's exception: the deepest one with a SQLSTATE says most. */
    private static SQLException mostTelling(SQLException failure) {
        SQLException telling = failure;
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                telling = sql;
            }
        }
        return telling;
    }

    private static @Nullable Throwable cause(Throwable failure, Class<? extends Throwable> type) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
            if (type.isInstance(at)) {
                return at;
            }
        }
        return null;
    }

    /** The server's detail and hint lines can hold stored values: only the first line is shown. */
    private static String oneLine(@Nullable String message) {
        if (message == null || message.isBlank()) {
            return "the database failed without a message";
        }
        String line = message.strip().lines().findFirst().orElse("").strip();
        for (String prefix : new String[] {"ERROR: ", "FATAL: "}) {
            if (line.startsWith(prefix)) {
                line = line.substring(prefix.length());
            }
        }
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }
}
