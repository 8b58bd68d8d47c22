package io.driftaware.runner.store;

import io.driftaware.core.sequential.Evidence;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sequences of evidence ({@code drift_evidence}): a row for every step, of which the last is the state. Written in the
 * transaction that moves the watermark, so that no row counts twice.
 */
public final class EvidenceStore {
    private EvidenceStore() {}

    /** The last step of every sequence that has one. */
    public static Map<WatchedStream, Map<Hypothesis, StoredEvidence>> last(Connection connection) throws SQLException {
        List<String> streams = new ArrayList<>();
        List<String> hypotheses = new ArrayList<>();
        for (WatchedStream stream : WatchedStream.values()) {
            for (Hypothesis hypothesis : Hypothesis.of(stream)) {
                streams.add(stream.label());
                hypotheses.add(hypothesis.label());
            }
        }
        Map<WatchedStream, Map<Hypothesis, StoredEvidence>> last = new EnumMap<>(WatchedStream.class);
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT e.stream, e.hypothesis, e.checked_at, e.baseline_id, e.log_r, e.log_e, e.log_alarm, e.alarm,
                       e.deltas::text
                FROM unnest(?::text[], ?::text[]) AS wanted (stream, hypothesis)
                CROSS JOIN LATERAL (SELECT * FROM drift_evidence d
                                    WHERE d.stream = wanted.stream AND d.segment = ''
                                      AND d.hypothesis = wanted.hypothesis
                                    ORDER BY d.checked_at DESC
                                    LIMIT 1) e
                """)) {
            statement.setArray(1, connection.createArrayOf("text", streams.toArray()));
            statement.setArray(2, connection.createArrayOf("text", hypotheses.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    StoredEvidence evidence = read(row);
                    last.computeIfAbsent(evidence.stream(), stream -> new EnumMap<>(Hypothesis.class))
                            .put(evidence.hypothesis(), evidence);
                }
            }
        }
        return last;
    }

    /** Keeps the steps of a check. */
    public static void append(Connection connection, Collection<StoredEvidence> steps) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_evidence
                    (stream, hypothesis, checked_at, baseline_id, log_r, log_e, log_alarm, alarm, deltas)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb)
                """)) {
            for (StoredEvidence step : steps) {
                statement.setString(1, step.stream().label());
                statement.setString(2, step.hypothesis().label());
                statement.setObject(3, SqlTime.parameter(step.checkedAt()));
                if (step.baselineId() == null) {
                    statement.setNull(4, Types.BIGINT);
                } else {
                    statement.setLong(4, step.baselineId());
                }
                statement.setArray(5, connection.createArrayOf("float8", boxed(step.evidence())));
                statement.setDouble(6, step.logE());
                statement.setDouble(7, step.logAlarm());
                statement.setBoolean(8, step.alarm());
                statement.setString(9, step.deltas());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** Ends what was gathered of a stream, and what waits to be: what its rows are like now is no news any more. */
    public static void beginAnew(Connection connection, WatchedStream stream, Instant at) throws SQLException {
        Tally pending = MonitorState.takePendingTally(connection).without(stream);
        if (!pending.equals(Tally.NONE)) {
            MonitorState.savePendingTally(connection, pending);
        }
        List<StoredEvidence> anew = new ArrayList<>();
        for (StoredEvidence stands :
                last(connection).getOrDefault(stream, Map.of()).values()) {
            Instant later = stands.checkedAt().plusNanos(1_000);
            anew.add(new StoredEvidence(
                    stream,
                    stands.hypothesis(),
                    later.isAfter(at) ? later : at,
                    stands.baselineId(),
                    Evidence.none(stands.evidence().alternatives()),
                    0,
                    stands.logAlarm(),
                    false,
                    "{}"));
        }
        append(connection, anew);
    }

    private static StoredEvidence read(ResultSet row) throws SQLException {
        long baseline = row.getLong("baseline_id");
        Long baselineId = row.wasNull() ? null : baseline;
        Array logs = row.getArray("log_r");
        return new StoredEvidence(
                WatchedStream.ofLabel(row.getString("stream")),
                hypothesis(row.getString("hypothesis")),
                Optional.ofNullable(SqlTime.read(row, 3)).orElse(Instant.EPOCH),
                baselineId,
                Evidence.ofLogs(Arrays.stream((Double[]) logs.getArray())
                        .mapToDouble(Double::doubleValue)
                        .toArray()),
                row.getDouble("log_e"),
                row.getDouble("log_alarm"),
                row.getBoolean("alarm"),
                row.getString("deltas"));
    }

    private static Hypothesis hypothesis(String label) {
        for (Hypothesis hypothesis : Hypothesis.values()) {
            if (hypothesis.label().equals(label)) {
                return hypothesis;
            }
        }
        throw new IllegalArgumentException("no hypothesis is called '" + label + "'");
    }

    private static Double[] boxed(Evidence evidence) {
        return Arrays.stream(evidence.logs()).boxed().toArray(Double[]::new);
    }
}
