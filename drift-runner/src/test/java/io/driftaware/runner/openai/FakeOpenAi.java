package io.driftaware.runner.openai;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks the part of the OpenAI API that we use, on loopback. Vectors are made of the words of a text, so
 * texts that share words are near each other; each model has its own. Faults are queued and used up one a request.
 */
public final class FakeOpenAi implements AutoCloseable {
    public static final String KEY = "sk-test-geheim";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, float[]> words = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Object>> jobs = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    public final AtomicInteger requests = new AtomicInteger();
    public final AtomicInteger embedded = new AtomicInteger();
    public final List<String> files = new CopyOnWriteArrayList<>();
    public volatile String poison = "\0";

    /** What answers wait for that were held. */
    public final CountDownLatch held = new CountDownLatch(1);

    private volatile int answersAtOnce = Integer.MAX_VALUE;

    /** What goes wrong with one request. */
    public enum Fault {
        NONE,
        TOO_MANY,
        BROKEN,
        SILENT,
        /** The head and a first part come at once, the rest too late. */
        SLOW_BODY,
        CUT,
        /** Says how long the answer is, and hangs up before its end. */
        HUNG_UP,
        /** A vector of zeros, which has no direction. */
        ZERO,
        WRONG_DIMENSION,
        NO_KEY,
        QUOTA,
        HUGE,
        /** Does the work, and says 500. */
        DONE_BUT_BROKEN
    }

    private FakeOpenAi(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/v1/", this::answer);
        server.start();
    }

