package io.driftaware.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Eventually;
import io.driftaware.deploy.FreePort;
import io.driftaware.deploy.Program;
import io.driftaware.deploy.Project;
import io.driftaware.testdb.Tool;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A real Prometheus with an empty storage, on a loopback port. */
final class PrometheusServer implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Program program;
    private final int port;

    private PrometheusServer(Program program, int port) {
        this.program = program;
        this.port = port;
    }

    /** One series of an answer: its labels, and its value or values. */
    record Series(Map<String, String> labels, List<Double> values) {}

    /**
     * Starts it.
     *
     * @param folder empty; storage and log lie there
     * @param config the text of prometheus.yml, in which PROMETHEUS_ADDRESS stands for its own address
     */
    static PrometheusServer start(Path folder, String config) throws IOException, InterruptedException {
        Path executable = Tool.require("prometheus", "Debian's package prometheus");
        int port = FreePort.find();
        Path file = Files.writeString(
                folder.resolve("prometheus.yml"), config.replace("PROMETHEUS_ADDRESS", "127.0.0.1:" + port));
        Program program = Program.start(
                folder.resolve("prometheus.log"),
                Map.of(),
                List.of(
                        executable.toString(),
                        "--config.file=" + file,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port));
        PrometheusServer server = new PrometheusServer(program, port);
        try {
            Eventually.holds(server::assertReady);
            return server;
        } catch (AssertionError | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private void assertReady() throws InterruptedException {
        if (!program.isAlive()) {
            throw new IllegalStateException("prometheus has ended:\n" + program.output());
        }
        try {
            if (get("/-/ready").statusCode() != 200) {
                throw new AssertionError("not ready:\n" + program.output());
            }
        } catch (IOException e) {
            throw new AssertionError("does not answer:\n" + program.output(), e);
        }
    }

    /** The result of an instant query now. An error of the expression is an exception. */
    List<Series> query(String expression) {
        return series(api("query?query=" + encoded(expression)), "value");
    }

    /** The result of a range query over the last minute in steps of 1 s. */
    List<Series> queryRange(String expression) {
        double now = System.currentTimeMillis() / 1000.0;
        return series(
                api("query_range?step=1&start=" + (now - 60) + "&end=" + now + "&query=" + encoded(expression)),
                "values");
    }

    /** The values of a label over the series that a selector matches, as a dashboard's variable asks for them. */
    List<String> labelValues(String label, String selector) {
        List<String> values = new ArrayList<>();
        api("label/" + label + "/values?" + encoded("match[]") + "=" + encoded(selector))
                .forEach(value -> values.add(value.asText()));
        return values;
    }

    /** The part {@code data} of what the API answers. */
    JsonNode api(String path) {
        try {
            HttpResponse<String> response = get("/api/v1/" + path);
            JsonNode answer = Project.JSON.readTree(response.body());
            if (!answer.path("status").asText().equals("success")) {
                throw new IllegalArgumentException(path + ": " + response.body());
            }
            return answer.get("data");
        } catch (IOException e) {
            throw new AssertionError("Prometheus does not answer " + path + ":\n" + program.output(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<Series> series(JsonNode data, String field) {
        List<Series> found = new ArrayList<>();
        for (JsonNode result : data.get("result")) {
            Map<String, String> labels = new TreeMap<>();
            result.get("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            List<Double> values = new ArrayList<>();
            JsonNode points = result.get(field);
            if (field.equals("value")) {
                values.add(number(points));
            } else {
                points.forEach(point -> values.add(number(point)));
            }
            found.add(new Series(labels, values));
        }
        return found;
    }

    private static double number(JsonNode point) {
        return switch (point.get(1).asText()) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(point.get(1).asText());
        };
    }

    @Override
    public void close() {
        program.close();
    }
}
