package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares the vectors in use with the shadow on recent queries.
 *
 * <p><i>Recall</i>: of the ten nearest that an exact search of the shadow finds, the share that the new index finds with
 * the session's usual settings. <i>Coverage</i>: the share of queries with a document near them. Distances of two models
 * cannot be compared, so near is said in each model's own terms: as near as 95 % of sampled documents are to their
 * nearest other document. The logged query vectors are the old model's, so the new ones are made of the stored texts.
 */
final class Comparing {
    private static final int QUERIES = 50;
    private static final int SAMPLE = 100;
    private static final int NEAREST = 10;
    private static final double ROUNDING = 1e-6;

    /** Exact searches read the whole table: no more are made once this has passed. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(15);

    private static final int FEWEST = 5;

    private final DocumentsTable table;
    private final MeteredModel model;
    private final InstantSource clock;
    private final List<Query> queries;
    private final List<String> probes = new ArrayList<>();
    private int most;

    private record Query(String text, @Nullable String oldVector) {}

    Comparing(
            Connection connection,
            DocumentsTable table,
            MeteredModel model,
            ReindexSettings settings,
            InstantSource clock)
            throws SQLException {
        this.table = table;
        this.model = model;
        this.clock = clock;
        this.most = settings.batchTexts();
        this.queries = table.arrays() ? List.of() : queries(connection, settings.textLimit());
    }

    /** Whether the model has to be asked once more before the comparison. */
    boolean wantsVectors() {
        return probes.size() < queries.size();
    }

    /** One request for the next queries' vectors; returns its tokens. A query that the model refuses is left out. */
    long embed() throws EmbeddingFailure, InterruptedException {
        int from = probes.size();
        List<Query> next = queries.subList(from, Math.min(queries.size(), from + most));
        try {
            DocumentEmbedder.Embedded made =
                    model.embed(next.stream().map(Query::text).toList());
            made.vectors().forEach(vector -> probes.add(table.literal(vector)));
            return made.tokens();
        } catch (EmbeddingFailure e) {
            if (e.kind() != EmbeddingFailure.Kind.REFUSED) {
                throw e;
            }
            if (next.size() == 1) {
                next.clear();
            } else {
                most = next.size() / 2;
            }
            return 0;
        }
    }

    ReindexStatus.Comparison compare(Connection connection) throws SQLException {
        if (table.arrays()) {
            return new ReindexStatus.Comparison(null, 0, null, null);
        }
        connection.setAutoCommit(false);
        try {
            if (queries.isEmpty()) {
                return recall(connection, sampled(connection), null, null);
            }
            List<String> old = new ArrayList<>();
            queries.forEach(query -> old.add(query.oldVector()));
            Double before = old.contains(null) ? null : coverage(connection, "embedding", table.dimension(), old);
            Double after = coverage(connection, "embedding_next", model.dimension(), probes);
            return recall(connection, probes, before, after);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Recent queries with their text, and with the old model's vector if all have one. */
    private List<Query> queries(Connection connection, int textLimit) throws SQLException {
        List<Query> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                """
                SELECT left(i.user_query, ?), e.embedding::text FROM embeddings_log e
                JOIN interaction_log i ON i.interaction_id = e.interaction_id
                WHERE e.type = 'query' AND e.embedding_dim = ? AND i.user_query ~ '\\S'
                  AND COALESCE(e.embedding_model = (SELECT embedding_model FROM documents
                                                    WHERE embedding_model IS NOT NULL ORDER BY id LIMIT 1), true)
                ORDER BY e.timestamp DESC LIMIT ?
                """)) {
            select.setInt(1, textLimit);
            select.setInt(2, table.dimension());
            select.setInt(3, QUERIES);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Query(row.getString(1), row.getString(2)));
                }
            }
        }
        if (!found.isEmpty()) {
            return found;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT left(user_query, ?) FROM interaction_log WHERE user_query ~ '\\S' ORDER BY timestamp DESC"
                        + " LIMIT ?")) {
            select.setInt(1, textLimit);
            select.setInt(2, QUERIES);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Query(row.getString(1), null));
                }
            }
        }
        return found;
    }

    private static final String SAMPLED =
            """
            SELECT DISTINCT s.id FROM
                (SELECT min(id) AS low, max(id) AS high FROM documents) ids,
                LATERAL generate_series(low, high, GREATEST(1, (high - low) / %d)) g,
                LATERAL (SELECT id FROM documents WHERE id >= g AND embedding_next IS NOT NULL AND embedding IS NOT NULL
                         ORDER BY id LIMIT 1) s
            """;

    private static List<String> sampled(Connection connection) throws SQLException {
        List<String> vectors = new ArrayList<>();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT d.embedding_next::text FROM documents d WHERE id IN ("
                                + SAMPLED.formatted(QUERIES) + ") ORDER BY id");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                vectors.add(row.getString(1));
            }
        }
        return vectors;
    }

    private @Nullable Double coverage(Connection connection, String column, int dimension, List<String> probes)
            throws SQLException {
        double edge;
        String near = table.distance("o." + column, dimension, "d." + column);
        try (PreparedStatement select = connection.prepareStatement(
                        "SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY n.far) FROM documents d CROSS JOIN LATERAL"
                                + " (SELECT " + near + " AS far FROM documents o WHERE o.id <> d.id ORDER BY " + near
                                + " LIMIT 1) n WHERE d.id IN (" + SAMPLED.formatted(SAMPLE) + ")");
                ResultSet row = select.executeQuery()) {
            row.next();
            edge = row.getDouble(1);
            if (row.wasNull()) {
                return null;
            }
        }
        int covered = 0;
        for (String probe : probes) {
            List<Double> nearest = nearest(connection, column, dimension, probe, 1);
            covered += !nearest.isEmpty() && nearest.get(0) <= edge + ROUNDING ? 1 : 0;
        }
        return probes.isEmpty() ? null : (double) covered / probes.size();
    }

    private ReindexStatus.Comparison recall(
            Connection connection, List<String> probes, @Nullable Double before, @Nullable Double after)
            throws SQLException {
        Instant end = clock.instant().plus(LONG_ENOUGH);
        int asked = 0;
        long right = 0;
        long wanted = 0;
        for (String probe : probes) {
            if (asked >= FEWEST && clock.instant().isAfter(end)) {
                break;
            }
            // The planner may think a small table is sooner read as a whole: then this would praise an index that
            // nobody asked.
            DocumentsTable.run(connection, "SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = on");
            List<Double> approximate = nearest(connection, "embedding_next", model.dimension(), probe, NEAREST);
            DocumentsTable.run(connection, "SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = off");
            List<Double> exact = nearest(connection, "embedding_next", model.dimension(), probe, NEAREST);
            if (!exact.isEmpty()) {
                double last = exact.get(exact.size() - 1) + ROUNDING;
                right += approximate.stream().filter(far -> far <= last).count();
                wanted += exact.size();
                asked++;
            }
        }
        return new ReindexStatus.Comparison(wanted == 0 ? null : (double) right / wanted, asked, before, after);
    }

    private List<Double> nearest(Connection connection, String column, int dimension, String probe, int most)
            throws SQLException {
        String far = table.distance(column, dimension, "?::" + table.type(dimension));
        List<Double> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + far + " FROM documents WHERE " + column + " IS NOT NULL ORDER BY " + far + " LIMIT ?")) {
            select.setString(1, probe);
            select.setString(2, probe);
            select.setInt(3, most);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row.getDouble(1));
                }
            }
        }
        return found;
    }
}
