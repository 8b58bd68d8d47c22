package io.driftaware.runner.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Stands in front of a dashboard, and takes the requests that approve and reject actions itself. */
final class FrontOfActions implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final String behind;
    private final String token;
    private final Consumer<String> step;
    private final HttpServer server;

    /**
     * Opens a port.
     *
     * @param behind address of the dashboard
     * @param token that steps need
     * @param step told the path of each step with the token
     */
    FrontOfActions(String behind, String token, Consumer<String> step) throws IOException {
        this.behind = behind;
        this.token = token;
        this.step = step;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** The paths of the steps that were taken. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            if (exchange.getRequestMethod().equals("POST")) {
                boolean allowed =
                        ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
                if (allowed) {
                    taken.add(path);
                    step.accept(path);
                }
                answer(exchange, allowed ? 200 : 401, allowed ? "{}" : "{\"error\":\"this token is not for actions\"}");
                return;
            }
            HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(URI.create(behind + path)).build(), HttpResponse.BodyHandlers.ofByteArray());
            for (String name : List.of("Content-Type", "Content-Security-Policy")) {
                response.headers().firstValue(name).ifPresent(value -> exchange.getResponseHeaders()
                        .set(name, value));
            }
            exchange.sendResponseHeaders(
                    response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
            exchange.getResponseBody().write(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
