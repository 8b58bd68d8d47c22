package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Looks up what is there of the schema; changes nothing. */
public final class SchemaCheck {
    private SchemaCheck() {}

    /** Looks at the database that the data source leads to. */
    public static SchemaState inspect(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return inspect(connection);
        }
    }

    /** Looks at the database through a connection of the caller's. */
    public static SchemaState inspect(Connection connection) throws SQLException {
        int server = serverVersion(connection);
        if (server < SchemaState.MINIMUM_SERVER) {
            return new SchemaState(
                    server, List.of(), OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), false);
        }
        List<String> missing = missing(connection);
        OptionalInt version = missing.contains("drift_schema") ? OptionalInt.empty() : version(connection);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT (SELECT format_type(atttypid, NULL) FROM pg_attribute
                                WHERE attrelid = to_regclass('embeddings_log') AND attname = 'embedding'
                                  AND NOT attisdropped),
                               COALESCE(
                                   (SELECT atttypmod FROM pg_attribute
                                    WHERE attrelid = to_regclass('documents') AND attname = 'embedding'
                                      AND NOT attisdropped AND atttypmod > 0),
                                   (SELECT substring(pg_get_constraintdef(oid)
                                                     FROM 'cardinality\\(embedding\\) = (\\d+)')::integer
                                    FROM pg_constraint
                                    WHERE conrelid = to_regclass('documents')
                                      AND conname = 'documents_embedding_dim_check')),
                               (SELECT pg_get_expr(d.adbin, d.adrelid)
                                FROM pg_attrdef d
                                JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                                WHERE d.adrelid = to_regclass('embeddings_log') AND a.attname = 'embedding_dim'),
                               EXISTS (SELECT FROM pg_extension WHERE extname = 'vector')
                        """)) {
            row.next();
            String type = row.getString(1);
            Optional<VectorKind> kind = type == null
                    ? Optional.empty()
                    : Optional.of(type.endsWith("[]") ? VectorKind.ARRAY : VectorKind.VECTOR);
            String typed = row.getString(2);
            return new SchemaState(
                    server,
                    missing,
                    version,
                    kind,
                    number(typed == null ? row.getString(3) : typed),
                    row.getBoolean(4));
        }
    }

    private static OptionalInt number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}")
                ? OptionalInt.of(Integer.parseInt(text))
                : OptionalInt.empty();
    }

    private static int serverVersion(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('server_version_num')::int")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static List<String> missing(Connection connection) throws SQLException {
        List<String> missing = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT name
                        FROM unnest(ARRAY['documents', 'embeddings_log', 'interaction_log', 'feedback_log',
                                          'feedback_scores', 'drift_events', 'model_versions', 'drift_schema',
                                          'drift_episodes', 'drift_actions', 'drift_action_episodes',
                                          'drift_monitor_state', 'drift_baselines', 'drift_profiles',
                                          'drift_scored_profiles', 'drift_evidence', 'drift_checkpoints',
                                          'drift_feedback_state', 'drift_feedback_changes']) AS name
                        WHERE to_regclass(name) IS NULL
                        UNION ALL
                        SELECT relation || '.' || name         -- the schema of an earlier build
                        FROM (VALUES ('drift_actions', 'finished_at'), ('drift_actions', 'outcome'),
                                     ('drift_actions', 'outcome_at'), ('drift_actions', 'reported_at'),
                                     ('drift_actions', 'began_at'), ('drift_action_episodes', 'outcome'),
                                     ('drift_action_episodes', 'outcome_at')) AS needed (relation, name)
                        WHERE to_regclass(relation) IS NOT NULL
                          AND NOT EXISTS (SELECT FROM pg_attribute
                                          WHERE attrelid = to_regclass(relation) AND attname = name
                                            AND NOT attisdropped)
                        ORDER BY 1
                        """)) {
            while (row.next()) {
                missing.add(row.getString(1));
            }
        }
        return missing;
    }

    private static OptionalInt version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(schema_version) FROM drift_schema")) {
            row.next();
            int version = row.getInt(1);
            return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(version);
        }
    }
}
