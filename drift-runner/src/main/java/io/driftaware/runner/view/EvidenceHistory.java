package io.driftaware.runner.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.driftaware.core.sequential.AlarmBudget;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.view.Episodes.Proof;
import io.driftaware.runner.view.Series.EvidenceLine;
import io.driftaware.runner.view.Series.EvidencePoint;
import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stored steps of the sequences of evidence. A sequence begins anew with the step that is an alarm, so what it had come to
 * is worked out from the step before it.
 */
final class EvidenceHistory {
    /** Of e: beyond it no number means anything to a person. */
    private static final double MOST_EXPONENT = 100;

    private static final Duration DAY = Duration.ofDays(1);

    /** Whatever the number of sequences: it is shared among them. */
    private static final double BASELINE_RISK = new AlarmBudget(1, 1).baselineRisk();

    private static final JsonFactory JSON = new JsonFactory();

    private final Connection connection;
    private final Duration checkInterval;

    /** @param checkInterval between two steps of a sequence that is not daily */
    EvidenceHistory(Connection connection, Duration checkInterval) {
        this.connection = connection;
        this.checkInterval = checkInterval;
    }

    /**
     * A row of {@code drift_evidence}.
     *
     * @param before where the sequence stood before it, against the same baseline
     */
    private record Step(
            String hypothesis,
            Instant at,
            Evidence evidence,
            double logAlarm,
            boolean alarm,
            @Nullable String deltas,
            Evidence before) {

        static Step read(ResultSet row) throws SQLException {
            Evidence evidence = evidence(row.getArray(4));
            Array earlier = row.getArray(8);
            Evidence before = earlier == null || row.getLong(3) != row.getLong(9)
                    ? Evidence.none(evidence.alternatives())
                    : evidence(earlier);
            return new Step(
                    row.getString(1),
                    SqlTimes.required(row, 2),
                    evidence,
                    row.getDouble(5),
                    row.getBoolean(6),
                    row.getString(7),
                    before.alternatives() == evidence.alternatives() ? before : Evidence.none(evidence.alternatives()));
        }

        private static Evidence evidence(Array logs) throws SQLException {
            return Evidence.ofLogs(Arrays.stream((Double[]) logs.getArray())
                    .mapToDouble(Double::doubleValue)
                    .toArray());
        }

        /** Logarithm of the evidence that the step came to, an alarm's included. */
        double log() {
            if (!alarm) {
                return evidence.log();
            }
            double[] logE = logE(deltas);
            return logE.length == before.alternatives() ? before.after(logE).log() : before.log();
        }

        double ratio() {
            double log = log();
            return logAlarm > 0 ? Math.max(0, log / logAlarm) : log >= logAlarm ? 1 : 0;
        }
    }

    /** The sequences of a stream: of each step of the grid the check that came highest, or was an alarm. */
    List<EvidenceLine> lines(String stream, TimeGrid grid) throws SQLException {
        Map<String, List<EvidencePoint>> lines = new LinkedHashMap<>();
        String sql =
                """
                SELECT DISTINCT ON (hypothesis, bin) hypothesis, checked_at, baseline_id, log_r, log_alarm, alarm,
                       CASE WHEN alarm THEN deltas::text END, log_r_before, baseline_before
                FROM (SELECT hypothesis, checked_at, COALESCE(baseline_id, 0) AS baseline_id, log_r,
                             COALESCE(log_alarm, 0) AS log_alarm, alarm, deltas,
                             lag(log_r) OVER sequence AS log_r_before,
                             COALESCE(lag(baseline_id) OVER sequence, 0) AS baseline_before,
                             date_bin(make_interval(secs => ?), checked_at, TIMESTAMPTZ 'epoch') AS bin
                      FROM drift_evidence
                      WHERE stream = ? AND segment = '' AND hypothesis IN ('limit', 'baseline', 'novelty', 'window')
                        AND checked_at >= ? AND checked_at <= ? AND log_r IS NOT NULL
                      WINDOW sequence AS (PARTITION BY hypothesis ORDER BY checked_at)) steps
                ORDER BY hypothesis, bin, alarm DESC, (SELECT max(one) FROM unnest(log_r) AS one) DESC NULLS LAST
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setDouble(1, grid.seconds());
            statement.setString(2, stream);
            statement.setObject(3, SqlTimes.parameter(grid.from()));
            statement.setObject(4, SqlTimes.parameter(grid.to()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Step step = Step.read(row);
                    lines.computeIfAbsent(step.hypothesis(), name -> new ArrayList<>())
                            .add(new EvidencePoint(step.at(), step.ratio(), step.alarm()));
                }
            }
        }
        List<EvidenceLine> result = new ArrayList<>();
        lines.forEach((hypothesis, points) -> result.add(new EvidenceLine(hypothesis, List.copyOf(points))));
        return result;
    }

    /** How sure an episode was; empty where its step is deleted. */
    Optional<Proof> proof(String stream, String segment, String hypothesis, Instant openedAt) throws SQLException {
        String sql =
                """
                SELECT hypothesis, checked_at, COALESCE(baseline_id, 0), log_r, COALESCE(log_alarm, 0), alarm, deltas::text,
                       lead(log_r) OVER latest, COALESCE(lead(baseline_id) OVER latest, 0)
                FROM (SELECT * FROM drift_evidence
                      WHERE stream = ? AND segment = ? AND hypothesis = ? AND checked_at <= ? AND log_r IS NOT NULL
                      ORDER BY checked_at DESC
                      LIMIT 2) two
                WINDOW latest AS (ORDER BY checked_at DESC)
                ORDER BY checked_at DESC
                LIMIT 1
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, stream);
            statement.setString(2, segment);
            statement.setString(3, hypothesis);
            statement.setObject(4, SqlTimes.parameter(openedAt));
            try (ResultSet row = statement.executeQuery()) {
                Step step = row.next() ? Step.read(row) : null;
                if (step == null || !step.alarm()) {
                    return Optional.empty();
                }
                return Proven.of(stream, hypothesis)
                        .map(proven -> new Proof(
                                hypothesis,
                                step.ratio(),
                                onceInDays(proven.hypothesis(), step.log()),
                                onceInDays(proven.hypothesis(), step.logAlarm()),
                                proven.aboveLimit() ? "limit" : "baseline",
                                proven.byEstimatedLimit() ? BASELINE_RISK : 0));
            }
        }
    }

    /** How long all sequences together take for as many steps as the evidence is: what {@link AlarmBudget#logAlarm} undoes. */
    private double onceInDays(Hypothesis hypothesis, double log) {
        double stepsADay = hypothesis.daily() ? 1 : (double) DAY.toMillis() / checkInterval.toMillis();
        return Math.exp(Math.min(MOST_EXPONENT, log)) / (Hypothesis.sequences() * stepsADay);
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
