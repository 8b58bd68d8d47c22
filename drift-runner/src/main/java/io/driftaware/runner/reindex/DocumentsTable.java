package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code documents} looks like, and the SQL that depends on it: vectors or arrays, and where pgvector lives.
 *
 * @param arrays whether the columns are {@code real[]}
 * @param pgvector quoted schema of the extension; empty with arrays
 * @param dimension of the present vectors, 0 where nothing says it
 * @param shadow dimension of the shadow column, 0 where nothing says it, -1 if there is none
 * @param previous whether an earlier run's vectors are kept
 */
record DocumentsTable(boolean arrays, String pgvector, int dimension, int shadow, boolean previous) {
    static final String PENDING_INDEX = "documents_reindex_pending_idx";
    static final String LIVE_INDEX = "documents_embedding_hnsw_idx";
    static final String SHADOW_INDEX = "documents_embedding_next_hnsw_idx";
    static final String PREVIOUS_INDEX = "documents_embedding_previous_hnsw_idx";
    private static final int MOST_FLOATS = 2_000;
    private static final int MOST_HALVES = 4_000;

    static DocumentsTable inspect(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT format_type(live.atttypid, NULL) LIKE '%[]',
                               COALESCE((SELECT quote_ident(n.nspname) FROM pg_extension e
                                         JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'), ''),
                               GREATEST(live.atttypmod, 0),
                               COALESCE((SELECT GREATEST(atttypmod, 0) FROM pg_attribute
                                         WHERE attrelid = live.attrelid AND attname = 'embedding_next'
                                           AND NOT attisdropped), -1),
                               EXISTS (SELECT FROM pg_attribute WHERE attrelid = live.attrelid
                                       AND attname = 'embedding_previous' AND NOT attisdropped)
                        FROM pg_attribute live
                        WHERE live.attrelid = 'documents'::regclass AND live.attname = 'embedding'
                        """)) {
            row.next();
            return new DocumentsTable(
                    row.getBoolean(1), row.getString(2), row.getInt(3), row.getInt(4), row.getBoolean(5));
        }
    }

    /** What keeps a re-index from working on this table; one line with the remedy. */
    static Optional<String> obstacle(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT pg_has_role(t.relowner, 'MEMBER'), current_user, pg_get_userbyid(t.relowner),
                               t.relkind <> 'r' OR EXISTS (SELECT FROM pg_inherits WHERE t.oid IN (inhrelid, inhparent)),
                               (SELECT string_agg(DISTINCT r.ev_class::regclass::text, ', ')
                                FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
                                JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                                WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = t.oid
                                  AND a.attname IN ('embedding', 'content_hash', 'embedding_model'))
                        FROM pg_class t WHERE t.oid = 'documents'::regclass
                        """)) {
            row.next();
            if (!row.getBoolean(1)) {
                return Optional.of("user \"" + row.getString(2) + "\" may not alter documents: let its owner \""
                        + row.getString(3) + "\" run the re-index");
            }
            if (row.getBoolean(4)) {
                return Optional.of("documents is partitioned, or part of an inheritance: re-index needs a plain table");
            }
            String views = row.getString(5);
            return views == null
                    ? Optional.empty()
                    : Optional.of("view " + views + " reads the embedding columns of documents and would go on reading"
                            + " the old ones: drop it, and create it again after the swap");
        }
    }

    String type(int dimension) {
        return arrays ? "real[]" : pgvector + ".vector(" + dimension + ")";
    }

    String literal(float[] vector) {
        StringBuilder text = new StringBuilder(vector.length * 12).append(arrays ? '{' : '[');
        for (int i = 0; i < vector.length; i++) {
            text.append(i == 0 ? "" : ",").append(vector[i]);
        }
        return text.append(arrays ? '}' : ']').toString();
    }

    /** The distance of a column from a vector, written so that the index can be used. */
    String distance(String column, int dimension, String to) {
        boolean half = dimension > MOST_FLOATS && dimension <= MOST_HALVES;
        String cast = half ? "::" + pgvector + ".halfvec(" + dimension + ")" : "";
        return "(" + column + cast + " OPERATOR(" + pgvector + ".<=>) " + to + cast + ")";
    }

    /** The index beside the old one; empty where this kind or dimension has none. */
    Optional<String> createIndex(int dimension) {
        if (arrays || dimension > MOST_HALVES) {
            return Optional.empty();
        }
        String key = dimension > MOST_FLOATS
                ? "(embedding_next::" + pgvector + ".halfvec(" + dimension + ")) " + pgvector + ".halfvec_cosine_ops"
                : "embedding_next " + pgvector + ".vector_cosine_ops";
        return Optional.of("CREATE INDEX CONCURRENTLY " + SHADOW_INDEX + " ON documents USING hnsw (" + key + ")");
    }

    /** Finds the few rows that lack the new vector without reading the others, whoever writes them. */
    static String createPendingIndex() {
        return "CREATE INDEX CONCURRENTLY " + PENDING_INDEX
                + " ON documents (id) WHERE content_hash_next IS DISTINCT FROM md5(content)";
    }

    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static void dropColumns(Connection connection, String suffix) throws SQLException {
        run(
                connection,
                "ALTER TABLE documents DROP COLUMN IF EXISTS embedding" + suffix
                        + ", DROP COLUMN IF EXISTS content_hash" + suffix
                        + ", DROP COLUMN IF EXISTS embedding_model" + suffix);
    }

    /** Null if there is no index of this name on the table. */
    static @Nullable Boolean valid(Connection connection, String index) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                """
                SELECT x.indisvalid AND x.indisready FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                WHERE x.indrelid = 'documents'::regclass AND i.relname = ?
                """)) {
            select.setString(1, index);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getBoolean(1) : null;
            }
        }
    }
}
