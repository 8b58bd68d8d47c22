package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Puts a page of a {@link DocumentSource} into {@code documents}. A changed text stands there at once and is found by
 * its old vector until the swap; a new document has none, and is found from the swap on.
 */
final class Incoming {
    private Incoming() {}

    static void store(Connection connection, List<DocumentSource.Document> documents) throws SQLException {
        Object[] sources =
                documents.stream().map(DocumentSource.Document::source).toArray();
        Object[] titles = documents.stream().map(DocumentSource.Document::title).toArray();
        Object[] contents =
                documents.stream().map(DocumentSource.Document::content).toArray();
        for (String sql : List.of(
                """
                UPDATE documents d SET title = n.title, content = n.content, updated_at = now()
                FROM unnest(?, ?, ?) AS n (source, title, content)
                WHERE d.source = n.source AND (d.content, d.title) IS DISTINCT FROM (n.content, n.title)
                """,
                """
                INSERT INTO documents (source, title, content, embedding)
                SELECT n.source, n.title, n.content, NULL FROM unnest(?, ?, ?) AS n (source, title, content)
                WHERE NOT EXISTS (SELECT FROM documents d WHERE d.source = n.source)
                """)) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setArray(1, connection.createArrayOf("text", sources));
                statement.setArray(2, connection.createArrayOf("text", titles));
                statement.setArray(3, connection.createArrayOf("text", contents));
                statement.executeUpdate();
            }
        }
    }
}
