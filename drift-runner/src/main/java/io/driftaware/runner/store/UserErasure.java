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

/**
 * Deletes what is stored of a user: the interactions, the embeddings and the feedback that belong to them, and the copies of their
 * texts that the monitor keeps. Profiles are sums over many rows and stay, as do the vectors that a baseline was made of.
 */
public final class UserErasure {
    /** The interactions of the user. The original links embeddings by ref_id, the SDK by interaction_id. */
    private static final String THEIRS = "(SELECT * FROM interaction_log WHERE user_id = ANY (?))";

    private static final List<String> EMBEDDINGS = List.of(
            """
            DELETE FROM embeddings_log e USING %s i
            WHERE e.interaction_id = i.interaction_id
            RETURNING e.event_id
            """,
            """
            DELETE FROM embeddings_log e USING %s i
            WHERE e.interaction_id IS NULL AND e.type <> 'doc' AND e.ref_id = i.id
            RETURNING e.event_id
            """);
    private static final String FEEDBACK =
            "DELETE FROM feedback_log f USING %s i WHERE f.interaction_id = i.interaction_id";
    private static final String FEEDBACK_STATE =
            "DELETE FROM drift_feedback_state s USING %s i WHERE s.interaction_row = i.id";
    private static final String FEEDBACK_CHANGES =
            "DELETE FROM drift_feedback_changes c USING %s i WHERE c.interaction_id = i.interaction_id";
    private static final String INTERACTIONS = "DELETE FROM interaction_log WHERE user_id = ANY (?)";

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
    private final Array userIds;

    private UserErasure(Connection connection, Array userIds) {
        this.connection = connection;
        this.userIds = userIds;
    }

    /**
     * Does it, in the transaction of {@code connection}.
     *
     * @param userIds every form in which the user's id may be stored
     */
    public static Erased run(Connection connection, Collection<String> userIds) throws SQLException {
        return new UserErasure(connection, connection.createArrayOf("text", userIds.toArray())).run();
    }

    /** Does it and takes it back, so that the numbers are those of doing it. */
    public static Erased tried(Connection connection, Collection<String> userIds) throws SQLException {
        Savepoint before = connection.setSavepoint();
        Erased erased = run(connection, userIds);
        connection.rollback(before);
        return erased;
    }

    private Erased run() throws SQLException {
        Set<String> traces = texts();
        Set<UUID> events = new HashSet<>();
        for (String embeddings : EMBEDDINGS) {
            try (PreparedStatement statement = theirs(embeddings);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    events.add(row.getObject(1, UUID.class));
                }
            }
        }
        events.forEach(id -> traces.add(id.toString()));
        long feedback = delete(FEEDBACK);
        long states = delete(FEEDBACK_STATE);
        delete(FEEDBACK_CHANGES);
        long interactions = delete(INTERACTIONS);
        return new Erased(interactions, events.size(), feedback, states, copies(traces), baselines(events));
    }

    /** Their texts as explanations quote them. */
    private Set<String> texts() throws SQLException {
        Set<String> texts = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT left(text, %d)
                FROM interaction_log CROSS JOIN LATERAL (VALUES (user_query), (model_response)) AS t (text)
                WHERE user_id = ANY (?)
                """
                        .formatted(RowTexts.MOST_CHARACTERS))) {
            statement.setArray(1, userIds);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String text = row.getString(1);
                    if (text != null && !text.isBlank()) {
                        texts.add(text);
                    }
                }
            }
        }
        return texts;
    }

    private PreparedStatement theirs(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.formatted(THEIRS));
        statement.setArray(1, userIds);
        return statement;
    }

    private long delete(String sql) throws SQLException {
        try (PreparedStatement statement = theirs(sql)) {
            return statement.executeLargeUpdate();
        }
    }

    private long copies(Set<String> traces) throws SQLException {
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

    private Map<Baseline, Integer> baselines(Set<UUID> events) throws SQLException {
        Map<Baseline, Integer> holding = new LinkedHashMap<>();
        if (events.isEmpty()) {
            return holding;
        }
        List<Baseline> ofEmbeddings = new ArrayList<>(BaselineStore.all(connection));
        ofEmbeddings.removeIf(one -> one.stream().kind() != WatchedStream.Kind.EMBEDDINGS);
        for (Baseline baseline : ofEmbeddings) {
            EmbeddingBaseline contents = EmbeddingBaseline.fromBytes(BaselineStore.body(connection, baseline.id()));
            int theirs =
                    (int) contents.sketchIds().stream().filter(events::contains).count();
            if (theirs > 0) {
                holding.put(baseline, theirs);
            }
        }
        return holding;
    }
}
