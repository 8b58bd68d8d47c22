package io.driftaware.runner.retrain;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.openai.Json;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.runner.openai.OpenAiException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fine-tuned model that is ready: a row of {@code model_versions} with {@code active = false}, and an event that
 * proposes it.
 */
final class ProposedModel {
    private final String name;
    private final String base;
    private final String job;
    private final Map<String, @Nullable Object> metrics;

    private ProposedModel(String name, String base, String job, Map<String, @Nullable Object> metrics) {
        this.name = name;
        this.base = base;
        this.job = job;
        this.metrics = metrics;
    }

    /** With the losses of training and validation, which are the last line of the job's result file. */
    static ProposedModel of(
            OpenAiClient client, OpenAiClient.Job job, String name, String base, TrainingProgress progress)
            throws OpenAiException, InterruptedException {
        Map<String, @Nullable Object> metrics = new LinkedHashMap<>();
        metrics.put("trained_tokens", job.fields().get("trained_tokens"));
        metrics.put("data", progress.summary().orElse(null));
        metrics.put("job", job.id());
        if (job.fields().get("result_files") instanceof List<?> files
                && !files.isEmpty()
                && String.valueOf(files.get(0)).matches("[A-Za-z0-9_-]{1,100}")) {
            metrics.putAll(losses(
                    client.fileContent(String.valueOf(files.get(0))).lines().toList()));
        }
        return new ProposedModel(name, base, job.id(), metrics);
    }

    /** Numbers of the last line, by the names of the first; what is no number is left out. */
    static Map<String, Double> losses(List<String> lines) {
        Map<String, Double> losses = new LinkedHashMap<>();
        if (lines.size() > 1) {
            String[] names = lines.get(0).split(",", -1);
            String[] values = lines.get(lines.size() - 1).split(",", -1);
            for (int i = 0; i < Math.min(names.length, values.length); i++) {
                if (names[i].matches("[a-z_]{1,40}") && values[i].matches("-?[0-9]+(\\.[0-9]+)?")) {
                    losses.put(names[i], Double.parseDouble(values[i]));
                }
            }
        }
        return losses;
    }

    /** Registers and proposes it, and ends the retraining, in one transaction; returns what the operator is told. */
    String propose(Connection connection, ActionRequest request, TrainingProgress progress) throws SQLException {
        String told = name + " is ready and not active: compare it, then put it to use";
        connection.setAutoCommit(false);
        try (PreparedStatement version = connection.prepareStatement(
                        """
                        INSERT INTO model_versions (model_name, version, source, base_model, training_data_count,
                                                    performance_metrics, notes, active)
                        VALUES (?, ?, 'fine-tuning', ?, ?, ?::jsonb, ?, false)
                        """);
                PreparedStatement event = connection.prepareStatement(
                        """
                        INSERT INTO drift_events (kind, severity, details, action_taken)
                        VALUES ('model_proposed', 'low', ?::jsonb, 'retrain')
                        """)) {
            version.setString(1, name);
            version.setString(2, job);
            version.setString(3, base);
            version.setInt(4, progress.examples());
            version.setString(5, Json.write(metrics));
            version.setString(6, "proposed for " + request.reason() + "; not active until you make it so");
            version.executeUpdate();
            Map<String, @Nullable Object> details = new LinkedHashMap<>(metrics);
            details.put("model", name);
            details.put("base_model", base);
            details.put("reason", request.reason());
            event.setString(1, Json.write(details));
            event.executeUpdate();
            progress.done(connection, told);
            connection.commit();
            return told;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
