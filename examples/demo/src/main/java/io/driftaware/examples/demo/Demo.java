package io.driftaware.examples.demo;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.view.Views;
import io.driftaware.runner.web.Dashboard;
import io.driftaware.runner.web.MonitorServer;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * Shows what Drift-Aware does, from an empty folder: fills a database through the SDK, runs the monitor, and says what it
 * found. Exit codes: 3 drift, 0 none, 1 failure, 2 usage.
 */
public final class Demo {
    private static final int DRIFT_FOUND = 3;
    private static final int FAILED = 1;
    private static final String LOOPBACK = "127.0.0.1";
    private static final int SECONDS_TO_STOP = 10;

    private final DemoOptions options;
    private final Screen screen;
    private final InstantSource clock;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    Demo(DemoOptions options, Screen screen, InstantSource clock) {
        this.options = options;
        this.screen = screen;
        this.clock = clock;
    }

    /**
     * Runs the program.
     *
     * @param arguments as {@code --help} explains them
     */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DemoOptions(Demo::start))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    private static int start(DemoOptions options) {
        boolean terminal = Boolean.getBoolean("drift.terminal");
        boolean coloured = terminal && System.getenv("NO_COLOR") == null;
        Demo demo = new Demo(options, new Screen(System.out, terminal, coloured), InstantSource.system());
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "demo-stop"));
        return demo.run(System.err);
    }

    /** On Ctrl-C, and at the end: gives the main thread time to close everything in order. */
    private void stop() {
        stopAsked.countDown();
        try {
            stopped.await(SECONDS_TO_STOP, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs all of it; {@return the exit code} */
    int run(PrintStream errors) {
        try {
            return show();
        } catch (SQLException e) {
            return failed(errors, DatabaseErrors.explain(e, "the demo's database") + "; --fresh starts over");
        } catch (DemoException | DriftMonitorException | IOException e) {
            return failed(errors, String.valueOf(e.getMessage()));
        } finally {
            stopped.countDown();
        }
    }

    /** What fails because the user stopped the demo needs no message. */
    private int failed(PrintStream errors, String message) {
        if (stopAsked.getCount() > 0) {
            errors.println("demo: " + message);
        }
        return FAILED;
    }

    private int show() throws IOException, SQLException {
        requireFree(options.port);
        Path folder = options.resolvedFolder();
        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            screen.line(
                    screen.bold("Drift-Aware demo") + ": a smart-home maker's assistant, scenario " + options.scenario);
            screen.line("");
            screen.start("database", "starting PostgreSQL");
            DemoDatabase database = new DemoDatabase(postgres.start(options.fresh), options.scenario);
            screen.done("PostgreSQL " + database.serverVersion() + " in " + folder);
            new DemoData(database, screen, folder, this::failIfStopped).provide(options, clock.instant());
            return watch(database);
        }
    }

    private void failIfStopped() {
        if (stopAsked.getCount() == 0) {
            throw new DemoException("stopped");
        }
    }

    private static void requireFree(int port) throws IOException {
        try {
            new ServerSocket(port, 1, InetAddress.getByName(LOOPBACK)).close();
        } catch (IOException e) {
            throw new DemoException("port " + port + " is in use: give another with --port N, or 0 for a free one");
        }
    }

    private int watch(DemoDatabase database) throws IOException, SQLException {
        CollectorRegistry registry = new CollectorRegistry();
        MonitorServer.limitSlowClients();
        MonitorConfig config =
                MonitorConfig.builder().embeddingDim(QueryEmbedder.DIMENSION).build();
        screen.start("monitor", "checking");
        try (DriftMonitor monitor = DriftMonitor.builder(database.dataSource())
                        .config(config)
                        .registry(registry)
                        .clock(clock)
                        .build();
                MonitorServer server = serve(monitor, database, config, registry)) {
            CheckReport report = monitor.checkOnce();
            screen.done("http://localhost:" + server.port() + "/");
            new FoundReport(screen).show(report, Excerpts.read(database.dataSource(), report.at()));
            if (!options.once) {
                stayUp(monitor, server, database);
            }
            return report.verdict() == Verdict.DRIFT ? DRIFT_FOUND : 0;
        }
    }

    private MonitorServer serve(
            DriftMonitor monitor, DemoDatabase database, MonitorConfig config, CollectorRegistry registry)
            throws IOException {
        Views views = new Views(database.dataSource(), config, monitor::health, clock);
        return MonitorServer.start(LOOPBACK, options.port, registry, monitor::health, new Dashboard(views, List.of()));
    }

    private void stayUp(DriftMonitor monitor, MonitorServer server, DemoDatabase database) {
        monitor.start();
        screen.line("");
        screen.line("The monitor goes on checking. Ctrl-C ends it, and the data stays.");
        screen.line("  dashboard http://localhost:" + server.port() + "/");
        screen.line("  metrics   http://localhost:" + server.port() + "/metrics");
        screen.line("  database  " + database.url());
        try {
            stopAsked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
