package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The check that does for a column of {@code real[]} what its type does for one of pgvector: one dimension, and no element NULL. The
 * column itself may be NULL. It goes with its column from name to name, so that the way back has the old dimension also where no
 * document is left to show it.
 */
enum ArrayCheck {
    LIVE("documents_embedding_dim_check", "embedding"),
    PREVIOUS("documents_embedding_previous_dim_check", "embedding_previous");

    private final String constraint;
    private final String column;

    ArrayCheck(String constraint, String column) {
        this.constraint = constraint;
        this.column = column;
    }

    /** Its dimension; 0 where there is no such check. */
    int dimension(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                """
                SELECT substring(pg_get_constraintdef(oid) FROM 'cardinality\\(\\w+\\) = (\\d+)')::integer
                FROM pg_constraint WHERE conrelid = 'documents'::regclass AND conname = ?
                """)) {
            select.setString(1, constraint);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    /** Whether it is as the schema's script makes it, for a column that is never NULL. */
    boolean refusesNull(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                """
                SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'documents'::regclass AND conname = ?
                               AND pg_get_constraintdef(oid) NOT LIKE '%(' || ? || ' IS NULL)%')
                """)) {
            select.setString(1, constraint);
            select.setString(2, column);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** For an ALTER TABLE: whatever check has this name goes. */
    String drop() {
        return "DROP CONSTRAINT IF EXISTS " + constraint;
    }

    /** For an ALTER TABLE: it holds for what is written from now on, and reads no row. */
    String add(int dimension) {
        return "ADD CONSTRAINT " + constraint + " CHECK (" + condition(dimension) + ") NOT VALID";
    }

    private String condition(int dimension) {
        return column + " IS NULL OR (array_ndims(" + column + ") IS NOT DISTINCT FROM 1 AND cardinality(" + column
                + ") = " + dimension + " AND array_position(" + column + ", NULL::real) IS NULL)";
    }

    /** How many rows that were there before it cannot keep it, and the first of them; empty if none, or if there is no such check. */
    String refused(Connection connection) throws SQLException {
        int dimension = dimension(connection);
        if (dimension == 0) {
            return "";
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        WITH refused AS MATERIALIZED (SELECT id FROM documents WHERE NOT (%s)),
                             first AS (SELECT id FROM refused ORDER BY id LIMIT 5)
                        SELECT (SELECT count(*) FROM refused), (SELECT string_agg(id::text, ', ' ORDER BY id) FROM first)
                        """
                                .formatted(condition(dimension)))) {
            row.next();
            long rows = row.getLong(1);
            return rows == 0
                    ? ""
                    : rows + " documents have no vector of " + dimension + " numbers (id " + row.getString(2)
                            + (rows > 5 ? ", .." : "") + ")";
        }
    }

    /** For an ALTER TABLE: reads the rows that were there before it, while others go on reading and writing. */
    String validate() {
        return "VALIDATE CONSTRAINT " + constraint;
    }

    /** For an ALTER TABLE: it is there, and its column has the other name by now. */
    String rename(ArrayCheck to) {
        return "RENAME CONSTRAINT " + constraint + " TO " + to.constraint;
    }
}
