package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Episodes and their events, within the transaction of one decision. */
public final class EpisodeStore {
    private final Connection connection;
    private final Instant at;

    /** Works in the transaction of {@code connection}; what it writes is dated {@code at}. */
    public EpisodeStore(Connection connection, Instant at) {
        this.connection = connection;
        this.at = at;
    }

    /** The episodes that last, at most one a stream. */
    public Map<WatchedStream, Episode> open() throws SQLException {
        Map<WatchedStream, Episode> open = new EnumMap<>(WatchedStream.class);
        try (PreparedStatement statement = connection.prepareStatement(
                """
                        SELECT id, stream, embedding_model, opened_at, opened_value, last_value, threshold,
                               recovered_checks, hypothesis
                        FROM drift_episodes
                        WHERE closed_at IS NULL AND segment = '' AND stream = ANY (?)
                        """)) {
            List<String> labels = new ArrayList<>();
            for (WatchedStream stream : WatchedStream.values()) {
                labels.add(stream.label());
            }
            statement.setArray(1, connection.createArrayOf("text", labels.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Episode episode = new Episode(
                            row.getLong(1),
                            WatchedStream.ofLabel(row.getString(2)),
                            row.getString(3),
                            Objects.requireNonNull(SqlTime.read(row, 4)),
                            row.getDouble(5),
                            row.getDouble(6),
                            row.getDouble(7),
                            row.getInt(8),
                            row.getString(9));
                    open.put(episode.stream(), episode);
                }
            }
        }
        return open;
    }

    /** The names of the actions that the open episodes asked for, each by the number of its episode. */
    public Map<Long, Set<String>> asked() throws SQLException {
        Map<Long, Set<String>> asked = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        """
                        SELECT e.id, a.action
                        FROM drift_episodes e
                        JOIN drift_action_episodes ae ON ae.episode_id = e.id
                        JOIN drift_actions a ON a.id = ae.action_id
                        WHERE e.closed_at IS NULL
                        """);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                asked.computeIfAbsent(row.getLong(1), any -> new TreeSet<>()).add(row.getString(2));
            }
        }
        return asked;
    }

    /**
     * Opens an episode.
     *
     * @param hypothesis that was proven, null where thresholds alone decided
     * @param details JSON object
     */
    public Episode begin(
            WatchedStream stream,
            @Nullable String embeddingModel,
            double value,
            double threshold,
            @Nullable String hypothesis,
            String details)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_episodes (stream, embedding_model, opened_at, opened_value, threshold, last_seen_at,
                                            last_value, hypothesis, details)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)
                RETURNING id
                """)) {
            statement.setString(1, stream.label());
            statement.setString(2, embeddingModel);
            statement.setObject(3, SqlTime.parameter(at));
            statement.setDouble(4, value);
            statement.setDouble(5, threshold);
            statement.setObject(6, SqlTime.parameter(at));
            statement.setDouble(7, value);
            statement.setString(8, hypothesis);
            statement.setString(9, details);
            return new Episode(id(statement), stream, embeddingModel, at, value, value, threshold, 0, hypothesis);
        }
    }

    /** Notes what this check saw of an episode that goes on. */
    public void goOn(Episode episode, double value, int recoveredChecks) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_episodes SET last_seen_at = ?, last_value = ?, recovered_checks = ? WHERE id = ?
                """)) {
            statement.setObject(1, SqlTime.parameter(at));
            statement.setDouble(2, value);
            statement.setInt(3, recoveredChecks);
            statement.setLong(4, episode.id());
            statement.executeUpdate();
        }
    }

    /** Closes an episode; its event is resolved once all its episodes are closed. */
    public void end(Episode episode, double value, String reason) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_episodes
                SET last_seen_at = ?, closed_at = ?, last_value = ?,
                    details = details || jsonb_build_object('closed_because', ?::text)
                WHERE id = ?
                """)) {
            statement.setObject(1, SqlTime.parameter(at));
            statement.setObject(2, SqlTime.parameter(at));
            statement.setDouble(3, value);
            statement.setString(4, reason);
            statement.setLong(5, episode.id());
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_events e
                SET resolved_at = ?
                WHERE e.id = (SELECT event_id FROM drift_episodes WHERE id = ?)
                  AND NOT EXISTS (SELECT FROM drift_episodes o WHERE o.event_id = e.id AND o.closed_at IS NULL)
                """)) {
            statement.setObject(1, SqlTime.parameter(at));
            statement.setLong(2, episode.id());
            statement.executeUpdate();
        }
    }

    /**
     * Writes one event for the episodes that this check opened.
     *
     * @param details JSON object
     */
    public void event(String kind, String details, List<Episode> episodes) throws SQLException {
        long event;
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_events (timestamp, kind, details, episode_id) VALUES (?, ?, ?::jsonb, ?) RETURNING id
                """)) {
            statement.setObject(1, SqlTime.parameter(at));
            statement.setString(2, kind);
            statement.setString(3, details);
            statement.setLong(4, episodes.get(0).id());
            event = id(statement);
        }
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE drift_episodes SET event_id = ? WHERE id = ANY (?)")) {
            statement.setLong(1, event);
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", episodes.stream().map(Episode::id).toArray()));
            statement.executeUpdate();
        }
    }

    /** What the last checks of each stream found, newest last; a stream without any is absent. */
    public Map<WatchedStream, String> histories() throws SQLException {
        return MonitorState.histories(connection);
    }

    /** Keeps what this stream's last checks found. */
    public void saveHistory(WatchedStream stream, String history) throws SQLException {
        MonitorState.saveHistory(connection, stream, history, at);
    }

    private static long id(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
