package io.driftaware.examples.demo;

import io.driftaware.core.policy.Verdict;
import io.driftaware.logging.LoggerStats;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.SchemaSetup;
import io.driftaware.runner.web.MonitorServer;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Shows what Drift-Aware does, from an empty folder: fills a database through the SDK, runs the monitor, and says what it
 * found. Exit codes: 3 drift, 0 none, 1 failure, 2 usage.
 */
public final class Demo {
    private static final int DRIFT_FOUND = 3;
    private static final long SEED = 20_240_607;
    private static final Duration WINDOW_MARGIN = Duration.ofHours(12);
    private static final Duration LEAVING_THE_WINDOW = Duration.ofHours(20);

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
        return demo.runGuarded(System.err);
    }

    /** On Ctrl-C: lets the main thread close everything in order. */
    private void stop() {
        stopAsked.countDown();
        try {
            stopped.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int runGuarded(PrintStream errors) {
        try {
            return run();
        } catch (DemoException | IOException e) {
            errors.println("demo: " + e.getMessage());
        } catch (SQLException e) {
            errors.println("demo: " + DatabaseErrors.explain(e, "the demo's database") + "; --fresh starts over");
        } finally {
            stopped.countDown();
        }
        return 1;
    }

    private int run() throws IOException, SQLException {
        requireFree(options.port);
        screen.line(screen.bold("Drift-Aware demo") + ": the assistant of a smart-home maker, scenario "
                + options.scenario);
        screen.line("");
        Path folder = options.resolvedFolder();
        try (PostgresFolder postgres = new PostgresFolder(folder)) {
            screen.start("database", "starting PostgreSQL in " + folder);
            DemoDatabase database = new DemoDatabase(postgres.start(options.fresh), options.scenario);
            screen.done("PostgreSQL " + database.serverVersion() + " in " + folder);
            Optional<Instant> loggedAt = database.loggedAt();
            if (loggedAt.isPresent()) {
                sayFound(loggedAt.get());
            } else {
                fill(database, folder);
            }
            return watch(database);
        }
    }

    private static void requireFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
            probe.setReuseAddress(true);
        } catch (IOException e) {
            throw new DemoException("Port " + port + " is in use: give another with --port N, or 0 for a free one.");
        }
    }

    private void sayFound(Instant loggedAt) {
        Duration age = Duration.between(loggedAt, clock.instant());
        screen.start("data", "");
        screen.done("found again, logged " + words(age) + " ago; nothing is logged twice");
        if (age.compareTo(LEAVING_THE_WINDOW) > 0) {
            screen.line("             It is leaving the monitor's windows; --fresh logs it anew.");
        }
    }

    private static String words(Duration age) {
        if (age.toHours() >= 48) {
            return age.toDays() + " days";
        }
        return age.toMinutes() >= 120 ? age.toHours() + " hours" : age.toMinutes() + " minutes";
    }

    private void fill(DemoDatabase database, Path folder) throws SQLException {
        screen.start("schema", "setup_database.sql");
        database.create();
        SchemaSetup.run(database.dataSource(), QueryEmbedder.DIMENSION, false);
        screen.done("setup_database.sql, " + QueryEmbedder.DIMENSION + " dimensions, without pgvector");

        Instant now = clock.instant();
        Corpus corpus = Corpus.load();
        Traffic traffic = new Traffic(corpus, SEED);
        List<Exchange> baseline = traffic.baseline(
                options.baselineSize,
                now.minus(Duration.ofDays(37)).plus(WINDOW_MARGIN),
                now.minus(Duration.ofDays(30)).minus(WINDOW_MARGIN));
        List<Exchange> recent = traffic.recent(
                options.recentSize,
                now.minus(Duration.ofDays(7)).plus(WINDOW_MARGIN),
                now.minusSeconds(120),
                options.scenario);
        Map<String, float[]> vectors = embed(corpus, baseline, recent, folder);

        List<String> documents = corpus.documents();
        long events = TrafficLog.events(baseline) + TrafficLog.events(recent) + 2L * documents.size();
        screen.start("logging", "through the SDK");
        try (TrafficLog log = new TrafficLog(
                database.dataSource(), vectors, written -> screen.progress(written, events, "events written"))) {
            log.documents(documents, now.minus(Duration.ofDays(33)));
            log.exchanges(baseline);
            log.documents(documents, now.minus(Duration.ofDays(3)));
            log.exchanges(recent);
            LoggerStats books = log.finish();
            screen.done(String.format(
                    Locale.ROOT,
                    "%,d interactions 30 to 37 days ago, %,d in the last 7 days: %,d events written, %d dropped",
                    baseline.size(),
                    recent.size(),
                    books.written(),
                    books.droppedTotal()));
        }
        database.markLogged(now);
    }

    private Map<String, float[]> embed(
            Corpus corpus, List<Exchange> baseline, List<Exchange> recent, Path folder) {
        List<String> queries = Stream.concat(baseline.stream(), recent.stream())
                .map(Exchange::query)
                .distinct()
                .toList();
        List<String> texts = Stream.concat(corpus.documents().stream(), queries.stream())
                .distinct()
                .toList();
        screen.start("embedding", "loading " + QueryEmbedder.MODEL);
        try (QueryEmbedder embedder = new QueryEmbedder(folder.resolve("native"))) {
            Map<String, float[]> vectors =
                    embedder.embed(texts, done -> screen.progress(done, texts.size(), "texts embedded"));
            screen.done(String.format(
                    Locale.ROOT,
                    "%,d distinct queries and %d help pages, %s in this process",
                    queries.size(),
                    texts.size() - queries.size(),
                    QueryEmbedder.MODEL));
            return vectors;
        }
    }

    private int watch(DemoDatabase database) throws IOException, SQLException {
        CollectorRegistry registry = new CollectorRegistry();
        MonitorConfig config = MonitorConfig.builder()
                .embeddingDim(QueryEmbedder.DIMENSION)
                .port(options.port)
                .build();
        screen.start("monitor", "checking");
        try (DriftMonitor monitor = DriftMonitor.builder(database.dataSource())
                        .config(config)
                        .registry(registry)
                        .build();
                MonitorServer server =
                        MonitorServer.start(config.bind(), options.port, registry, monitor::health)) {
            CheckReport report = monitor.checkOnce();
            screen.done("http://localhost:" + server.port() + "/metrics");
            new FoundReport(screen).show(report, Excerpts.read(database.dataSource(), clock.instant()));
            sayVerdict(report);
            if (!options.once) {
                stayUp(monitor, server, database);
            }
            return report.verdict() == Verdict.DRIFT ? DRIFT_FOUND : 0;
        }
    }

    private void sayVerdict(CheckReport report) {
        screen.line("");
        List<String> drifting = report.streams().stream()
                .filter(stream -> stream.verdict() == Verdict.DRIFT)
                .map(stream -> stream.stream().replace('_', ' '))
                .toList();
        screen.line(
                drifting.isEmpty()
                        ? screen.good("No drift.")
                        : screen.bad("DRIFT") + " in " + String.join(" and ", drifting) + ".");
    }

    private void stayUp(DriftMonitor monitor, MonitorServer server, DemoDatabase database) {
        monitor.start();
        screen.line("");
        screen.line("The monitor goes on checking; Ctrl-C ends it, the data stays.");
        screen.line("  metrics   http://localhost:" + server.port() + "/metrics");
        screen.line("  database  " + database.url());
        try {
            stopAsked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
