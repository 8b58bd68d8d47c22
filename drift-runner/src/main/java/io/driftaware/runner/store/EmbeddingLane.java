package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Reads {@code embeddings_log}: one COPY a pass, in the order of its cursor, one vector in memory at a time.
 *
 * <p>A pass ends after so many rows, or sooner when its profiles would take more memory than allowed; a backlog spread over
 * years of buckets takes more passes, not more memory.
 */
final class EmbeddingLane implements Lane {
    private static final int FIELDS = 9;
    private static final int FIRST_ROWS = 10_000;
    private static final int FEWEST_ROWS = 1_000;

    private final VectorKind kind;
    private final Scoring scoring;
    private final int rowsAPass;
    /** How many rows the next pass asks for: twice what the last one took, since what it asks for and does not take is read for nothing. */
    private int rowsAsked;

    EmbeddingLane(VectorKind kind, Scoring scoring, int rowsAPass) {
        this.kind = kind;
        this.scoring = scoring;
        this.rowsAPass = rowsAPass;
        rowsAsked = Math.min(rowsAPass, FIRST_ROWS);
    }

    @Override
    public Set<WatchedStream> streams() {
        EnumSet<WatchedStream> streams = EnumSet.allOf(WatchedStream.class);
        streams.removeIf(stream -> stream.kind() != WatchedStream.Kind.EMBEDDINGS);
        return streams;
    }

    @Override
    public Set<Checkpoints.Reader> readers() {
        return EnumSet.of(Checkpoints.Reader.EMBEDDINGS);
    }

    @Override
    public Passed pass(Connection connection, Checkpoints checkpoints, long horizon, TallyCounter tally)
            throws SQLException {
        LogCursor cursor = checkpoints.cursor(Checkpoints.Reader.EMBEDDINGS);
        String condition = cursor.following(horizon);
        EmbeddingFold fold = new EmbeddingFold(connection, scoring, storedRows(connection, condition));
        fold.loadSegments(streams());
        UUID last = null;
        long rowsRead = 0;
        boolean full = false;
        try (CopyRows rows = CopyRows.open(connection, copyStatement(condition))) {
            Map<Integer, float[]> vectors = new HashMap<>();
            while (!full && rows.next(FIELDS)) {
                LogCursor at = new LogCursor(rows.longField(), rows.longField());
                UUID eventId = rows.uuidField();
                long time = rows.longField();
                WatchedStream stream = WatchedStream.ofEmbeddingType(rows.textField());
                String model = rows.textField();
                EmbeddingSpace space = new EmbeddingSpace(model, rows.intField());
                full = !fold.place(stream, space, rows.textField(), time);
                if (!full) {
                    float[] vector = vectors.computeIfAbsent(space.dimension(), float[]::new);
                    VectorField.read(rows, kind, vector);
                    fold.add(vector, eventId);
                    cursor = at;
                    last = eventId;
                    rowsRead++;
                }
            }
        }
        if (last != null) {
            fold.write(tally);
            checkpoints.move(Checkpoints.Reader.EMBEDDINGS, cursor, last);
        }
        boolean more = full || rowsRead == rowsAsked;
        rowsAsked = (int) Math.min(rowsAPass, Math.max(FEWEST_ROWS, 2 * rowsRead));
        return new Passed(rowsRead, more);
    }

    private String copyStatement(String condition) {
        return """
                COPY (SELECT xact_id, id, event_id, "timestamp", type, embedding_model, embedding_dim,
                             COALESCE(NULLIF(segment, ''), tenant), embedding
                      FROM embeddings_log
                      WHERE %s
                      ORDER BY xact_id, id
                      LIMIT %d)
                TO STDOUT (FORMAT binary)
                """
                .formatted(condition, rowsAsked);
    }

    /** Rows that the buckets of the coming rows hold already, as far as a baseline makes them matter. */
    private Map<Cell, Long> storedRows(Connection connection, String condition) throws SQLException {
        Map<Cell, Long> stored = new HashMap<>();
        if (scoring == Scoring.NONE) {
            return stored;
        }
        String sql =
                """
                SELECT p.stream, p.embedding_model, EXTRACT(EPOCH FROM p.bucket_start)::bigint, p.row_count
                FROM (SELECT DISTINCT date_bin('15 minutes', "timestamp", TIMESTAMPTZ '0001-01-01 00:00Z') AS start
                      FROM (SELECT "timestamp" FROM embeddings_log WHERE %s ORDER BY xact_id, id LIMIT %d) coming
                     ) buckets
                JOIN drift_profiles p ON p.stream = ANY (?) AND p.segment = '' AND p.bucket_start = buckets.start
                                     AND p.bucket_seconds = 900
                """
                        .formatted(condition, rowsAsked);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", streams().stream().map(WatchedStream::label).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    stored.put(new Cell(row.getString(1), row.getString(2), "", row.getLong(3)), row.getLong(4));
                }
            }
        }
        return stored;
    }
}
