package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** The texts behind rows of {@code embeddings_log}, as they were stored, for explanations. */
public final class RowTexts {
    /** Longer texts are cut. */
    public static final int MOST_CHARACTERS = 200;

    private RowTexts() {}

    /**
     * The beginning of each row's text: what was asked, what was answered, or the title of the document. A row without one
     * is absent: its vector was logged without text, or the text's own row is gone.
     */
    public static Map<UUID, String> of(Connection connection, WatchedStream stream, Collection<UUID> eventIds)
            throws SQLException {
        String sql =
                switch (stream) {
                    case QUERY_EMBEDDINGS -> interaction("user_query");
                    case RESPONSE_EMBEDDINGS -> interaction("model_response");
                    default ->
                        """
                        SELECT e.event_id, left(COALESCE(d.title, d.content), ?)
                        FROM embeddings_log e JOIN documents d ON d.id = e.ref_id
                        WHERE e.event_id = ANY (?)
                        """;
                };
        Map<UUID, String> texts = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, MOST_CHARACTERS);
            statement.setArray(2, connection.createArrayOf("uuid", eventIds.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String text = row.getString(2);
                    if (text != null && !text.isBlank()) {
                        texts.put(row.getObject(1, UUID.class), text);
                    }
                }
            }
        }
        return texts;
    }

    /** The original links by ref_id, the SDK by interaction_id. */
    private static String interaction(String column) {
        return """
                SELECT e.event_id, left(i.%s, ?)
                FROM embeddings_log e
                JOIN LATERAL (SELECT * FROM interaction_log
                              WHERE interaction_id = e.interaction_id
                                 OR (e.interaction_id IS NULL AND id = e.ref_id)
                              ORDER BY id LIMIT 1) i ON true
                WHERE e.event_id = ANY (?)
                """
                .formatted(column);
    }
}
