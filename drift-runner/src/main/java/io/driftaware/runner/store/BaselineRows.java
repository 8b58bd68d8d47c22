package io.driftaware.runner.store;

import io.driftaware.core.baseline.BaselineSample;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Draws the rows that a baseline is fitted on, from the raw log. Which rows are drawn depends on a hash of their event ids
 * alone, so the same rows and seed give the same baseline. Rows of one conversation are one group, and have one vote.
 */
public final class BaselineRows {
    /** More rows than this make a baseline no better. */
    public static final int MOST = 10_000;

    private static final int FIELDS = 5;

    private final Connection connection;
    private final VectorKind kind;

    /** Reads within the transaction of {@code connection}. */
    public BaselineRows(Connection connection, VectorKind kind) {
        this.connection = connection;
        this.kind = kind;
    }

    /**
     * Rows that were drawn.
     *
     * @param sample to fit a baseline on
     * @param segments of the rows that name one, by event id, as profiles have them
     */
    public record Drawn(BaselineSample sample, Map<UUID, String> segments) {}

    /** How many rows there are to draw from; {@link #MOST} also where there are more. */
    public static long available(Connection connection, WatchedStream stream, EmbeddingSpace space, Window window)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT count(*)
                FROM (SELECT FROM embeddings_log
                      WHERE type = ? AND "timestamp" >= ? AND "timestamp" < ?
                        AND embedding_dim = ? AND embedding_model IS NOT DISTINCT FROM ?
                      LIMIT ?) rows
                """)) {
            statement.setString(1, stream.source());
            statement.setObject(2, SqlTime.parameter(window.from()));
            statement.setObject(3, SqlTime.parameter(window.to()));
            statement.setInt(4, space.dimension());
            statement.setString(5, space.model());
            statement.setInt(6, MOST);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** At most {@link #MOST} rows of one stream and space, in a random order. */
    public Drawn draw(WatchedStream stream, EmbeddingSpace space, Window window, long seed) throws SQLException {
        String copy =
                """
                COPY (SELECT e.event_id,
                             hashtextextended(COALESCE(i.conversation, e.interaction_id::text, e.event_id::text), 0),
                             COALESCE(NULLIF(e.segment, ''), e.tenant), e."timestamp", e.embedding
                      FROM (SELECT event_id, interaction_id, "timestamp", segment, tenant, embedding, uuid_hash_extended(event_id, %1$s) AS draw
                            FROM embeddings_log
                            WHERE type = %2$s AND "timestamp" >= %3$s AND "timestamp" < %4$s
                              AND embedding_dim = %5$s AND embedding_model IS NOT DISTINCT FROM %6$s
                            ORDER BY draw, event_id
                            LIMIT %7$s) e
                      LEFT JOIN LATERAL (SELECT COALESCE(NULLIF(conversation_id, ''), NULLIF(session_id, '')) AS conversation
                                         FROM interaction_log
                                         WHERE interaction_id = e.interaction_id
                                         ORDER BY id LIMIT 1) i ON true
                      ORDER BY e.draw, e.event_id)
                TO STDOUT (FORMAT binary)
                """
                        .formatted(
                                SqlLiteral.integer(seed),
                                SqlLiteral.text(stream.source()),
                                SqlLiteral.timestamp(window.from()),
                                SqlLiteral.timestamp(window.to()),
                                SqlLiteral.integer(space.dimension()),
                                SqlLiteral.text(space.model()),
                                SqlLiteral.integer(MOST));
        BaselineSample sample = new BaselineSample(space.dimension());
        Segments named = new Segments(connection, stream.label());
        Map<UUID, String> segments = new HashMap<>();
        Set<Long> voted = new HashSet<>();
        float[] vector = new float[space.dimension()];
        try (CopyRows rows = CopyRows.open(connection, copy)) {
            while (rows.next(FIELDS)) {
                UUID eventId = rows.uuidField();
                long group = rows.longField();
                String segment = named.of(rows.textField());
                if (!segment.isEmpty()) {
                    segments.put(eventId, segment);
                }
                Instant at = Bucket.instantOfPostgres(rows.longField());
                VectorField.read(rows, kind, vector);
                sample.add(vector, 0, eventId, group, at, voted.add(group));
            }
        }
        named.save();
        return new Drawn(sample, segments);
    }
}
