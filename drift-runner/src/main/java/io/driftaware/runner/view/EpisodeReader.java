package io.driftaware.runner.view;

import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.Explanation;
import io.driftaware.runner.view.Episodes.Action;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Episodes.Proof;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads episodes with what they set off. */
final class EpisodeReader {
    private static final int MOST_ACTIONS = 500;

    private final Connection connection;
    private final EvidenceHistory evidence;
    private final Beginnings beginnings;
    private final boolean texts;

    EpisodeReader(Connection connection, EvidenceHistory evidence, Beginnings beginnings, boolean texts) {
        this.connection = connection;
        this.evidence = evidence;
        this.beginnings = beginnings;
        this.texts = texts;
    }

    /** Makes an episode of a row of {@code drift_episodes} once its actions are known. */
    private interface Row {
        Episode with(Map<Long, List<Action>> actions) throws SQLException;
    }

    /**
     * Those below a number, the latest first.
     *
     * @param open whether those that are over are left out
     */
    Episodes page(long before, int limit, boolean open) throws SQLException {
        List<Long> ids = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        String sql =
                """
                SELECT id, stream, segment, embedding_model, opened_at, opened_value, threshold, last_value, last_seen_at,
                       closed_at, details ->> 'closed_because', COALESCE(details ->> 'reason', ''), hypothesis,
                       (details -> 'explanation')::text, details ->> 'measure'
                FROM drift_episodes
                WHERE id < ? AND (closed_at IS NULL OR NOT ?)
                ORDER BY id DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, before);
            statement.setBoolean(2, open);
            statement.setInt(3, limit + 1);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getLong(1));
                    rows.add(row(row));
                }
            }
        }
        boolean more = rows.size() > limit;
        List<Row> shown = more ? rows.subList(0, limit) : rows;
        Map<Long, List<Action>> actions = actions(ids.subList(0, shown.size()));
        List<Episode> episodes = new ArrayList<>();
        for (Row row : shown) {
            episodes.add(row.with(actions));
        }
        return new Episodes(episodes, more ? ids.get(limit - 1) : null);
    }

    private Row row(ResultSet row) throws SQLException {
        Beginnings.Opened opened = new Beginnings.Opened(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                SqlTimes.required(row, 5),
                row.getString(13),
                number(row, 7));
        String model = row.getString(4);
        Double openedValue = number(row, 6);
        Double lastValue = number(row, 8);
        Instant lastSeenAt = SqlTimes.required(row, 9);
        Instant closedAt = SqlTimes.read(row, 10);
        String closedBecause = row.getString(11);
        String reason = row.getString(12);
        String explanation = row.getString(14);
        Proven.Measure measure = Proven.measure(opened.stream(), opened.hypothesis(), row.getString(15))
                .orElse(null);
        return actions -> new Episode(
                opened.id(),
                opened.stream(),
                texts || opened.segment().isEmpty() ? opened.segment() : "withheld",
                model,
                opened.at(),
                openedValue,
                opened.threshold(),
                measure == null ? null : measure.name(),
                measure == null ? null : measure.unit(),
                beginnings.of(connection, opened),
                lastValue,
                lastSeenAt,
                closedAt,
                closedBecause,
                reason,
                opened.hypothesis(),
                proof(opened),
                explanation == null ? null : drifted(explanation),
                actions.getOrDefault(opened.id(), List.of()));
    }

    private @Nullable Proof proof(Beginnings.Opened opened) throws SQLException {
        return opened.hypothesis() == null
                ? null
                : evidence.proof(opened.stream(), opened.segment(), opened.hypothesis(), opened.at())
                        .orElse(null);
    }

    /** An explanation of a version to come is not a reason to show no episode. */
    private @Nullable Drifted drifted(String explanation) {
        try {
            return Drifted.of(Explanation.fromJson(explanation), texts);
        } catch (DriftMonitorException e) {
            return null;
        }
    }

    private Map<Long, List<Action>> actions(List<Long> episodes) throws SQLException {
        Map<Long, List<Action>> actions = new HashMap<>();
        String sql =
                """
                SELECT e.episode_id, a.id, a.action, a.kind, a.state, a.created_at, a.updated_at, a.attempts,
                       a.next_attempt_at, a.suppression_reason, NULLIF(COALESCE(a.last_error, a.result, a.progress), ''),
                       e.outcome
                FROM drift_action_episodes e JOIN drift_actions a ON a.id = e.action_id
                WHERE e.episode_id = ANY (?)
                ORDER BY a.id DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("bigint", episodes.toArray()));
            statement.setInt(2, MOST_ACTIONS);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String keptBack = row.getString(10);
                    actions.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                            .add(
                                    0,
                                    new Action(
                                            row.getLong(2),
                                            row.getString(3),
                                            row.getString(4),
                                            row.getString(5),
                                            SqlTimes.required(row, 6),
                                            SqlTimes.required(row, 7),
                                            row.getInt(8),
                                            SqlTimes.read(row, 9),
                                            keptBack == null && texts ? row.getString(11) : keptBack,
                                            row.getString(12)));
                }
            }
        }
        return actions;
    }

    private static @Nullable Double number(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
