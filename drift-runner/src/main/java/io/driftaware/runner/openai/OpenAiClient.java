package io.driftaware.runner.openai;

import io.driftaware.runner.openai.OpenAiException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final long LONGEST_WAIT_SECONDS = 3_600;

    private final String base;
    private final @Nullable String key;
    private final Duration limit;
    private final int mostBytes;
    private final HttpClient http;

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
        if (key != null) {
            check(key);
        }
        String text = base.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.key = key;
        this.limit = limit;
        this.mostBytes = mostBytes;
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT_LIMIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
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

    /** The HTTP client would refuse it too, and show it in its message. */
    private static void check(String key) {
        for (int i = 0; i < key.length(); i++) {
            char one = key.charAt(i);
            if (one <= ' ' || one > '~') {
                throw new IllegalArgumentException("OPENAI_API_KEY has a "
                        + (one == '\n' || one == '\r'
                                ? "line break"
                                : one == ' ' ? "space" : String.format(Locale.ROOT, "character U+%04X", (int) one))
                        + " at position " + (i + 1) + " of " + key.length()
                        + ": give the key alone, on one line and without quotes");
            }
        }
        if (key.isEmpty()) {
            throw new IllegalArgumentException("OPENAI_API_KEY is empty: set it, or leave it out");
        }
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
        byte[] answer = send(json("/embeddings", body));
        try {
            return EmbeddingsAnswer.read(answer, texts.size(), dimension);
        } catch (IOException e) {
            throw cut("embeddings");
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
        HttpRequest.Builder request = request("/files")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .POST(BodyPublishers.ofByteArrays(parts));
        return text(object(send(request), "files"), "id", "files");
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
        return job(object(send(json("/fine_tuning/jobs", body)), "fine_tuning"));
    }

    /** One job by its id. */
    public Job job(String id) throws OpenAiException, InterruptedException {
        return job(object(send(request("/fine_tuning/jobs/" + id).GET()), "fine_tuning"));
    }

    /** The latest jobs, at most 100. */
    public List<Job> jobs() throws OpenAiException, InterruptedException {
        Map<String, @Nullable Object> page =
                object(send(request("/fine_tuning/jobs?limit=100").GET()), "fine_tuning");
        List<Job> jobs = new ArrayList<>();
        if (page.get("data") instanceof List<?> data) {
            for (Object one : data) {
                jobs.add(job(fields(one)));
            }
        }
        return jobs;
    }

    /** A result file's text. */
    public String fileContent(String id) throws OpenAiException, InterruptedException {
        return new String(send(request("/files/" + id + "/content").GET()), StandardCharsets.UTF_8);
    }

    private static Job job(Map<String, @Nullable Object> fields) throws OpenAiException {
        Object error = fields(fields.get("error")).get("code");
        Object model = fields.get("fine_tuned_model");
        return new Job(
                text(fields, "id", "fine_tuning"),
                text(fields, "status", "fine_tuning"),
                model == null ? null : model.toString(),
                error == null ? null : word(error.toString()),
                fields);
    }

    /** The object's fields; empty if the value is no object. */
    @SuppressWarnings("unchecked")
    public static Map<String, @Nullable Object> fields(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(limit);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        return request;
    }

    private HttpRequest.Builder json(String path, Map<String, ? extends @Nullable Object> body) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(Json.write(body)));
    }

    private byte[] send(HttpRequest.Builder request) throws OpenAiException, InterruptedException {
        // The request's own time-out ends with the headers; the wait bounds a slow body as well.
        CompletableFuture<HttpResponse<byte[]>> coming =
                http.sendAsync(request.build(), information -> new BoundedBody(mostBytes));
        try {
            HttpResponse<byte[]> answer = coming.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() / 100 == 2) {
                return answer.body();
            }
            throw refused(answer);
        } catch (TimeoutException e) {
            throw later(0, "the server gave no answer within " + limit.toSeconds() + " s", Duration.ZERO);
        } catch (ExecutionException e) {
            // Its message could hold the address.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof BoundedBody.TooLong) {
                throw new OpenAiException(
                        Kind.SETTINGS, 0, "the answer is longer than " + mostBytes + " bytes", Duration.ZERO);
            }
            throw later(0, "the server could not be read: " + cause.getClass().getSimpleName(), Duration.ZERO);
        } finally {
            coming.cancel(true);
        }
    }

    private static OpenAiException refused(HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        String code = code(answer.body());
        String message = "the server answered " + status + (code.isEmpty() ? "" : " " + code);
        if (code.equals("insufficient_quota")) {
            return new OpenAiException(Kind.SETTINGS, status, message, Duration.ZERO);
        }
        if (status == 408 || status == 409 || status == 425 || status == 429 || status >= 500) {
            return later(status, message, retryAfter(answer));
        }
        Kind kind = status == 400 || status == 413 || status == 422 ? Kind.REFUSED : Kind.SETTINGS;
        return new OpenAiException(kind, status, message, Duration.ZERO);
    }

    private static Duration retryAfter(HttpResponse<?> answer) {
        String seconds = answer.headers().firstValue("Retry-After").orElse("").strip();
        return seconds.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Math.min(Long.parseLong(seconds), LONGEST_WAIT_SECONDS))
                : Duration.ZERO;
    }

    private static OpenAiException later(int status, String message, Duration after) {
        return new OpenAiException(Kind.TRY_LATER, status, message, after);
    }

    private static OpenAiException cut(String what) {
        return later(0, "the answer of " + what + " is cut, or is no such answer", Duration.ZERO);
    }

    /** The error's code, or its type; never its message, which may repeat the key. */
    private static String code(byte[] body) {
        try {
            Map<String, @Nullable Object> error =
                    fields(Json.read(new String(body, StandardCharsets.UTF_8)).get("error"));
            Object code = error.get("code") == null ? error.get("type") : error.get("code");
            return code == null ? "" : word(code.toString());
        } catch (IOException e) {
            return "";
        }
    }

    private static String word(String text) {
        return text.matches("[A-Za-z0-9_.]{1,60}") && !text.startsWith("sk") ? text : "";
    }

    private static Map<String, @Nullable Object> object(byte[] body, String what) throws OpenAiException {
        try {
            return Json.read(new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw cut(what);
        }
    }

    private static String text(Map<String, @Nullable Object> fields, String name, String what) throws OpenAiException {
        if (fields.get(name) instanceof String text && text.matches("[A-Za-z0-9_.:\\-]{1,200}")) {
            return text;
        }
        throw cut(what);
    }
}
