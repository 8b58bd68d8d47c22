package io.driftaware.logging.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the catalogue says of one table: how it is called in SQL, which of our columns it has, how it keeps embeddings.
 *
 * @param relation the name to use in SQL, qualified where the search path asks for it
 * @param columns those that are there, in the order in which they are sent
 * @param sqlTypes their types as they stand in DDL
 * @param missing the names of optional columns that are not there
 * @param partitioned by time; an event's id is then unique together with its time
 */
record TableLayout<R>(
        LogTable<R> table,
        String relation,
        List<LogColumn<R>> columns,
        List<String> sqlTypes,
        List<String> missing,
        VectorKind vectorKind,
        boolean partitioned) {

    private static final String COLUMNS =
            """
            SELECT a.attname, t.typname, format_type(a.atttypid, a.atttypmod), a.attrelid::regclass::text,
                   r.relkind = 'p'
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class r ON r.oid = a.attrelid
            WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
            """;

    private record Found(String typeName, String sqlType) {}

    static <R> TableLayout<R> read(Connection connection, LogTable<R> table) throws SQLException, WriteFailure {
        Map<String, Found> found = new HashMap<>();
        String relation = "";
        boolean partitioned = false;
        try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            query.setString(1, table.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), new Found(rows.getString(2), rows.getString(3)));
                    relation = rows.getString(4);
                    partitioned = rows.getBoolean(5);
                }
            }
        }
        if (found.isEmpty()) {
            throw WriteFailure.outage("there is no table " + table.name() + " in the search path" + CREATE, null);
        }
        return match(table, relation, partitioned, found);
    }

    private static final String CREATE =
            ": create or upgrade the schema with setup_database.sql (drift-runner: init-db)";

    private static <R> TableLayout<R> match(
            LogTable<R> table, String relation, boolean partitioned, Map<String, Found> found) throws WriteFailure {
        List<LogColumn<R>> columns = new ArrayList<>();
        List<String> sqlTypes = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        VectorKind kind = VectorKind.VECTOR;
        for (LogColumn<R> column : table.columns()) {
            Found there = found.get(column.name());
            if (there == null) {
                if (column.required()) {
                    throw WriteFailure.outage("table " + relation + " has no column " + column.name() + CREATE, null);
                }
                missing.add(column.name());
                continue;
            }
            if (!column.type().accepts(there.typeName())) {
                throw WriteFailure.outage(
                        "column " + relation + "." + column.name() + " is of type " + there.sqlType() + ", expected "
                                + column.type().expected() + ": change the column's type",
                        null);
            }
            if (there.typeName().equals(VectorKind.REAL_ARRAY.typeName())) {
                kind = VectorKind.REAL_ARRAY;
            }
            columns.add(column);
            sqlTypes.add(there.sqlType());
        }
        return new TableLayout<>(
                table, relation, List.copyOf(columns), List.copyOf(sqlTypes), List.copyOf(missing), kind, partitioned);
    }

    /** What is unique of an event: an event that is sent again has its time again. */
    String key() {
        return partitioned ? "event_id, \"timestamp\"" : "event_id";
    }

    String columnList() {
        return columns.stream().map(c -> '"' + c.name() + '"').collect(Collectors.joining(", "));
    }

    String typedColumnList() {
        List<String> typed = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            typed.add('"' + columns.get(i).name() + "\" " + sqlTypes.get(i));
        }
        return String.join(", ", typed);
    }

    boolean concerns(List<R> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (table.holds().test(rows.get(i))) {
                return true;
            }
        }
        return false;
    }
}
