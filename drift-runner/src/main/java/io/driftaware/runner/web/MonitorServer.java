package io.driftaware.runner.web;

import com.sun.net.httpserver.HttpServer;
import io.driftaware.runner.Health;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /metrics}, {@code /livez}, {@code /readyz}, {@code /healthz} and {@code /} on one port, to GET and HEAD; with a
 * {@link Dashboard} also the JSON API behind it.
 * Requests run on a few threads of their own. The JDK's server takes its time limits from system properties when its
 * first instance is made; {@link #limitSlowClients()} sets them where the process belongs to the monitor.
 */
public final class MonitorServer implements AutoCloseable {
    /** A client that sends half a request holds one until it is cut off. */
    private static final int THREADS = 64;

    private static final int WAITING = 2_048;
    private static final int BACKLOG = 512;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Pages pages;

    private MonitorServer(HttpServer server, ExecutorService threads, Pages pages) {
        this.server = server;
        this.threads = threads;
        this.pages = pages;
    }

    /**
     * Opens the port and serves until {@link #close()}.
     *
     * @param bind address to listen on, {@code 0.0.0.0} for every interface
     * @param port TCP port, 0 for a free one
     * @param registry what {@code /metrics} shows
     * @param health asked at every request for a health page; must not block
     * @throws IOException if the port cannot be opened, with a one-line message that names it and the remedy
     */
    public static MonitorServer start(String bind, int port, CollectorRegistry registry, Supplier<Health> health)
            throws IOException {
        return serve(bind, port, registry, health, null, System::nanoTime);
    }

    /**
     * The same with the dashboard at {@code /} and its JSON API under {@code /api/v1/}.
     *
     * @param dashboard what it shows, and to whom
     */
    public static MonitorServer start(
            String bind, int port, CollectorRegistry registry, Supplier<Health> health, Dashboard dashboard)
            throws IOException {
        return serve(bind, port, registry, health, dashboard, System::nanoTime);
    }

    /** @param nanoTime by which the answers of the API grow old */
    static MonitorServer start(
            String bind,
            int port,
            CollectorRegistry registry,
            Supplier<Health> health,
            Dashboard dashboard,
            LongSupplier nanoTime)
            throws IOException {
        return serve(bind, port, registry, health, dashboard, nanoTime);
    }

    private static MonitorServer serve(
            String bind,
            int port,
            CollectorRegistry registry,
            Supplier<Health> health,
            @Nullable Dashboard dashboard,
            LongSupplier nanoTime)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(bind, port);
        if (address.isUnresolved()) {
            throw new IOException("DRIFT_BIND=" + bind + " is no address of this machine; set 0.0.0.0 or 127.0.0.1");
        }
        HttpServer server = open(address, bind, port);
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "drift-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        Pages pages = new Pages(registry, health, dashboard, nanoTime);
        server.createContext("/", pages);
        server.start();
        return new MonitorServer(server, threads, pages);
    }

    private static HttpServer open(InetSocketAddress address, String bind, int port) throws IOException {
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (BindException e) {
            String reason = String.valueOf(e.getMessage());
            if (reason.contains("in use")) {
                throw new IOException(
                        "port " + port + " is already in use; stop what listens there, or set PROMETHEUS_PORT to"
                                + " another port (0 takes a free one)",
                        e);
            }
            throw new IOException(
                    "cannot listen on " + bind + ":" + port + " (" + reason + "); set DRIFT_BIND and PROMETHEUS_PORT"
                            + " to an address and port that this process may open",
                    e);
        }
    }

    /**
     * Gives clients 5 s to send a request and 30 s to take the answer, and sends answers without delay, in every JDK HTTP
     * server of this process, unless the system properties are set already. Call it before the process makes its first one.
     */
    public static void limitSlowClients() {
        // An answer is two packets; without this the second waits 40 ms until the client has confirmed the first.
        setIfAbsent("sun.net.httpserver.nodelay", "true");
        setIfAbsent("sun.net.httpserver.maxReqTime", "5");
        setIfAbsent("sun.net.httpserver.maxRspTime", "30");
        setIfAbsent("sun.net.httpserver.idleInterval", "30");
        setIfAbsent("sun.net.httpserver.maxReqHeaders", "100");
        setIfAbsent("jdk.httpserver.maxConnections", Integer.toString(WAITING));
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /** Serves {@link ActionsApi#PATH} from here on. */
    public void serve(ActionsApi actions) {
        server.createContext(ActionsApi.PATH, actions);
    }

    /** Serves {@link BaselinesApi#PATH} from here on; where it has a token, the dashboard has buttons for it. */
    public void serve(BaselinesApi baselines) {
        server.createContext(BaselinesApi.PATH, baselines);
        if (baselines.isOn()) {
            pages.baselinesCanBeAccepted();
        }
    }

    /** The port that is open. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Closes the port at once; requests under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
