package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Scores rows that were read before there was a baseline, as far as their raw rows are still there. Of a busy bucket an eighth
 * of what a live one would score: a window of the past is looked at as a whole.
 */
public final class Rescoring {
    private static final int FIELDS = 4;
    private static final int SPARING = 8;

    private Rescoring() {}

    /**
     * Scores the rows of a stream that were read already and are of the baseline's space, later than its own rows.
     *
     * @param from rows before it are too old to matter
     */
    public static void run(
            Connection connection,
            VectorKind kind,
            WatchedStream stream,
            EmbeddingSpace space,
            Scoring.Loaded baseline,
            Instant from)
            throws SQLException {
        LogCursor read = Checkpoints.read(connection).cursor(Checkpoints.Reader.EMBEDDINGS);
        Instant start = from.isAfter(baseline.rowsTo()) ? from : baseline.rowsTo();
        String copy =
                """
                COPY (SELECT event_id, "timestamp", COALESCE(NULLIF(segment, ''), tenant), embedding
                      FROM embeddings_log
                      WHERE type = %s AND "timestamp" > %s AND embedding_dim = %s
                        AND embedding_model IS NOT DISTINCT FROM %s AND %s
                      ORDER BY "timestamp")
                TO STDOUT (FORMAT binary)
                """
                        .formatted(
                                SqlLiteral.text(stream.source()),
                                SqlLiteral.timestamp(start),
                                SqlLiteral.integer(space.dimension()),
                                SqlLiteral.text(space.model()),
                                LogCursor.START.upTo(read));
        Segments segments = new Segments(connection, stream.label());
        ScoredParts parts = new ScoredParts();
        Map<Long, Long> rowsOfBuckets = new HashMap<>();
        float[] vector = new float[space.dimension()];
        try (CopyRows rows = CopyRows.open(connection, copy)) {
            while (rows.next(FIELDS)) {
                UUID eventId = rows.uuidField();
                long bucket = Bucket.ofPostgres(rows.longField());
                String segment = rows.textField();
                VectorField.read(rows, kind, vector);
                if (Bucket.isPlace(bucket)
                        && RowSampling.takes(eventId, SPARING * rowsOfBuckets.merge(bucket, 1L, Long::sum))) {
                    Cell cell = new Cell(stream.label(), space.key(), segments.of(segment), bucket);
                    parts.add(cell, baseline, vector, eventId);
                }
            }
        }
        Map<Cell, ProfileTable.Change<ScoredProfile>> changes = new LinkedHashMap<>();
        parts.sums(TallyCounter.ofThePast())
                .forEach((cell, sum) -> changes.put(cell, stored -> stored == null ? sum : stored.merge(sum)));
        ProfileTable.SCORED.change(connection, changes);
        segments.save();
    }
}
