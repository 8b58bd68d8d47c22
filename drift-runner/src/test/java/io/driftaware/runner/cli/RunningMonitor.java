package io.driftaware.runner.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The program on a thread of its own, checking every second; {@link #stop} ends it as SIGTERM would, by an interrupt. */
final class RunningMonitor {
    private final HttpClient client = HttpClient.newHttpClient();
    private final CompletableFuture<CommandLineRun> result = new CompletableFuture<>();
    private final Thread thread;
    private final int port;

    RunningMonitor(String url, String... more) throws IOException {
        port = freePort();
        Map<String, String> environment = Map.of(
                "DATABASE_URL", url,
                "EMBEDDING_DIM", "3",
                "DRIFT_BIND", "127.0.0.1",
                "CHECK_INTERVAL_SECONDS", "1",
                "PROMETHEUS_PORT", Integer.toString(port));
        thread = new Thread(() -> result.complete(CommandLineRun.of(environment, more)), "drift-run");
        thread.start();
    }

    int port() {
        return port;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Whether it has this status and text; not so while the port is not open. */
    boolean answers(String path, int status, String text) throws InterruptedException {
        try {
            HttpResponse<String> response = get(path);
            return response.statusCode() == status && response.body().contains(text);
        } catch (IOException notYetOpen) {
            return false;
        }
    }

    CommandLineRun stop() throws Exception {
        thread.interrupt();
        return end();
    }

    CommandLineRun end() throws Exception {
        return result.get(60, TimeUnit.SECONDS);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
