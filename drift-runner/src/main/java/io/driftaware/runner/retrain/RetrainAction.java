package io.driftaware.runner.retrain;

import io.driftaware.runner.action.ActionContext;
import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.action.DriftActionProvider;
import io.driftaware.runner.openai.Json;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.runner.openai.OpenAiException;
import io.driftaware.runner.reindex.ReindexSetup;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tunes a model with what people rated well, through OpenAI's jobs. It costs money, so each request waits for the
 * operator's approval. A slice of the work is one step: upload, create, or look how the job is. That the job is about to
 * be created is written down first; if nothing is known afterwards, the job is looked for by the key in its metadata, and
 * if it is not there either, the outcome is unknown and the operator decides. It is never created twice.
 *
 * <p>A model that is ready becomes a row of {@code model_versions} with {@code active = false}, and an event proposes
 * it. Putting it to use is for people.
 */
public final class RetrainAction implements DriftAction {
    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "retrain";

    private static final String KEY_FIELD = "drift_key";
    private static final Duration POLL = Duration.ofMinutes(1);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(40);

    private final OpenAiClient client;
    private final DataSource dataSource;
    private final InstantSource clock;
    private final Settings settings;

    /**
     * What is trained.
     *
     * @param model that is fine-tuned
     * @param days of interactions that are read
     * @param leastExamples with fewer there is no job
     * @param full whether texts captured FULL may be sent
     */
    public record Settings(String model, int days, int leastExamples, boolean full) {}

    /** An action over a client. */
    public RetrainAction(OpenAiClient client, DataSource dataSource, InstantSource clock, Settings settings) {
        this.client = client;
        this.dataSource = dataSource;
        this.clock = clock;
        this.settings = settings;
    }

    /** Finds the action by its name. */
    public static final class Provider implements DriftActionProvider {
        /** For the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public DriftAction create(ActionContext context) {
            Map<String, String> given = context.settings();
            String model = given.get("DRIFT_RETRAIN_MODEL");
            if (model == null) {
                throw new IllegalArgumentException(
                        "DRIFT_ACTIONS names retrain, but DRIFT_RETRAIN_MODEL is not set; set it, or remove retrain");
            }
            return new RetrainAction(
                    ReindexSetup.client(given, CALL_LIMIT),
                    context.dataSource(),
                    context.clock(),
                    settings(given, model));
        }
    }

    /** Out of settings by their names. */
    public static Settings settings(Map<String, String> given, String model) {
        return new Settings(
                model,
                Integer.parseInt(given.getOrDefault("DRIFT_RETRAIN_DAYS", "90")),
                Integer.parseInt(given.getOrDefault("DRIFT_RETRAIN_MIN_EXAMPLES", "50")),
                given.getOrDefault("DRIFT_RETRAIN_FULL_TEXT", "off").equalsIgnoreCase("on"));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean needsApproval() {
        return true;
    }

    @Override
    public boolean repeatable() {
        return true; // each step is written down before and after
    }

    @Override
    public boolean remedies(String kind) {
        return kind.equals(NAME);
    }

    @Override
    public String target() {
        return "fine-tuning";
    }

    @Override
    public ActionResult run(ActionRequest request) throws SQLException, IOException, InterruptedException {
        if (!request.kind().equals("retrain")) {
            return new ActionResult.Succeeded("nothing to train for " + request.kind());
        }
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            Map<String, Object> state = load(connection, request.idempotencyKey());
            try {
                return step(connection, request, state);
            } catch (OpenAiException e) {
                String message = String.valueOf(e.getMessage());
                return e.kind() == OpenAiException.Kind.TRY_LATER
                        ? new ActionResult.TryAgain(message, e.after())
                        : new ActionResult.Failed(message);
            }
        }
    }

    private ActionResult step(Connection connection, ActionRequest request, Map<String, Object> state)
            throws SQLException, OpenAiException, InterruptedException, IOException {
        UUID key = request.idempotencyKey();
        if (state.containsKey("done")) {
            return new ActionResult.Succeeded(String.valueOf(state.get("done")));
        }
        if (state.containsKey("job")) {
            return follow(connection, request, state);
        }
        if (state.containsKey("creating")) {
            Optional<OpenAiClient.Job> found = find(key);
            if (found.isEmpty()) {
                return new ActionResult.Unknown("the fine-tuning job may have been created and is not found among the"
                        + " latest 100: look for metadata " + KEY_FIELD + " " + key);
            }
            return created(connection, key, state, found.get());
        }
        if (!state.containsKey("training")) {
            return upload(connection, key, state);
        }
        state.put("creating", clock.instant());
        save(connection, key, state);
        try {
            return created(
                    connection,
                    key,
                    state,
                    client.createJob(
                            settings.model(),
                            String.valueOf(state.get("training")),
                            state.get("validation") == null ? null : String.valueOf(state.get("validation")),
                            "drift-" + key.toString().substring(0, 8),
                            Map.of(KEY_FIELD, key.toString())));
        } catch (OpenAiException e) {
            if (e.certainlyNotDone()) {
                state.remove("creating");
                save(connection, key, state);
                throw e;
            }
            return new ActionResult.Running(
                    "not known whether the job was created: looked for next", Duration.ofSeconds(5));
        }
    }

