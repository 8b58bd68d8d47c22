package io.driftaware.runner.cli;

import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.runner.BaselineAdmin;
import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.Lead;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.SchemaSetup;
import io.driftaware.runner.store.SchemaState;
import io.driftaware.runner.view.Views;
import io.driftaware.runner.web.ActionsApi;
import io.driftaware.runner.web.BaselinesApi;
import io.driftaware.runner.web.Dashboard;
import io.driftaware.runner.web.MonitorServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor as a process of its own. The port opens first, so that a platform sees it alive; it becomes ready with
 * the first successful check. A database that does not answer yet is waited for; one that answers no is the end.
 */
final class MonitorRun implements Callable<Integer> {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private final Session session;
    private final boolean initDb;

    /** Whether the database answers and has its schema. */
    private volatile boolean prepared;

    private volatile Supplier<Health> health = () -> notReady("starting", null);

    MonitorRun(Session session, boolean initDb) {
        this.session = session;
        this.initDb = initDb;
    }

    @Override
    public Integer call() throws CommandFailed {
        MonitorConfig config = session.config();
        DatabaseUrl url = config.requiredDatabaseUrl();
        // Not a field: the level is known only now.
        Logger log = LoggerFactory.getLogger(MonitorRun.class);
        CollectorRegistry registry = new CollectorRegistry(true);
        DefaultExports.register(registry);
        MonitorServer.limitSlowClients();
        try (Shutdown shutdown = Shutdown.register();
                MonitorServer server = open(config, url, registry)) {
            log.info("drift-runner {} serves http://{}:{}/", ProgramVersion.text(), config.bind(), server.port());
            if (!databaseAnswers(url, shutdown, log)) {
                return ExitCode.OK;
            }
            prepareSchema(Databases.direct(url), config, log);
            prepared = true;
            try (HikariDataSource pool = Databases.pool(url);
                    DriftMonitor monitor = DriftMonitor.builder(pool)
                            .leadFrom(Databases.direct(url))
                            .config(config)
                            .registry(registry)
                            .build()) {
                health = monitor::health;
                shutdown.working();
                monitor.start();
                log.info("checking {} every {} s", url, config.checkInterval().toSeconds());
                shutdown.await();
                log.info("stopping, after the check under way");
            }
        } catch (InterruptedException e) {
            log.info("interrupted, stopped");
        }
        return ExitCode.OK;
    }

    private MonitorServer open(MonitorConfig config, DatabaseUrl url, CollectorRegistry registry) throws CommandFailed {
        Supplier<Health> now = () -> health.get();
        Views views = new Views(Databases.forPages(url), config, now, InstantSource.system());
        // Who may decide about actions may read what they are about.
        List<String> readers = Stream.of(config.readToken(), config.apiToken())
                .flatMap(Optional::stream)
                .toList();
        Dashboard dashboard = new Dashboard(views, readers);
        try {
            MonitorServer server = MonitorServer.start(config.bind(), config.port(), registry, now, dashboard);
            server.serve(new ActionsApi(
                    Databases.direct(url),
                    config.apiToken().orElse(null),
                    config.webhookSecret().orElse(null),
                    InstantSource.system(),
                    () -> prepared));
            server.serve(new BaselinesApi(
                    new BaselineAdmin(Databases.direct(url), config, InstantSource.system()),
                    config.apiToken().orElse(null),
                    () -> prepared));
            return server;
        } catch (IOException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        }
    }

    /** False if the program is asked to stop before the database answers. */
    private boolean databaseAnswers(DatabaseUrl url, Shutdown shutdown, Logger log)
            throws CommandFailed, InterruptedException {
        PGSimpleDataSource database = Databases.direct(url);
        Duration wait = FIRST_WAIT;
        String said = "";
        while (true) {
            long start = System.nanoTime();
            try {
                database.getConnection().close();
                if (!said.isEmpty()) {
                    log.info("the database answers");
                }
                return true;
            } catch (SQLException e) {
                String explained = DatabaseErrors.explain(e, url.toString());
                // The driver's error for a log-in that was not answered in time is the one for wrong parameters.
                long limit = TimeUnit.SECONDS.toNanos(database.getLoginTimeout());
                boolean silent = limit > 0 && System.nanoTime() - start >= limit;
                if (!silent && !Databases.mayComeUp(e)) {
                    throw new CommandFailed(explained, e);
                }
                if (!explained.equals(said)) {
                    log.warn("waiting for the database: {}", explained);
                    said = explained;
                }
                health = () -> notReady("waiting for the database", explained);
            }
            if (shutdown.await(wait)) {
                return false;
            }
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
        }
    }

    private void prepareSchema(DataSource database, MonitorConfig config, Logger log) throws CommandFailed {
        try {
            Lead.requireOwnSessions(database);
            if (initDb) {
                OptionalInt there = SchemaCheck.inspect(database).dimension();
                SchemaSetup.run(database, config.embeddingDimFor(there), config.pgvector(), config.partition())
                        .forEach(warning -> log.warn("{}", warning));
                log.info("the schema is in place");
            }
            SchemaState state = SchemaCheck.inspect(database);
            Optional<String> problem = state.problem(config.embeddingDimIfSet());
            if (problem.isPresent()) {
                throw new CommandFailed(problem.get());
            }
        } catch (SQLException e) {
            throw new CommandFailed(
                    DatabaseErrors.explain(e, initDb ? "creating the schema" : "reading the schema"), e);
        }
    }

    private static Health notReady(String state, @Nullable String error) {
        return new Health(true, false, state, Optional.empty(), Optional.ofNullable(error));
    }
}
