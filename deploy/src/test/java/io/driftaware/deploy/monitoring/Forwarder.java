package io.driftaware.deploy.monitoring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between Prometheus and a target: at /as-asked it asks for what Prometheus asks for, at /text for nothing. */
final class Forwarder implements AutoCloseable {
    static final String AS_ASKED = "/as-asked";
    static final String TEXT = "/text";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> contentTypes = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final URI target;

    private Forwarder(HttpServer server, URI target) {
        this.server = server;
        this.target = target;
    }

    static Forwarder to(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        Forwarder forwarder = new Forwarder(server, URI.create("http://127.0.0.1:" + port + "/metrics"));
        server.createContext("/", forwarder::forward);
        server.start();
        return forwarder;
    }

    private void forward(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        HttpRequest.Builder request = HttpRequest.newBuilder(target);
        if (path.equals(AS_ASKED)) {
            request.header("Accept", exchange.getRequestHeaders().getFirst("Accept"));
        }
        try (exchange) {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            String contentType = response.headers().firstValue("Content-Type").orElse("");
            contentTypes.put(path, contentType);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(response.statusCode(), response.body().length);
            exchange.getResponseBody().write(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** The type of the last answer at a path. */
    String contentType(String path) {
        return contentTypes.getOrDefault(path, "");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
