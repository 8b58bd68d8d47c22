package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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

    /** The cells of one stretch are in memory together. */
    private static final Duration STRETCH = Duration.ofHours(3);

    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

    private Rescoring() {}

    /**
     * Scores the rows of a stream that were read already and are of the baseline's space, later than its own rows. Where a
     * bucket has been scored against this baseline before, the profile with more rows stays.
     *
     * @param from rows of buckets before it are too old to matter
     * @param now until which most rows are; later ones come from wrong clocks
     */
    public static void run(
            Connection connection,
            VectorKind kind,
            WatchedStream stream,
            EmbeddingSpace space,
            Scoring.Loaded baseline,
            Instant from,
            Instant now)
            throws SQLException {
        String read = LogCursor.START.upTo(Checkpoints.read(connection).cursor(Checkpoints.Reader.EMBEDDINGS));
        Segments segments = new Segments(connection, stream.label());
        Instant start = Bucket.startOf(from.isAfter(baseline.rowsTo()) ? from : baseline.rowsTo());
        while (start.isBefore(END)) {
            Instant end = start.plus(STRETCH).isBefore(now) ? start.plus(STRETCH) : END;
            String copy =
                    """
                    COPY (SELECT event_id, "timestamp", COALESCE(NULLIF(segment, ''), tenant), embedding
                          FROM embeddings_log
                          WHERE type = %s AND "timestamp" > %s AND "timestamp" >= %s AND "timestamp" < %s
                            AND embedding_dim = %s AND embedding_model IS NOT DISTINCT FROM %s AND %s)
                    TO STDOUT (FORMAT binary)
                    """
                            .formatted(
                                    SqlLiteral.text(stream.source()),
                                    SqlLiteral.timestamp(baseline.rowsTo()),
                                    SqlLiteral.timestamp(start),
                                    SqlLiteral.timestamp(end),
                                    SqlLiteral.integer(space.dimension()),
                                    SqlLiteral.text(space.model()),
                                    read);
            stretch(connection, kind, copy, new Cell(stream.label(), space.key(), "", 0), baseline, segments);
            start = end;
        }
        segments.save();
    }

    private static void stretch(
            Connection connection,
            VectorKind kind,
            String copy,
            Cell stream,
            Scoring.Loaded baseline,
            Segments segments)
            throws SQLException {
        ScoredParts parts = new ScoredParts();
        Map<Long, Long> rowsOfBuckets = new HashMap<>();
        float[] vector = new float[baseline.baseline().dimension()];
        try (CopyRows rows = CopyRows.open(connection, copy)) {
            while (rows.next(FIELDS)) {
                UUID eventId = rows.uuidField();
                long bucket = Bucket.ofPostgres(rows.longField());
                String segment = rows.textField();
                VectorField.read(rows, kind, vector);
                if (Bucket.isPlace(bucket)
                        && RowSampling.takes(eventId, SPARING * rowsOfBuckets.merge(bucket, 1L, Long::sum))) {
                    Cell cell = new Cell(stream.owner(), stream.space(), segments.of(segment), bucket);
                    parts.add(cell, baseline, vector, eventId);
                }
            }
        }
        Map<Cell, ProfileTable.Change<ScoredProfile>> changes = new LinkedHashMap<>();
        parts.sums(TallyCounter.ofThePast())
                .forEach((cell, sum) ->
                        changes.put(cell, stored -> stored == null || stored.count() < sum.count() ? sum : stored));
        ProfileTable.SCORED.change(connection, changes);
    }
}