    private ActionResult upload(Connection connection, UUID key, Map<String, Object> state)
            throws SQLException, OpenAiException, InterruptedException {
        Instant now = clock.instant();
        TrainingSet set =
                TrainingSet.read(connection, now.minus(Duration.ofDays(settings.days())), now, settings.full());
        if (set.examples() < settings.leastExamples()) {
            return new ActionResult.Failed(
                    "too few examples, DRIFT_RETRAIN_MIN_EXAMPLES=" + settings.leastExamples() + ": " + set.summary());
        }
        // A file that is uploaded twice after a crash costs nothing but its space.
        state.put("training", client.upload("training.jsonl", set.trainingFile()));
        if (!set.validation().isEmpty()) {
            state.put("validation", client.upload("validation.jsonl", set.validationFile()));
        }
        state.put("examples", set.examples());
        state.put("summary", set.summary());
        save(connection, key, state);
        return new ActionResult.Running(set.summary(), Duration.ZERO);
    }

    private Optional<OpenAiClient.Job> find(UUID key) throws OpenAiException, InterruptedException {
        return client.jobs().stream()
                .filter(job -> key.toString()
                        .equals(OpenAiClient.fields(job.fields().get("metadata"))
                                .get(KEY_FIELD)))
                .findFirst();
    }

    private ActionResult created(Connection connection, UUID key, Map<String, Object> state, OpenAiClient.Job job)
            throws SQLException {
        state.put("job", job.id());
        save(connection, key, state);
        return new ActionResult.Running("job " + job.id() + " is " + job.status(), POLL);
    }

    private ActionResult follow(Connection connection, ActionRequest request, Map<String, Object> state)
            throws SQLException, OpenAiException, InterruptedException {
        OpenAiClient.Job job = client.job(String.valueOf(state.get("job")));
        String model = job.model();
        switch (job.status()) {
            case "failed", "cancelled" -> {
                return new ActionResult.Failed(
                        "job " + job.id() + " " + job.status() + (job.error() == null ? "" : ": " + job.error()));
            }
            case "succeeded" -> {
                if (model == null) {
                    return new ActionResult.TryAgain("job " + job.id() + " succeeded and names no model yet");
                }
                Map<String, @Nullable Object> metrics = metrics(job, state);
                register(connection, request, state, job, model, metrics);
                return new ActionResult.Succeeded(model + " is ready and not active: compare it, then put it to use");
            }
            default -> {
                return new ActionResult.Running("job " + job.id() + " is " + job.status(), POLL);
            }
        }
    }

    /** The last line of the job's result file: losses of training and validation. */
    private Map<String, @Nullable Object> metrics(OpenAiClient.Job job, Map<String, Object> state)
            throws OpenAiException, InterruptedException {
        Map<String, @Nullable Object> metrics = new LinkedHashMap<>();
        metrics.put("trained_tokens", job.fields().get("trained_tokens"));
        metrics.put("data", state.get("summary"));
        metrics.put("job", job.id());
        if (job.fields().get("result_files") instanceof List<?> files
                && !files.isEmpty()
                && String.valueOf(files.get(0)).matches("[A-Za-z0-9_-]{1,100}")) {
            List<String> lines =
                    client.fileContent(String.valueOf(files.get(0))).lines().toList();
            if (lines.size() > 1) {
                String[] names = lines.get(0).split(",", -1);
                String[] values = lines.get(lines.size() - 1).split(",", -1);
                for (int i = 0; i < Math.min(names.length, values.length); i++) {
                    if (names[i].matches("[a-z_]{1,40}") && values[i].matches("-?[0-9]+(\\.[0-9]+)?")) {
                        metrics.put(names[i], Double.parseDouble(values[i]));
                    }
                }
            }
        }
        return metrics;
    }

    private void register(
            Connection connection,
            ActionRequest request,
            Map<String, Object> state,
            OpenAiClient.Job job,
            String model,
            Map<String, @Nullable Object> metrics)
            throws SQLException {
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
            version.setString(1, model);
            version.setString(2, job.id());
            version.setString(3, settings.model());
            version.setInt(4, Integer.parseInt(String.valueOf(state.get("examples"))));
            version.setString(5, Json.write(metrics));
            version.setString(6, "proposed for " + request.reason() + "; not active until you make it so");
            version.executeUpdate();
            Map<String, @Nullable Object> details = new LinkedHashMap<>(metrics);
            details.put("model", model);
            details.put("base_model", settings.model());
            details.put("reason", request.reason());
            event.setString(1, Json.write(details));
            event.executeUpdate();
            state.put("done", model + " is ready and not active: compare it, then put it to use");
            save(connection, request.idempotencyKey(), state);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static Map<String, Object> load(Connection connection, UUID key) throws SQLException, IOException {
        Map<String, Object> state = new LinkedHashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT value::text FROM drift_monitor_state WHERE key = ?")) {
            select.setString(1, "retrain " + key);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    Json.read(row.getString(1)).forEach((name, value) -> {
                        if (value != null) {
                            state.put(name, value);
                        }
                    });
                }
            }
        }
        return state;
    }

    private static void save(Connection connection, UUID key, Map<String, Object> state) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                """
                INSERT INTO drift_monitor_state (key, value) VALUES (?, ?::jsonb)
                ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()
                """)) {
            upsert.setString(1, "retrain " + key);
            upsert.setString(2, Json.write(state));
            upsert.executeUpdate();
        }
    }
}
