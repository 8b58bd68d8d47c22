package io.driftaware.runner.retrain;

import io.driftaware.runner.openai.Json;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far one retraining is: a row {@code retrain KEY} of {@code drift_monitor_state}. Each step stands there before the
 * next begins, so any process can go on where another was killed.
 */
final class TrainingProgress {
    private static final String TRAINING = "training";
    private static final String VALIDATION = "validation";
    private static final String EXAMPLES = "examples";
    private static final String SUMMARY = "summary";
    private static final String CREATING = "creating";
    private static final String JOB = "job";
    private static final String DONE = "done";

    private final UUID key;
    private final Map<String, @Nullable Object> fields;

    private TrainingProgress(UUID key, Map<String, @Nullable Object> fields) {
        this.key = key;
        this.fields = fields;
    }

    static TrainingProgress load(Connection connection, UUID key) throws SQLException, IOException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT value::text FROM drift_monitor_state WHERE key = ?")) {
            select.setString(1, row(key));
            try (ResultSet row = select.executeQuery()) {
                return new TrainingProgress(
                        key, new LinkedHashMap<>(row.next() ? Json.read(row.getString(1)) : Map.of()));
            }
        }
    }

    private static String row(UUID key) {
        return "retrain " + key;
    }

    private void save(Connection connection) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                """
                INSERT INTO drift_monitor_state (key, value) VALUES (?, ?::jsonb)
                ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()
                """)) {
            upsert.setString(1, row(key));
            upsert.setString(2, Json.write(fields));
            upsert.executeUpdate();
        }
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(fields.get(name)).map(Object::toString);
    }

    UUID key() {
        return key;
    }

    /** Id of the uploaded file of examples. */
    Optional<String> trainingFile() {
        return text(TRAINING);
    }

    /** Id of the uploaded file of held-out examples; a small set has none. */
    Optional<String> validationFile() {
        return text(VALIDATION);
    }

    int examples() {
        return text(EXAMPLES).map(Integer::parseInt).orElse(0);
    }

    Optional<String> summary() {
        return text(SUMMARY);
    }

    /** Whether the job may have been created, with its id unknown. */
    boolean creating() {
        return fields.containsKey(CREATING);
    }

    Optional<String> job() {
        return text(JOB);
    }

    /** What the operator is told at the end. */
    Optional<String> done() {
        return text(DONE);
    }

    void uploaded(Connection connection, TrainingSet set, String training, @Nullable String validation)
            throws SQLException {
        fields.put(TRAINING, training);
        if (validation != null) {
            fields.put(VALIDATION, validation);
        }
        fields.put(EXAMPLES, set.examples());
        fields.put(SUMMARY, set.summary());
        save(connection);
    }

    void beginsToCreate(Connection connection, Instant now) throws SQLException {
        fields.put(CREATING, now);
        save(connection);
    }

    void nothingWasCreated(Connection connection) throws SQLException {
        fields.remove(CREATING);
        save(connection);
    }

    void created(Connection connection, String job) throws SQLException {
        fields.put(JOB, job);
        save(connection);
    }

    void done(Connection connection, String told) throws SQLException {
        fields.put(DONE, told);
        save(connection);
    }
}
