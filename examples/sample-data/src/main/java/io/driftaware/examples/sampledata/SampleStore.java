package io.driftaware.examples.sampledata;

import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.SchemaState;
import io.driftaware.runner.store.VectorKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import javax.sql.DataSource;

/** What the SDK does not do: write documents, delete generated rows, count what is there. */
final class SampleStore {
    private final DataSource dataSource;

    SampleStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Why the database cannot take vectors of this dimension: one line with the remedy. */
    Optional<String> problem(int dimension) throws SQLException {
        return SchemaCheck.inspect(dataSource).problem(OptionalInt.of(dimension));
    }

    /** Deletes the rows that carry this program's mark, and the feedback on them; {@return how many} */
    long clean() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            long deleted = 0;
            for (String sql : List.of(
                    """
                    DELETE FROM feedback_log f
                    USING interaction_log i
                    WHERE i.interaction_id = f.interaction_id
                      AND i.metadata ->> 'generated' = 'true' AND i.metadata ->> 'scenario' IS NOT NULL
                    """,
                    """
                    DELETE FROM interaction_log
                    WHERE metadata ->> 'generated' = 'true' AND metadata ->> 'scenario' IS NOT NULL
                    """,
                    """
                    DELETE FROM embeddings_log
                    WHERE metadata ->> 'generated' = 'true' AND metadata ->> 'topic' IS NOT NULL
                    """,
                    """
                    DELETE FROM documents
                    WHERE metadata ->> 'generated' = 'true' AND metadata ->> 'topic' IS NOT NULL
                    """)) {
                try (Statement statement = connection.createStatement()) {
                    deleted += statement.executeLargeUpdate(sql);
                }
            }
            connection.commit();
            return deleted;
        }
    }

    /** Inserts the documents; {@return their ids, in order} */
    List<Long> insert(List<SampleDocument> documents) throws SQLException {
        SchemaState schema = SchemaCheck.inspect(dataSource);
        boolean array = schema.vectorKind().filter(VectorKind.ARRAY::equals).isPresent();
        List<Long> ids = new ArrayList<>(documents.size());
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(
                    """
                    INSERT INTO documents (source, title, content, embedding, metadata)
                    VALUES (?, ?, ?, ?, ?)
                    RETURNING id
                    """)) {
                for (SampleDocument document : documents) {
                    insert.setString(1, document.source());
                    insert.setString(2, document.title());
                    insert.setString(3, document.content());
                    insert.setObject(4, literal(document.embedding(), array), Types.OTHER);
                    insert.setObject(5, SampleMark.document(document.topic()), Types.OTHER);
                    try (ResultSet row = insert.executeQuery()) {
                        row.next();
                        ids.add(row.getLong(1));
                    }
                }
            }
            connection.commit();
        }
        return ids;
    }

    private static String literal(float[] vector, boolean array) {
        StringJoiner values = array ? new StringJoiner(",", "{", "}") : new StringJoiner(",", "[", "]");
        for (float value : vector) {
            values.add(Float.toString(value));
        }
        return values.toString();
    }

    Statistics statistics() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return Statistics.read(connection);
        }
    }
}
