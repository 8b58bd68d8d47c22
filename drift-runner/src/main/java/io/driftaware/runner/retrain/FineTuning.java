package io.driftaware.runner.retrain;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.openai.Json;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.runner.openai.OpenAiException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * The steps of one fine-tuning job: upload, create, look how it is, propose. That the job is about to be created is
 * written down first; if nothing is known afterwards, the job is looked for by the key in its metadata, and if it is not
 * there either, the outcome is unknown and the operator decides. It is never created twice.
 */
final class FineTuning {
    private static final String KEY_FIELD = "drift_key";
    private static final Duration POLL = Duration.ofMinutes(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final OpenAiClient client;
    private final InstantSource clock;
    private final RetrainSettings settings;

    FineTuning(OpenAiClient client, InstantSource clock, RetrainSettings settings) {
        this.client = client;
        this.clock = clock;
        this.settings = settings;
    }

    ActionResult step(Connection connection, ActionRequest request, TrainingProgress progress)
            throws SQLException, OpenAiException, InterruptedException {
        if (progress.done().isPresent()) {
            return new ActionResult.Succeeded(progress.done().get());
        }
        if (progress.job().isPresent()) {
            return follow(connection, request, progress, progress.job().get());
        }
        if (progress.creating()) {
            return find(connection, progress);
        }
        return progress.trainingFile().isPresent()
                ? create(connection, progress, progress.trainingFile().get())
                : upload(connection, progress);
    }

    private ActionResult upload(Connection connection, TrainingProgress progress)
            throws SQLException, OpenAiException, InterruptedException {
        Instant now = clock.instant();
        TrainingSet set =
                TrainingSet.read(connection, now.minus(Duration.ofDays(settings.days())), now, settings.full());
        if (set.examples() < settings.leastExamples()) {
            return new ActionResult.Failed(
                    "too few examples, DRIFT_RETRAIN_MIN_EXAMPLES=" + settings.leastExamples() + ": " + set.summary());
        }
        // A file that is uploaded twice after a crash costs nothing but its space.
        String training = client.upload("training.jsonl", set.trainingFile());
        String validation = set.validation().isEmpty() ? null : client.upload("validation.jsonl", set.validationFile());
        progress.uploaded(connection, set, training, validation);
        return new ActionResult.Running(set.summary(), Duration.ZERO);
    }

    private ActionResult create(Connection connection, TrainingProgress progress, String trainingFile)
            throws SQLException, OpenAiException, InterruptedException {
        String key = progress.key().toString();
        progress.beginsToCreate(connection, clock.instant());
        try {
            return created(
                    connection,
                    progress,
                    client.createJob(
                            settings.model(),
                            trainingFile,
                            progress.validationFile().orElse(null),
                            "drift-" + key.substring(0, 8),
                            Map.of(KEY_FIELD, key)));
        } catch (OpenAiException e) {
            if (e.certainlyNotDone()) {
                progress.nothingWasCreated(connection);
                throw e;
            }
            return new ActionResult.Running("not known whether the job was created: looked for next", LOOK_AGAIN);
        }
    }

    private ActionResult find(Connection connection, TrainingProgress progress)
            throws SQLException, OpenAiException, InterruptedException {
        String key = progress.key().toString();
        Optional<OpenAiClient.Job> found = client.jobs().stream()
                .filter(job ->
                        key.equals(Json.fields(job.fields().get("metadata")).get(KEY_FIELD)))
                .findFirst();
        return found.isPresent()
                ? created(connection, progress, found.get())
                : new ActionResult.Unknown("the fine-tuning job may have been created and is not found among the"
                        + " latest 100: look for metadata " + KEY_FIELD + " " + key);
    }

    private static ActionResult created(Connection connection, TrainingProgress progress, OpenAiClient.Job job)
            throws SQLException {
        progress.created(connection, job.id());
        return underWay(job);
    }

    private static ActionResult underWay(OpenAiClient.Job job) {
        return new ActionResult.Running("job " + job.id() + " is " + job.status(), POLL);
    }

    private ActionResult follow(Connection connection, ActionRequest request, TrainingProgress progress, String id)
            throws SQLException, OpenAiException, InterruptedException {
        OpenAiClient.Job job = client.job(id);
        String model = job.model();
        return switch (job.status()) {
            case "failed", "cancelled" ->
                new ActionResult.Failed(
                        "job " + job.id() + " " + job.status() + (job.error() == null ? "" : ": " + job.error()));
            case "succeeded" ->
                model == null
                        ? new ActionResult.TryAgain("job " + job.id() + " succeeded and names no model yet")
                        : new ActionResult.Succeeded(ProposedModel.of(client, job, model, settings.model(), progress)
                                .propose(connection, request, progress));
            default -> underWay(job);
        };
    }
}
