package io.driftaware.runner.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.runner.view.Episodes.Proof;
import io.driftaware.runner.view.Series.EvidenceLine;
import io.driftaware.runner.view.Series.EvidencePoint;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stored steps of the sequences of evidence. A sequence begins anew with the step that is an alarm, so what it had come to
 * is worked out from the step before it.
 */
final class EvidenceHistory {
    private static final int MOST_STEPS = 40_000;
    private static final JsonFactory JSON = new JsonFactory();

    private final Connection connection;
    private final double falseAlarmDays;

    EvidenceHistory(Connection connection, double falseAlarmDays) {
        this.connection = connection;
        this.falseAlarmDays = falseAlarmDays;
    }

    /** A row of {@code drift_evidence}. */
    private record Step(
            String hypothesis,
            Instant at,
            @Nullable Long baselineId,
            Evidence evidence,
            double logAlarm,
            boolean alarm,
            @Nullable String deltas) {

        static Step read(ResultSet row) throws SQLException {
            long baseline = row.getLong(3);
            Long baselineId = row.wasNull() ? null : baseline;
            Double[] logs = (Double[]) row.getArray(4).getArray();
            return new Step(
                    row.getString(1),
                    SqlTimes.required(row, 2),
                    baselineId,
                    Evidence.ofLogs(
                            Arrays.stream(logs).mapToDouble(Double::doubleValue).toArray()),
                    row.getDouble(5),
                    row.getBoolean(6),
                    row.getString(7));
        }

        /** Logarithm of the evidence that the step came to, an alarm's included. */
        double log(@Nullable Step before) {
            if (!alarm) {
                return evidence.log();
            }
            Evidence stood = before != null
                            && Objects.equals(before.baselineId(), baselineId)
                            && before.evidence().alternatives() == evidence.alternatives()
                    ? before.evidence()
                    : Evidence.none(evidence.alternatives());
            double[] logE = logE(deltas);
            return logE.length == stood.alternatives() ? stood.after(logE).log() : stood.log();
        }

        double ratio(double log) {
            return logAlarm > 0 ? Math.max(0, log / logAlarm) : log >= logAlarm ? 1 : 0;
        }
    }

    /** The sequences of a stream, each step of the grid with the highest that it came to. */
    List<EvidenceLine> lines(String stream, TimeGrid grid) throws SQLException {
        Map<String, TreeMap<Long, EvidencePoint>> lines = new LinkedHashMap<>();
        String sql =
                """
                SELECT hypothesis, checked_at, baseline_id, log_r, COALESCE(log_alarm, 0), alarm,
                       CASE WHEN alarm THEN deltas::text END
                FROM drift_evidence
                WHERE stream = ? AND segment = '' AND checked_at >= ? AND checked_at <= ?
                  AND hypothesis IN ('limit', 'baseline', 'novelty', 'window') AND log_r IS NOT NULL
                ORDER BY hypothesis, checked_at
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, stream);
            statement.setObject(2, SqlTimes.parameter(grid.from()));
            statement.setObject(3, SqlTimes.parameter(grid.to()));
            statement.setInt(4, MOST_STEPS);
            statement.setFetchSize(2_000);
            try (ResultSet row = statement.executeQuery()) {
                Step before = null;
                while (row.next()) {
                    Step step = Step.read(row);
                    Step earlier = before != null && before.hypothesis().equals(step.hypothesis()) ? before : null;
                    EvidencePoint point = new EvidencePoint(step.at(), step.ratio(step.log(earlier)), step.alarm());
                    lines.computeIfAbsent(step.hypothesis(), name -> new TreeMap<>())
                            .merge(
                                    grid.start(step.at().getEpochSecond()),
                                    point,
                                    (a, b) -> b.ratio() >= a.ratio() ? b : a);
                    before = step;
                }
            }
        }
        List<EvidenceLine> result = new ArrayList<>();
        lines.forEach((hypothesis, points) -> result.add(new EvidenceLine(hypothesis, List.copyOf(points.values()))));
        return result;
    }

    /** How sure an episode was; empty where its step is deleted. */
    Optional<Proof> proof(String stream, String segment, String hypothesis, Instant openedAt) throws SQLException {
        List<Step> steps = new ArrayList<>();
        String sql =
                """
                SELECT hypothesis, checked_at, baseline_id, log_r, COALESCE(log_alarm, 0), alarm, deltas::text
                FROM drift_evidence
                WHERE stream = ? AND segment = ? AND hypothesis = ? AND checked_at <= ? AND log_r IS NOT NULL
                ORDER BY checked_at DESC
                LIMIT 2
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, stream);
            statement.setString(2, segment);
            statement.setString(3, hypothesis);
            statement.setObject(4, SqlTimes.parameter(openedAt));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    steps.add(Step.read(row));
                }
            }
        }
        if (steps.isEmpty() || !steps.get(0).alarm()) {
            return Optional.empty();
        }
        Step alarm = steps.get(0);
        double log = alarm.log(steps.size() > 1 ? steps.get(1) : null);
        double days = falseAlarmDays * Math.exp(Math.min(100, log - alarm.logAlarm()));
        return Optional.of(new Proof(hypothesis, alarm.ratio(log), days));
    }

    /** The field {@code log_e} of what a check brought; none where it brought nothing. */
    private static double[] logE(@Nullable String deltas) {
        List<Double> logE = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(deltas == null ? "{}" : deltas)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.START_ARRAY && "log_e".equals(parser.currentName())) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        logE.add(
                                parser.currentToken().isNumeric() ? parser.getDoubleValue() : Double.NEGATIVE_INFINITY);
                    }
                }
            }
        } catch (IOException e) {
            return new double[0];
        }
        return logE.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