    public static FakeOpenAi start() {
        try {
            return new FakeOpenAi(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For a process of its own: prints its address, and lives until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        try (FakeOpenAi fake = start()) {
            System.out.println(fake.url());
            System.out.flush();
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    public void failNext(Fault... coming) {
        faults.addAll(List.of(coming));
    }

    /** Every request after so many waits for {@link #held}. */
    public void holdAfter(int answers) {
        answersAtOnce = answers;
    }

    /** Lets every job end. */
    public void finishJobs(String status) {
        jobs.values().forEach(job -> {
            job.put("status", status);
            if (status.equals("succeeded")) {
                job.put("fine_tuned_model", "ft:" + job.get("model") + ":" + job.get("suffix") + ":x1");
                job.put("trained_tokens", 4_242);
                job.put("result_files", List.of("file-results"));
            } else {
                job.put("error", Map.of("code", "invalid_training_file", "message", KEY));
            }
        });
    }

    public int jobs() {
        return jobs.size();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            int number = requests.incrementAndGet();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (number > answersAtOnce) {
                held.await();
            }
            Fault next = faults.poll();
            Fault fault = next == null ? Fault.NONE : next;
            if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                fault = Fault.NO_KEY;
            }
            switch (fault) {
                case TOO_MANY -> {
                    exchange.getResponseHeaders().add("Retry-After", "1");
                    error(exchange, 429, "rate_limit_exceeded");
                }
                case BROKEN -> error(exchange, 500, "server_error");
                case NO_KEY -> error(exchange, 401, "invalid_api_key");
                case QUOTA -> error(exchange, 429, "insufficient_quota");
                case SILENT -> pause();
                case SLOW_BODY -> {
                    exchange.sendResponseHeaders(200, 1_000);
                    exchange.getResponseBody().write("{\"data\":[".getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                    pause();
                }
                case HUNG_UP -> {
                    exchange.sendResponseHeaders(200, 1_000);
                    exchange.getResponseBody().write("{\"data\":[".getBytes(StandardCharsets.UTF_8));
                    exchange.getResponseBody().flush();
                }
                case ZERO -> send(exchange, 200, "{\"data\":[{\"index\":0,\"embedding\":[0,0,0,0]}]}");
                case CUT -> send(exchange, 200, "{\"data\":[{\"index\":0,\"embedding\":[0.1,");
                case HUGE -> send(exchange, 200, "{\"data\":[" + " ".repeat(1 << 20) + "]}");
                case DONE_BUT_BROKEN -> {
                    work(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body, 0);
                    error(exchange, 500, "server_error");
                }
                default -> {
                    String path = exchange.getRequestURI().getPath();
                    if (!poison.equals("\0") && body.contains(poison)) {
                        error(exchange, 400, "invalid_input");
                        return;
                    }
                    String answer =
                            work(exchange.getRequestMethod(), path, body, fault == Fault.WRONG_DIMENSION ? 1 : 0);
                    if (answer == null) {
                        error(exchange, 404, "not_found");
                    } else {
                        send(exchange, 200, answer);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause() throws InterruptedException {
        TimeUnit.SECONDS.sleep(5);
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        send(exchange, status, Json.write(Map.of("error", Map.of("code", code, "message", "Incorrect: " + KEY))));
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private @Nullable String work(String method, String path, String body, int tooMany) throws IOException {
        if (path.endsWith("/embeddings")) {
            return embeddings(Json.read(body), tooMany);
        }
        if (path.endsWith("/files")) {
            files.add(body);
            return Json.write(Map.of("id", "file-" + numbers.incrementAndGet(), "object", "file"));
        }
        if (path.endsWith("/content")) {
            return "step,train_loss,valid_loss\n1,0.9,1.1\n2,0.5,0.8\n";
        }
        if (path.endsWith("/fine_tuning/jobs") && method.equals("POST")) {
            Map<String, Object> job = new ConcurrentHashMap<>();
            Json.read(body).forEach((name, value) -> {
                if (value != null) {
                    job.put(name, value);
                }
            });
            String id = "ftjob-" + numbers.incrementAndGet();
            job.put("id", id);
            job.put("status", "queued");
            jobs.put(id, job);
            return Json.write(job);
        }
        if (path.endsWith("/fine_tuning/jobs")) {
            return Json.write(Map.of("data", new ArrayList<>(jobs.values())));
        }
        Map<String, Object> job = jobs.get(path.substring(path.lastIndexOf('/') + 1));
        return job == null ? null : Json.write(job);
    }

    private String embeddings(Map<String, @Nullable Object> request, int tooMany) {
        List<?> input = (List<?>) request.get("input");
        String model = String.valueOf(request.get("model"));
        int dimension = Integer.parseInt(model.substring(model.lastIndexOf('-') + 1));
        StringBuilder json = new StringBuilder("{\"object\":\"list\",\"data\":[");
        for (int i = input.size() - 1; i >= 0; i--) { // any order is allowed; index says which
            float[] vector = vector(model, dimension + tooMany, String.valueOf(input.get(i)));
            json.append("{\"object\":\"embedding\",\"index\":").append(i).append(",\"embedding\":[");
            for (int j = 0; j < vector.length; j++) {
                json.append(j == 0 ? "" : ",").append(vector[j]);
            }
            json.append(i == 0 ? "]}" : "]},");
        }
        embedded.addAndGet(input.size());
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", input.size());
        usage.put("total_tokens", input.size());
        return json.append("],\"usage\":").append(Json.write(usage)).append('}').toString();
    }

    /** The vector that a model of this fake gives a text. */
    public float[] vector(String model, int dimension, String text) {
        float[] sum = new float[dimension];
        double norm = 0;
        for (String word : text.split("\\s+")) {
            float[] one = words.computeIfAbsent(model + dimension + word, FakeOpenAi::random);
            for (int j = 0; j < dimension; j++) {
                sum[j] += one[j % one.length] * (j / one.length % 2 == 0 ? 1 : -1);
            }
        }
        for (float value : sum) {
            norm += value * value;
        }
        for (int j = 0; j < dimension; j++) {
            sum[j] = (float) Math.round(sum[j] / Math.sqrt(norm) * 1e5) / 1e5f;
        }
        return sum;
    }

    private static float[] random(String word) {
        Random random = new Random(word.hashCode() * 0x9E37_79B9_7F4A_7C15L);
        float[] vector = new float[2_048];
        for (int j = 0; j < vector.length; j++) {
            vector[j] = (float) random.nextGaussian();
        }
        return vector;
    }
}
