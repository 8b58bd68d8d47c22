package io.driftaware.runner.view;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.Projection;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.RowTexts;
import io.driftaware.runner.store.RowVectors;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Picture.Dot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Draws the latest rows of a stream into a picture of its baseline. */
final class PictureReader {
    private static final int RECENT = 300;

    private final Connection connection;
    private final BaselineShelf shelf;
    private final boolean learns;
    private final boolean texts;

    /** @param learns whether baselines are learned at all */
    PictureReader(Connection connection, BaselineShelf shelf, boolean learns, boolean texts) {
        this.connection = connection;
        this.shelf = shelf;
        this.learns = learns;
        this.texts = texts;
    }

    /**
     * The picture.
     *
     * @param report of the stream by the last check, null before the first
     * @param since rows of this time and later
     */
    Picture read(WatchedStream stream, @Nullable StreamReport report, Instant since) throws SQLException {
        BaselineReport baseline = report == null ? null : report.baseline();
        if (stream.kind() != WatchedStream.Kind.EMBEDDINGS || report == null || baseline == null) {
            String none = learns
                    ? "there is no baseline of embeddings yet"
                    : "thresholds alone decide (DRIFT_DETECTION), and no baseline of embeddings is learned";
            String note = stream.kind() == WatchedStream.Kind.EMBEDDINGS ? none : "this stream has no embeddings";
            return new Picture(stream.label(), null, 0, 0, List.of(), List.of(), 0, note);
        }
        Projection projection = shelf.of(connection, baseline.id()).projection();
        EmbeddingBaseline whole = shelf.whole(connection, baseline.id());
        EmbeddingSpace space = new EmbeddingSpace(report.embeddingModel(), whole.dimension());
        List<UUID> ids = latest(stream, space, since);
        VectorKind kind = SchemaCheck.inspect(connection).vectorKind().orElse(VectorKind.VECTOR);
        Map<UUID, float[]> vectors = RowVectors.of(connection, kind, space, ids);
        return new Picture(
                stream.label(),
                baseline.id(),
                projection.explained()[0],
                projection.explained()[1],
                Arrays.stream(projection.points())
                        .map(point -> List.of(point[0], point[1]))
                        .toList(),
                dots(stream, whole, projection, vectors),
                shelf.of(connection, baseline.id()).novelShare(),
                "");
    }

    private List<Dot> dots(
            WatchedStream stream, EmbeddingBaseline baseline, Projection projection, Map<UUID, float[]> vectors)
            throws SQLException {
        List<UUID> ids = List.copyOf(vectors.keySet());
        List<float[]> rows = List.copyOf(vectors.values());
        boolean[] novel = baseline.novel(rows);
        List<UUID> novelIds = new ArrayList<>();
        for (int i = 0; i < novel.length; i++) {
            if (novel[i]) {
                novelIds.add(ids.get(i));
            }
        }
        Map<UUID, String> words = texts && !novelIds.isEmpty() ? RowTexts.of(connection, stream, novelIds) : Map.of();
        List<Dot> dots = new ArrayList<>();
        for (int i = 0; i < novel.length; i++) {
            double[] place = projection.place(rows.get(i));
            if (place != null) {
                dots.add(new Dot(place[0], place[1], novel[i], words.get(ids.get(i))));
            }
        }
        return dots;
    }

    private List<UUID> latest(WatchedStream stream, EmbeddingSpace space, Instant since) throws SQLException {
        List<UUID> ids = new ArrayList<>();
        String sql =
                """
                SELECT event_id
                FROM (SELECT *
                      FROM embeddings_log
                      WHERE "timestamp" >= ? AND type = ?
                      ORDER BY "timestamp" DESC
                      LIMIT ?) scanned
                WHERE embedding_dim = ? AND embedding_model IS NOT DISTINCT FROM ?
                ORDER BY "timestamp" DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, SqlTimes.parameter(since));
            statement.setString(
                    2,
                    switch (stream) {
                        case DOCUMENT_EMBEDDINGS -> "doc";
                        case RESPONSE_EMBEDDINGS -> "response";
                        default -> "query";
                    });
            // The index knows the type and not the model: where another model writes, the scan must end all the same.
            statement.setInt(3, CoverageReader.SCANNED);
            statement.setInt(4, space.dimension());
            statement.setString(5, space.model());
            statement.setInt(6, RECENT);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getObject(1, UUID.class));
                }
            }
        }
        return ids;
    }
}
