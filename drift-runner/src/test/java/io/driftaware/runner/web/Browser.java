package io.driftaware.runner.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftaware.testdb.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A headless Chromium, driven by chromedriver in the words of W3C WebDriver: as much as the tests of the dashboard say. Where
 * either program is missing, what needs it is skipped with a message.
 */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process driver;
    private final String session;

    private Browser(Process driver, String base, String capabilities) throws IOException, InterruptedException {
        this.driver = driver;
        boolean started = false;
        try {
            awaitDriver(base);
            JsonNode answer = send("POST", base + "/session", capabilities);
            session = base + "/session/" + answer.get("sessionId").asText();
            started = true;
        } finally {
            if (!started) {
                driver.destroyForcibly();
            }
        }
    }

    /** A window of this size, in light or dark. */
    static Browser open(int width, int height, boolean dark) throws IOException, InterruptedException {
        Path chromium = Tool.require("chromium", "the package chromium");
        Path chromedriver = Tool.require("chromedriver", "the package chromium-driver");
        int port = freePort();
        Process driver = new ProcessBuilder(
                        chromedriver.toString(), "--port=" + port, "--allowed-ips=127.0.0.1", "--log-level=SEVERE")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> arguments = new ArrayList<>(List.of(
                "--headless=new",
                // Tests run as root too, and where /dev/shm is small.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--force-device-scale-factor=1",
                "--window-size=" + width + "," + height));
        if (dark) {
            arguments.add("--blink-settings=preferredColorScheme=0");
        }
        String capabilities = JSON.writeValueAsString(Map.of(
                "capabilities",
                Map.of(
                        "alwaysMatch",
                        Map.of(
                                "goog:loggingPrefs",
                                Map.of("browser", "ALL", "performance", "ALL"),
                                "goog:chromeOptions",
                                Map.of("binary", chromium.toString(), "args", arguments)))));
        return new Browser(driver, "http://127.0.0.1:" + port, capabilities);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitDriver(String base) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                send("GET", base + "/status", null);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !driver.isAlive()) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private JsonNode send(String method, String url, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode value = JSON.readTree(response.body()).get("value");
        if (response.statusCode() != 200) {
            throw new IllegalStateException(url + ": " + value);
        }
        return value;
    }

    private JsonNode post(String command, Map<String, ?> body) throws IOException, InterruptedException {
        return send("POST", session + command, JSON.writeValueAsString(body));
    }

    /** Goes to an address, and waits until the page has loaded. */
    void go(String url) throws IOException, InterruptedException {
        post("/url", Map.of("url", url));
    }

    /** What a function body returns in the page. */
    JsonNode run(String script, Object... arguments) throws IOException, InterruptedException {
        return post("/execute/sync", Map.of("script", script, "args", List.of(arguments)));
    }

    /** The same of a function that calls its last argument when it is done. */
    JsonNode runAsync(String script, Object... arguments) throws IOException, InterruptedException {
        return post("/execute/async", Map.of("script", script, "args", List.of(arguments)));
    }

    /** Waits until an expression is true. */
    void await(String expression) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!run("return Boolean(" + expression + ")").asBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE + ": " + expression + "\n"
                        + text("body").replaceAll("(?s)^(.{2000}).*", "$1"));
            }
            Thread.onSpinWait();
        }
    }

    /** The text that a person sees of the first element. */
    String text(String selector) throws IOException, InterruptedException {
        return run("const one = document.querySelector(arguments[0]); return one ? one.innerText : '(none)'", selector)
                .asText();
    }

    /** Where whoever looks is; empty for where the test runs. */
    void timeZone(String name) throws IOException, InterruptedException {
        post("/goog/cdp/execute", Map.of("cmd", "Emulation.setTimezoneOverride", "params", Map.of("timezoneId", name)));
    }

    /** From here on a phone of this size, which a window cannot be: none is narrower than 500. */
    void phone(int width, int height) throws IOException, InterruptedException {
        post(
                "/goog/cdp/execute",
                Map.of(
                        "cmd",
                        "Emulation.setDeviceMetricsOverride",
                        "params",
                        Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", true)));
        post(
                "/goog/cdp/execute",
                Map.of("cmd", "Emulation.setTouchEmulationEnabled", "params", Map.of("enabled", true)));
    }

    void click(String selector) throws IOException, InterruptedException {
        // The page scrolls smoothly, and the driver does not wait for the end of it.
        run("document.querySelector(arguments[0]).scrollIntoView({ block: 'center', behavior: 'instant' })", selector);
        JsonNode element = post("/element", Map.of("using", "css selector", "value", selector));
        post("/element/" + element.elements().next().asText() + "/click", Map.of());
    }

    /** Types into what has the focus; {@code \uE004} is the tabulator. */
    void type(String keys) throws IOException, InterruptedException {
        List<Map<String, String>> actions = new ArrayList<>();
        keys.codePoints().forEach(key -> {
            actions.add(Map.of("type", "keyDown", "value", Character.toString(key)));
            actions.add(Map.of("type", "keyUp", "value", Character.toString(key)));
        });
        post("/actions", Map.of("actions", List.of(Map.of("type", "key", "id", "keyboard", "actions", actions))));
    }

    /** Errors and warnings that the page left in the console since the last time, without those of the network. */
    List<String> complaints() throws IOException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        for (JsonNode entry : post("/se/log", Map.of("type", "browser"))) {
            String level = entry.get("level").asText();
            if (!entry.get("source").asText().equals("network")
                    && (level.equals("SEVERE") || level.equals("WARNING"))) {
                complaints.add(entry.get("message").asText());
            }
        }
        return complaints;
    }

    /** Every address that the page asked for since the last time. */
    List<String> requests() throws IOException, InterruptedException {
        List<String> urls = new ArrayList<>();
        for (JsonNode entry : post("/se/log", Map.of("type", "performance"))) {
            JsonNode message = JSON.readTree(entry.get("message").asText()).get("message");
            if (message.get("method").asText().equals("Network.requestWillBeSent")) {
                urls.add(message.at("/params/request/url").asText().toLowerCase(Locale.ROOT));
            }
        }
        return urls;
    }

    /** Keeps what the whole window shows as a PNG. */
    void screenshot(Path file) throws IOException, InterruptedException {
        byte[] png = Base64.getDecoder()
                .decode(send("GET", session + "/screenshot", null).asText());
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, png);
    }

    @Override
    public void close() {
        try {
            send("DELETE", session, null);
        } catch (IOException | IllegalStateException e) {
            // Its end is certain all the same.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            driver.descendants().forEach(ProcessHandle::destroyForcibly);
            driver.destroyForcibly();
        }
    }

    /** What axe finds wrong with the page for people who see, hear or move otherwise, a line each. */
    List<String> accessibilityProblems() throws Exception {
        try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
            run(new String(Objects.requireNonNull(axe).readAllBytes(), StandardCharsets.UTF_8));
        }
        List<String> problems = new ArrayList<>();
        runAsync(
                        """
                        const done = arguments[arguments.length - 1];
                        axe.run(document).then((result) => done(result.violations.map((one) =>
                          `${one.impact} ${one.id}: ${one.help} ${one.nodes.slice(0, 3).map((node) => node.html).join(' | ')}`)));
                        """)
                .forEach(problem -> problems.add(problem.asText()));
        return problems;
    }
}
