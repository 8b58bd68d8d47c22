package io.driftaware.logging.postgres;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Why a batch is not in the database, and so what to do about it. The message is one line without logged content. */
public final class WriteFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What a failure is about. */
    public enum Kind {
        /** A row of the batch: without it, the rest goes in. */
        ROW,
        /** An event id that is there already: an earlier attempt did get through. */
        DUPLICATE,
        /** Not the rows: keep the batch and try again. */
        OUTAGE
    }

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String CHECK_VIOLATION = "23514";
    /** Bad data, broken constraints, limits of the program such as a field that is too long. */
    private static final Set<String> ROW_CLASSES = Set.of("22", "23", "54");

    private final Kind kind;
    private final boolean outcomeUnknown;

    private WriteFailure(Kind kind, boolean outcomeUnknown, String reason, @Nullable Throwable cause) {
        super(oneLine(reason), cause);
        this.kind = kind;
        this.outcomeUnknown = outcomeUnknown;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the rows may be in the database all the same, because the connection was lost at the commit. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }

    static WriteFailure outage(String reason, @Nullable Throwable cause) {
        return new WriteFailure(Kind.OUTAGE, false, reason, cause);
    }

    static WriteFailure row(String reason, Throwable cause) {
        return new WriteFailure(Kind.ROW, false, reason, cause);
    }

    static WriteFailure connecting(SQLException e) {
        return outage(explain(e), e);
    }

    static WriteFailure unexpected(RuntimeException e, boolean committing) {
        return new WriteFailure(Kind.OUTAGE, committing, "the JDBC driver failed: " + e, e);
    }

    static WriteFailure writing(SQLException e, boolean committing) {
        Kind kind = kindOf(e);
        // A commit that fails for its rows was rolled back; of any other nobody can say.
        boolean unknown = committing && kind == Kind.OUTAGE && !stateOf(e).startsWith("40");
        return new WriteFailure(kind, unknown, kind == Kind.OUTAGE ? explain(e) : withoutContent(e), e);
    }

    private static Kind kindOf(SQLException e) {
        String state = stateOf(e);
        if (state.equals(UNIQUE_VIOLATION)) {
            return Kind.DUPLICATE;
        }
        // "No partition for this row" has the code of a check without having a check's name.
        ServerErrorMessage server = serverMessage(e);
        if (state.equals(CHECK_VIOLATION) && server != null && server.getConstraint() == null) {
            return Kind.OUTAGE;
        }
        return state.length() == 5 && ROW_CLASSES.contains(state.substring(0, 2)) ? Kind.ROW : Kind.OUTAGE;
    }

    /** The server's text for bad data quotes the data, so only names are taken from it. */
    private static String withoutContent(SQLException e) {
        StringBuilder reason = new StringBuilder("SQLSTATE ").append(stateOf(e));
        ServerErrorMessage message = serverMessage(e);
        if (message != null) {
            appendNamed(reason, "table", message.getTable());
            appendNamed(reason, "column", message.getColumn());
            appendNamed(reason, "constraint", message.getConstraint());
            appendNamed(reason, "raised by", message.getRoutine());
        }
        return reason.toString();
    }

    private static void appendNamed(StringBuilder reason, String what, @Nullable String name) {
        if (name != null) {
            reason.append(", ").append(what).append(' ').append(name);
        }
    }

    private static String explain(SQLException e) {
        String state = stateOf(e);
        ServerErrorMessage server = serverMessage(e);
        String said =
                server != null && server.getMessage() != null ? server.getMessage() : String.valueOf(e.getMessage());
        return said + " (SQLSTATE " + (state.isEmpty() ? "unknown" : state) + ")" + remedy(state);
    }

    private static String remedy(String state) {
        return switch (state) {
            case "42P01", "42703" -> ": create or upgrade the schema with setup_database.sql (drift-runner: init-db)";
            case "42501" -> ": grant the role drift_writer, which setup_database.sql creates, to the login role";
            case "25006" -> ": the server takes no writes, point the DataSource at the primary";
            case "28P01", "28000" -> ": check user and password of the DataSource";
            case "3D000" -> ": create the database, or correct its name in the DataSource";
            case "08001" -> ": check host and port of the DataSource, and that the server runs";
            case "53300" -> ": the server has no free connection, raise max_connections or shrink the pools";
            default -> "";
        };
    }

    private static @Nullable ServerErrorMessage serverMessage(SQLException e) {
        return e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    }

    private static String stateOf(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
