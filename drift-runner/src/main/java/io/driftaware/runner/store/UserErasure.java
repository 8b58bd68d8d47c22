package io.driftaware.runner.store;

import io.driftaware.core.baseline.EmbeddingBaseline;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what is stored of a user: the interactions, the embeddings and the feedback that belong to them, and the copies of their
 * texts that the monitor keeps. Profiles are sums over many rows and stay, as do the vectors that a baseline was made of.
 */
public final class UserErasure {
    private static final int ROWS_AT_A_TIME = 5_000;

    /** Where the monitor keeps JSON that can hold texts: table, key, column. */
    private static final List<List<String>> COPIES = List.of(
            List.of("drift_baselines", "id", "details"),
            List.of("drift_events", "id", "details"),
            List.of("drift_episodes", "id", "details"),
            List.of("drift_actions", "id", "payload"),
            List.of("drift_monitor_state", "key", "value"));

    /**
     * What was deleted.
     *
     * @param interactions rows
     * @param embeddings rows
     * @param feedback rows
     * @param feedbackStates rows in which the monitor keeps what it has counted of their feedback
     * @param texts copies in the monitor's explanations and baselines
     * @param baselines how many of the embeddings' vectors are still within a baseline, of those that have any
     */
    public record Erased(
            long interactions,
            long embeddings,
            long feedback,
            long feedbackStates,
            long texts,
            Map<Baseline, Integer> baselines) {}

    private final Connection connection;
    /** What was theirs when the work began; a row that is written meanwhile stays whole. */
    private final List<Long> rows = new ArrayList<>();

    private final List<UUID> interactions = new ArrayList<>();
    /** Their texts as explanations quote them, and the event ids that stand where there is no text. */
    private final Set<String> traces = new HashSet<>();

    private UserErasure(Connection connection) {
        this.connection = connection;
    }

    /**
     * Does it, in the transaction of {@code connection}.
     *
     * @param userIds every form in which the user's id may be stored
     */
    public static Erased run(Connection connection, Collection<String> userIds) throws SQLException {
        UserErasure erasure = new UserErasure(connection);
        erasure.find(userIds);
        return erasure.delete();
    }

    /** Does it and takes it back, so that the numbers are those of doing it. */
    public static Erased tried(Connection connection, Collection<String> userIds) throws SQLException {
        Savepoint before = connection.setSavepoint();
        Erased erased = run(connection, userIds);
        connection.rollback(before);
        return erased;
    }

    private void find(Collection<String> userIds) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT id, interaction_id, left(user_query, %1$d), left(model_response, %1$d),
                       btrim(left(user_query, %1$d)), event_id::text
                FROM interaction_log WHERE user_id = ANY (?)
                """
                        .formatted(RowTexts.MOST_CHARACTERS))) {
            statement.setFetchSize(ROWS_AT_A_TIME);
            statement.setArray(1, connection.createArrayOf("text", userIds.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(row.getLong(1));
                    interactions.add(row.getObject(2, UUID.class));
                    trace(row.getString(3));
                    trace(row.getString(4));
                    // As UncoveredQueries quotes them.
                    trace(row.getString(5));
                    trace(row.getString(6));
                }
            }
        }
    }

    private void trace(@Nullable String text) {
        if (text != null && !text.isBlank()) {
            traces.add(text);
        }
    }

    private Erased delete() throws SQLException {
        Set<UUID> embeddings = embeddings();
        embeddings.forEach(id -> trace(id.toString()));
        long feedback = delete("DELETE FROM feedback_log WHERE interaction_id = ANY (?)", ofInteractions());
        long states = delete("DELETE FROM drift_feedback_state WHERE interaction_row = ANY (?)", ofRows());
        delete("DELETE FROM drift_feedback_changes WHERE interaction_id = ANY (?)", ofInteractions());
        long deleted = delete("DELETE FROM interaction_log WHERE id = ANY (?)", ofRows());
        return new Erased(deleted, embeddings.size(), feedback, states, copies(), baselines(embeddings));
    }

    /** Deletes them; the original links by ref_id, the SDK by interaction_id. */
    private Set<UUID> embeddings() throws SQLException {
        Set<UUID> deleted = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                DELETE FROM embeddings_log
                WHERE interaction_id = ANY (?)
                   OR (interaction_id IS NULL AND type <> 'doc' AND ref_id = ANY (?))
                RETURNING event_id
                """)) {
            statement.setArray(1, ofInteractions());
            statement.setArray(2, ofRows());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    deleted.add(row.getObject(1, UUID.class));
                }
            }
        }
        return deleted;
    }

    private Array ofRows() throws SQLException {
        return connection.createArrayOf("bigint", rows.toArray());
    }

    private Array ofInteractions() throws SQLException {
        return connection.createArrayOf("uuid", interactions.toArray());
    }

    private long delete(String sql, Array theirs) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, theirs);
            return statement.executeLargeUpdate();
        }
    }

    private long copies() throws SQLException {
        KeptTexts kept = new KeptTexts(traces);
        for (List<String> copy : COPIES) {
            String table = copy.get(0);
            String key = copy.get(1);
            String column = copy.get(2);
            Map<String, String> changed = new LinkedHashMap<>();
            String read = "SELECT %s::text, %s::text FROM %s WHERE %2$s::text ~ '\"(examples|texts)\"'";
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(read.formatted(key, column, table))) {
                while (row.next()) {
                    String without = without(kept, table, row.getString(2));
                    if (!without.equals(row.getString(2))) {
                        changed.put(row.getString(1), without);
                    }
                }
            }
            String write = "UPDATE %s SET %s = ?::jsonb WHERE %s::text = ?".formatted(table, column, key);
            try (PreparedStatement statement = connection.prepareStatement(write)) {
                for (Map.Entry<String, String> one : changed.entrySet()) {
                    statement.setString(1, one.getValue());
                    statement.setString(2, one.getKey());
                    statement.executeUpdate();
                }
            }
        }
        return kept.found();
    }

    private static String without(KeptTexts kept, String table, String json) throws SQLException {
        try {
            return kept.without(json);
        } catch (IOException e) {
            throw new SQLException(table + " holds JSON that cannot be read", e);
        }
    }

    private Map<Baseline, Integer> baselines(Set<UUID> embeddings) throws SQLException {
        Map<Baseline, Integer> holding = new LinkedHashMap<>();
        if (embeddings.isEmpty()) {
            return holding;
        }
        List<Baseline> ofEmbeddings = new ArrayList<>(BaselineStore.all(connection));
        ofEmbeddings.removeIf(one -> one.stream().kind() != WatchedStream.Kind.EMBEDDINGS);
        for (Baseline baseline : ofEmbeddings) {
            EmbeddingBaseline contents = EmbeddingBaseline.fromBytes(BaselineStore.body(connection, baseline.id()));
            int theirs = (int)
                    contents.sketchIds().stream().filter(embeddings::contains).count();
            if (theirs > 0) {
                holding.put(baseline, theirs);
            }
        }
        return holding;
    }
}
