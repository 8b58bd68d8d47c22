package io.driftaware.benchmarks.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the monitors' calls and keeps what they said. */
final class Receiver implements AutoCloseable {
    private static final Pattern EPISODES = Pattern.compile("\"episodes\": *\\[([0-9, ]*)]");

    private final HttpServer server;
    private final Map<String, Set<String>> keysOfEpisodes = new ConcurrentHashMap<>();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicReference<Runnable> onNextCall = new AtomicReference<>();

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** Does this within the next call, before it is answered. */
    void onNextCall(Runnable then) {
        onNextCall.set(then);
    }

    private void take(HttpExchange call) throws IOException {
        String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String key = call.getRequestHeaders().getFirst("Idempotency-Key");
        Matcher episodes = EPISODES.matcher(body);
        if (!episodes.find() || key == null) {
            throw new IOException("a call without key or episodes: " + body);
        }
        for (String episode : episodes.group(1).split(",")) {
            keysOfEpisodes
                    .computeIfAbsent(episode.strip(), one -> new ConcurrentSkipListSet<>())
                    .add(key);
        }
        calls.incrementAndGet();
        Runnable then = onNextCall.getAndSet(null);
        if (then != null) {
            then.run();
        }
        call.sendResponseHeaders(204, -1);
        call.close();
    }

    Map<String, Set<String>> keysOfEpisodes() {
        return keysOfEpisodes;
    }

    long calls() {
        return calls.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
