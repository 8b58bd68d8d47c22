package io.driftaware.runner.openai;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings, files and fine-tuning jobs of the OpenAI HTTP API, as far as re-indexing and retraining need them. One
 * request per call and no retry in here: the caller keeps its state and comes again. Time and size of an answer are
 * bounded, redirects are not followed, and no message shows the key or a text.
 */
public final class OpenAiClient {
    /** OpenAI's own address, and the default of OPENAI_BASE_URL. */
    public static final String OPENAI = "https://api.openai.com/v1";

    /** A full batch of the longest vectors is some 100 MB of text. */
    private static final int MOST_BYTES = 128 << 20;

    private final Endpoint endpoint;

    /** Vectors in the order of the texts, and the tokens that the server counted (0 if it says none). */
    public record Embeddings(List<float[]> vectors, long tokens) {}

    /** A job as the server tells of it; {@code status} is {@code succeeded}, {@code failed}, {@code cancelled} or not ended. */
    public record Job(
            String id,
            String status,
            @Nullable String model,
            @Nullable String error,
            Map<String, @Nullable Object> fields) {}

    /**
     * A client of one server.
     *
     * @param base such as {@code https://api.openai.com/v1}
     * @param key sent as bearer token, visible ASCII characters; null for a server that needs none
     * @param limit of one call, from sending to the end of the answer
     * @param mostBytes of one answer
     * @throws IllegalArgumentException if the key is no key; the message does not show it
     */
    public OpenAiClient(URI base, @Nullable String key, Duration limit, int mostBytes) {
        this.endpoint = new Endpoint(base, key, limit, mostBytes);
    }

    /**
     * A client of the server that OPENAI_BASE_URL names, with the key of OPENAI_API_KEY.
     *
     * @param given settings by their names, checked
     * @throws IllegalArgumentException if the key is missing, or is no key; the message names the remedy
     */
    public static OpenAiClient of(Map<String, String> given, Duration limit) {
        String key = given.get("OPENAI_API_KEY");
        String base = given.getOrDefault("OPENAI_BASE_URL", OPENAI);
        if (key == null && base.equals(OPENAI)) {
            throw new IllegalArgumentException(
                    "OPENAI_API_KEY is not set: set it, or OPENAI_API_KEY_FILE, or another OPENAI_BASE_URL");
        }
        return new OpenAiClient(URI.create(base), key, limit, MOST_BYTES);
    }

    /**
     * Embeds texts.
     *
     * @param askDimension whether {@code dimension} is sent along; older models and many servers do not know the field
     * @param dimension of every vector; another one is an error of the settings
     * @throws OpenAiException if there are no vectors, says what can be done
     */
    public Embeddings embed(String model, boolean askDimension, int dimension, List<String> texts)
            throws OpenAiException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("input", texts);
        body.put("encoding_format", "float");
        if (askDimension) {
            body.put("dimensions", dimension);
        }
        byte[] answer = endpoint.send(endpoint.json("/embeddings", body));
        try {
            return EmbeddingsAnswer.read(answer, texts.size(), dimension);
        } catch (IOException e) {
            throw Answers.cut("embeddings");
        }
    }

    /** Uploads a file for fine-tuning; returns its id. */
    public String upload(String name, byte[] content) throws OpenAiException, InterruptedException {
        String boundary = "drift-" + Integer.toHexString(Arrays.hashCode(content)) + "-" + content.length;
        String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--"
                + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: application/jsonl\r\n\r\n";
        List<byte[]> parts = List.of(
                head.getBytes(StandardCharsets.UTF_8),
                content,
                ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
        HttpRequest.Builder request = endpoint.request("/files")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArrays(parts));
        return Answers.text(Answers.object(endpoint.send(request), "files"), "id", "files");
    }

    /** Creates a fine-tuning job. An error that is not {@link OpenAiException#certainlyNotDone()} may have created one. */
    public Job createJob(
            String model, String training, @Nullable String validation, String suffix, Map<String, String> metadata)
            throws OpenAiException, InterruptedException {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("training_file", training);
        if (validation != null) {
            body.put("validation_file", validation);
        }
        body.put("suffix", suffix);
        body.put("metadata", metadata);
        return job(Answers.object(endpoint.send(endpoint.json("/fine_tuning/jobs", body)), "fine_tuning"));
    }

    /** One job by its id. */
    public Job job(String id) throws OpenAiException, InterruptedException {
        return job(Answers.object(
                endpoint.send(endpoint.request("/fine_tuning/jobs/" + id).GET()), "fine_tuning"));
    }

    /** The latest jobs, at most 100. */
    public List<Job> jobs() throws OpenAiException, InterruptedException {
        Map<String, @Nullable Object> page = Answers.object(
                endpoint.send(endpoint.request("/fine_tuning/jobs?limit=100").GET()), "fine_tuning");
        List<Job> jobs = new ArrayList<>();
        if (page.get("data") instanceof List<?> data) {
            for (Object one : data) {
                jobs.add(job(Json.fields(one)));
            }
        }
        return jobs;
    }

    /** A result file's text. */
    public String fileContent(String id) throws OpenAiException, InterruptedException {
        return new String(
                endpoint.send(endpoint.request("/files/" + id + "/content").GET()), StandardCharsets.UTF_8);
    }

    private static Job job(Map<String, @Nullable Object> fields) throws OpenAiException {
        Object error = Json.fields(fields.get("error")).get("code");
        Object model = fields.get("fine_tuned_model");
        return new Job(
                Answers.text(fields, "id", "fine_tuning"),
                Answers.text(fields, "status", "fine_tuning"),
                model == null ? null : model.toString(),
                error == null ? null : Answers.word(error.toString()),
                fields);
    }
}
