package io.driftaware.runner.reindex;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads documents that lack the new vector, and writes it. A document is written only if its content is still the one
 * that was embedded, and only if nobody else is writing it now: it stays to be done then, so a writer never waits for
 * longer than one batch's statement, and never meets a deadlock of ours.
 */
final class Filling {
    private final DocumentsTable table;
    private final MeteredModel model;
    private final ReindexSettings settings;

    /** Which columns are filled. */
    enum Target {
        SHADOW("embedding_next", "content_hash_next", "embedding_model_next"),
        LIVE("embedding", "content_hash", "embedding_model");

        private final String vector;
        private final String hash;
        private final String model;

        Target(String vector, String hash, String model) {
            this.vector = vector;
            this.hash = hash;
            this.model = model;
        }
    }

    /**
     * Documents that one request embeds.
     *
     * @param reusable documents whose vector is copied
     * @param last id of all
     * @param full whether there may be more behind it
     */
    record Batch(
            List<Long> ids, List<String> hashes, List<String> texts, List<Long> reusable, long last, boolean full) {
        boolean isEmpty() {
            return ids.isEmpty() && reusable.isEmpty();
        }
    }

    /** How many documents were written, and how many of them with a vector that was there already. */
    record Written(int embedded, int copied) {
        boolean nothing() {
            return embedded + copied == 0;
        }
    }

    Filling(DocumentsTable table, MeteredModel model, ReindexSettings settings) {
        this.table = table;
        this.model = model;
        this.settings = settings;
    }

    private boolean sameDimension() {
        return table.dimension() == model.dimension() || table.dimension() == 0;
    }

    /** The next documents behind {@code after}, at most {@code most}. */
    Batch read(Connection connection, Target target, long after, int most) throws SQLException {
        String sql =
                """
                SELECT id, left(CASE WHEN content ~ '\\S' THEN content ELSE COALESCE(NULLIF(title, ''), source) END, ?),
                       md5(content),
                       %s AND embedding IS NOT NULL AND embedding_model IS NOT DISTINCT FROM ?
                           AND content_hash IS NOT DISTINCT FROM md5(content)
                FROM documents WHERE %s IS DISTINCT FROM md5(content) AND id > ? ORDER BY id LIMIT ?
                """
                        .formatted(target == Target.SHADOW && sameDimension(), target.hash);
        List<Long> ids = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<Long> reusable = new ArrayList<>();
        long last = after;
        long bytes = 0;
        boolean full = false;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setInt(1, settings.textLimit());
            select.setString(2, model.name());
            select.setLong(3, after);
            select.setInt(4, most);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong(1);
                    String text = row.getString(2);
                    if (row.getBoolean(4)) {
                        reusable.add(id);
                    } else {
                        bytes += text.getBytes(StandardCharsets.UTF_8).length;
                        if (bytes > settings.batchBytes() && !ids.isEmpty()) {
                            full = true;
                            break;
                        }
                        ids.add(id);
                        texts.add(text.isBlank() ? "-" : text);
                        hashes.add(row.getString(3));
                    }
                    last = id;
                }
            }
        }
        full |= ids.size() + reusable.size() == most;
        return new Batch(ids, hashes, texts, reusable, last, full);
    }

    /** Writes the vectors, and copies those that can be used again. */
    Written write(Connection connection, Target target, Batch batch, List<float[]> vectors) throws SQLException {
        int written = 0;
        if (!batch.ids().isEmpty()) {
            String sql =
                    """
                    WITH made AS (SELECT * FROM unnest(?, ?, ?) AS made (id, hash, vector)),
                         free AS (SELECT d.id, made.hash, made.vector FROM documents d JOIN made ON made.id = d.id
                                  WHERE md5(d.content) = made.hash ORDER BY d.id FOR NO KEY UPDATE OF d SKIP LOCKED)
                    UPDATE documents d SET %s = free.vector::%s, %s = free.hash, %s = ? FROM free WHERE d.id = free.id
                    """
                            .formatted(target.vector, table.type(model.dimension()), target.hash, target.model);
            try (PreparedStatement update = connection.prepareStatement(sql)) {
                update.setArray(1, connection.createArrayOf("int8", batch.ids().toArray()));
                update.setArray(
                        2, connection.createArrayOf("text", batch.hashes().toArray()));
                update.setArray(
                        3,
                        connection.createArrayOf(
                                "text", vectors.stream().map(table::literal).toArray()));
                update.setString(4, model.name());
                written = update.executeUpdate();
            }
        }
        int copied = 0;
        if (!batch.reusable().isEmpty()) {
            try (PreparedStatement update = connection.prepareStatement(
                    """
                    WITH free AS (SELECT id FROM documents
                                  WHERE id = ANY (?) AND content_hash = md5(content) AND embedding_model = ?
                                  ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
                    UPDATE documents d SET embedding_next = embedding, content_hash_next = content_hash,
                           embedding_model_next = embedding_model FROM free WHERE d.id = free.id
                    """)) {
                update.setArray(
                        1, connection.createArrayOf("int8", batch.reusable().toArray()));
                update.setString(2, model.name());
                copied = update.executeUpdate();
            }
        }
        return new Written(written, copied);
    }

    /** How many documents lack the new vector. */
    static long pending(Connection connection, Target target) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement(
                        "SELECT count(*) FROM documents WHERE " + target.hash + " IS DISTINCT FROM md5(content)");
                ResultSet row = count.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
