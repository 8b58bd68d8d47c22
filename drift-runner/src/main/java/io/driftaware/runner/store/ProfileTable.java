package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The profiles of one kind, read and written many at a time. */
final class ProfileTable<P> {
    /** Cells that are read and written at once: at 1,536 dimensions 6 MB. */
    private static final int AT_ONCE = 250;

    private static final String READ =
            """
            SELECT c.place, p.body
            FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[])
                 WITH ORDINALITY AS c (owner, space, segment, bucket, place)
            JOIN drift_profiles p ON p.stream = c.owner AND p.embedding_model = c.space AND p.segment = c.segment
                                 AND p.bucket_start = to_timestamp(c.bucket) AND p.bucket_seconds = %d
            """;

    private static final String WRITE =
            """
            INSERT INTO drift_profiles (stream, embedding_model, segment, bucket_start, bucket_seconds, row_count, body)
            VALUES (?, ?, ?, to_timestamp(?), %d, ?, ?)
            ON CONFLICT (stream, segment, embedding_model, bucket_start, bucket_seconds)
            DO UPDATE SET row_count = EXCLUDED.row_count, body = EXCLUDED.body, updated_at = EXCLUDED.updated_at
            """;

    private static final String READ_SCORED =
            """
            SELECT c.place, p.body
            FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[])
                 WITH ORDINALITY AS c (owner, space, segment, bucket, place)
            JOIN drift_scored_profiles p ON p.baseline_id = c.owner::bigint AND p.segment = c.segment
                                        AND p.bucket_start = to_timestamp(c.bucket) AND p.bucket_seconds = 900
            """;

    private static final String WRITE_SCORED =
            """
            INSERT INTO drift_scored_profiles (baseline_id, segment, bucket_start, bucket_seconds, row_count, body)
            SELECT owner::bigint, segment, to_timestamp(bucket), 900, row_count, body
            FROM (VALUES (?::text, ?::text, ?::text, ?::bigint, ?::bigint, ?::bytea))
                 AS one (owner, space, segment, bucket, row_count, body)
            ON CONFLICT (baseline_id, segment, bucket_start, bucket_seconds)
            DO UPDATE SET row_count = EXCLUDED.row_count, body = EXCLUDED.body, updated_at = EXCLUDED.updated_at
            """;

    static final ProfileTable<EmbeddingProfile> EMBEDDINGS = new ProfileTable<>(
            READ.formatted(Bucket.SECONDS),
            WRITE.formatted(Bucket.SECONDS),
            EmbeddingProfile::fromBytes,
            EmbeddingProfile::toBytes,
            profile -> profile.count() + profile.rejected());

    static final ProfileTable<InteractionProfile> INTERACTIONS = interactions(Bucket.SECONDS);

    /** Those that were rolled up: the bucket of a cell is the start of its day. */
    static final ProfileTable<InteractionProfile> DAYS_OF_INTERACTIONS = interactions(RollUp.DAY);

    static final ProfileTable<RetrievalProfile> RETRIEVALS = new ProfileTable<>(
            READ.formatted(Bucket.SECONDS),
            WRITE.formatted(Bucket.SECONDS),
            RetrievalProfile::fromBytes,
            RetrievalProfile::toBytes,
            profile -> profile.known() + profile.unusable());

    static final ProfileTable<ScoredProfile> SCORED = new ProfileTable<>(
            READ_SCORED, WRITE_SCORED, ScoredProfile::fromBytes, ScoredProfile::toBytes, ScoredProfile::count);

    private final String read;
    private final String write;
    private final Function<byte[], P> decode;
    private final Function<P, byte[]> encode;
    private final ToLongFunction<P> rows;

    private ProfileTable(
            String read, String write, Function<byte[], P> decode, Function<P, byte[]> encode, ToLongFunction<P> rows) {
        this.read = read;
        this.write = write;
        this.decode = decode;
        this.encode = encode;
        this.rows = rows;
    }

    private static ProfileTable<InteractionProfile> interactions(int seconds) {
        return new ProfileTable<>(
                READ.formatted(seconds),
                WRITE.formatted(seconds),
                InteractionProfile::fromBytes,
                InteractionProfile::toBytes,
                InteractionProfile::interactions);
    }

    P decode(byte[] body) {
        return decode.apply(body);
    }

    byte[] encode(P profile) {
        return encode.apply(profile);
    }

    /** What is to become of one profile. */
    interface Change<P> {
        /**
         * Null leaves it as it is.
         *
         * @param stored null if there is none yet
         */
        @Nullable
        P of(@Nullable P stored);
    }

    /** Changes stored profiles, each once. */
    void change(Connection connection, Map<Cell, Change<P>> changes) throws SQLException {
        List<Map.Entry<Cell, Change<P>>> all = new ArrayList<>(changes.entrySet());
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Map.Entry<Cell, Change<P>>> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            Map<Cell, P> stored =
                    stored(connection, some.stream().map(Map.Entry::getKey).toList());
            try (PreparedStatement statement = connection.prepareStatement(write)) {
                for (Map.Entry<Cell, Change<P>> one : some) {
                    Cell cell = one.getKey();
                    P changed = one.getValue().of(stored.get(cell));
                    if (changed == null) {
                        continue;
                    }
                    statement.setString(1, cell.owner());
                    statement.setString(2, cell.space());
                    statement.setString(3, cell.segment());
                    statement.setLong(4, cell.bucket());
                    statement.setLong(5, rows.applyAsLong(changed));
                    statement.setBytes(6, encode.apply(changed));
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }
    }

    private Map<Cell, P> stored(Connection connection, List<Cell> cells) throws SQLException {
        Map<Cell, P> stored = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(read)) {
            place(statement, connection, cells);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    stored.put(cells.get(row.getInt(1) - 1), decode.apply(row.getBytes(2)));
                }
            }
        }
        return stored;
    }

    /** The first four parameters: owners, spaces, segments and buckets. */
    static void place(PreparedStatement statement, Connection connection, List<Cell> cells) throws SQLException {
        statement.setArray(1, texts(connection, cells, Cell::owner));
        statement.setArray(2, texts(connection, cells, Cell::space));
        statement.setArray(3, texts(connection, cells, Cell::segment));
        statement.setArray(
                4,
                connection.createArrayOf(
                        "bigint", cells.stream().map(Cell::bucket).toArray()));
    }

    private static java.sql.Array texts(Connection connection, List<Cell> cells, Function<Cell, String> part)
            throws SQLException {
        return connection.createArrayOf("text", cells.stream().map(part).toArray());
    }
}
