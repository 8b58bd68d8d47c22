package io.driftaware.runner.retrain;

import io.driftaware.runner.action.ActionContext;
import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.action.DriftActionProvider;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.runner.openai.OpenAiException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import javax.sql.DataSource;

/**
 * Fine-tunes a model with what people rated well, through OpenAI's jobs. It costs money, so each request waits for the
 * operator's approval. A slice of the work is one step of the job. A model that is ready is registered and proposed;
 * putting it to use is for people.
 */
public final class RetrainAction implements DriftAction {
    /** What {@code DRIFT_ACTIONS} calls it. */
    public static final String NAME = "retrain";

    /** A step makes three calls at most; they end within the minute that a slice may take, or are made again. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(40);

    private final DataSource dataSource;
    private final FineTuning job;

    /** An action over a client. */
    public RetrainAction(OpenAiClient client, DataSource dataSource, InstantSource clock, RetrainSettings settings) {
        this.dataSource = dataSource;
        this.job = new FineTuning(client, clock, settings);
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
            RetrainSettings settings = RetrainSettings.of(context.settings());
            if (settings.model().isEmpty()) {
                throw new IllegalArgumentException(
                        "DRIFT_ACTIONS names retrain, but DRIFT_RETRAIN_MODEL is not set; set it, or remove retrain");
            }
            return new RetrainAction(
                    OpenAiClient.of(context.settings(), CALL_LIMIT), context.dataSource(), context.clock(), settings);
        }
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
            return job.step(connection, request, TrainingProgress.load(connection, request.idempotencyKey()));
        } catch (OpenAiException e) {
            String message = String.valueOf(e.getMessage());
            return e.kind() == OpenAiException.Kind.TRY_LATER
                    ? new ActionResult.TryAgain(message, e.after())
                    : new ActionResult.Failed(message);
        }
    }
}
