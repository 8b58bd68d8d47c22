package io.driftaware.runner.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
    private static final JsonFactory JSON = new JsonFactory();
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
     * @param key sent as bearer token; null for a server that needs none
     * @param limit of one call, from sending to the end of the answer
     * @param mostBytes of one answer
     */
    public OpenAiClient(URI base, @Nullable String key, Duration limit, int mostBytes) {
        if (key != null && !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "OPENAI_API_KEY has a space, a line break or another character that no key has;"
                            + " set the key alone");
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
            return vectors(answer, texts.size(), dimension);
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

    private static Embeddings vectors(byte[] body, int count, int dimension) throws IOException, OpenAiException {
        float[] @Nullable [] vectors = new float[count][];
        long tokens = 0;
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = whole(parser).currentName();
                JsonToken value = parser.nextToken();
                if ("data".equals(name) && value == JsonToken.START_ARRAY) {
                    for (int place = 0; whole(parser).nextToken() != JsonToken.END_ARRAY; place++) {
                        vector(parser, place, vectors, dimension);
                    }
                } else if ("usage".equals(name) && value == JsonToken.START_OBJECT) {
                    while (parser.nextToken() != JsonToken.END_OBJECT) {
                        boolean total = "total_tokens".equals(whole(parser).currentName());
                        if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && total) {
                            tokens = parser.getLongValue();
                        }
                        parser.skipChildren();
                    }
                } else {
                    parser.skipChildren();
                }
            }
        }
        List<float[]> all = new ArrayList<>(count);
        for (float[] one : vectors) {
            if (one == null) {
                throw new IOException("too few vectors");
            }
            all.add(one);
        }
        return new Embeddings(all, tokens);
    }

    private static void vector(JsonParser parser, int place, float[] @Nullable [] vectors, int dimension)
            throws IOException, OpenAiException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("no vector");
        }
        int index = place;
        float[] found = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = whole(parser).currentName();
            JsonToken value = parser.nextToken();
            if ("index".equals(name) && value == JsonToken.VALUE_NUMBER_INT) {
                index = parser.getIntValue();
            } else if ("embedding".equals(name) && value == JsonToken.START_ARRAY) {
                found = floats(parser, dimension);
            } else {
                parser.skipChildren();
            }
        }
        if (found == null || index < 0 || index >= vectors.length) {
            throw new IOException("no vector at " + place);
        }
        vectors[index] = found;
    }

    private static float[] floats(JsonParser parser, int dimension) throws IOException, OpenAiException {
        float[] vector = new float[dimension];
        int length = 0;
        boolean usable = true;
        double norm = 0;
        while (whole(parser).nextToken() != JsonToken.END_ARRAY) {
            float value = parser.getFloatValue();
            if (length < dimension) {
                vector[length] = value;
            }
            usable &= Float.isFinite(value);
            norm += (double) value * value;
            length++;
        }
        if (length != dimension) {
            throw new OpenAiException(
                    Kind.SETTINGS,
                    0,
                    "the model's vectors have " + length + " dimensions, not " + dimension
                            + ": correct DRIFT_REINDEX_DIM or the model",
                    Duration.ZERO);
        }
        if (!usable || norm == 0) {
            throw new IOException("a vector that is zero or not finite");
        }
        return vector;
    }

    /** At the end of a cut text the parser gives null for ever. */
    private static JsonParser whole(JsonParser parser) throws IOException {
        if (parser.currentToken() == null) {
            throw new IOException("cut");
        }
        return parser;
    }
}
