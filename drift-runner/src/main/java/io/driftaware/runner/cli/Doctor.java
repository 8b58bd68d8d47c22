package io.driftaware.runner.cli;

import static io.driftaware.runner.cli.Diagnosis.note;
import static io.driftaware.runner.cli.Diagnosis.ok;
import static io.driftaware.runner.cli.Diagnosis.wrong;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.Horizon;
import io.driftaware.runner.store.Intake;
import io.driftaware.runner.store.MonitorState;
import io.driftaware.runner.store.RestoredException;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.SchemaState;
import io.driftaware.runner.store.VectorKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Looks at the database as the monitor will use it, one thing after the other; changes nothing. */
final class Doctor {
    private static final Duration TOLERATED_SKEW = Duration.ofSeconds(5);
    private static final Duration TOLERATED_TRANSACTION = Duration.ofMinutes(15);

    private final MonitorConfig config;
    private final DatabaseUrl url;
    private final DataSource database;
    private final InstantSource clock;
    private final List<Diagnosis> found = new ArrayList<>();

    Doctor(MonitorConfig config, DatabaseUrl url, DataSource database, InstantSource clock) {
        this.config = config;
        this.url = url;
        this.database = database;
        this.clock = clock;
    }

    List<Diagnosis> examine() {
        config.notes().forEach(text -> found.add(note("configuration", text)));
        if (config.notes().isEmpty()) {
            found.add(ok("configuration", "every setting can be used"));
        }
        try (Connection connection = database.getConnection()) {
            found.add(ok("connection", url + " answers"));
            clock(connection);
            writable(connection);
            SchemaState state = SchemaCheck.inspect(connection);
            if (schema(connection, state)) {
                privileges(connection);
                reading(connection);
                lastCheck(connection);
                found.addAll(new GaugeHistory(config, clock.instant()).read(connection));
            }
        } catch (SQLException e) {
            boolean connected =
                    found.stream().anyMatch(diagnosis -> diagnosis.subject().equals("connection"));
            found.add(wrong(connected ? "reading" : "connection", DatabaseErrors.explain(e, url.toString())));
        }
        return List.copyOf(found);
    }

    private void lastCheck(Connection connection) throws SQLException {
        MonitorState.failedStreams(connection)
                .forEach((stream, reason) ->
                        found.add(wrong("last check", "could not judge " + stream + ": " + reason)));
    }

    private void clock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            Instant before = clock.instant();
            try (ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
                row.next();
                Instant server = row.getObject(1, OffsetDateTime.class).toInstant();
                Instant after = clock.instant();
                Duration ahead = Duration.between(after, server);
                Duration behind = Duration.between(server, before);
                Duration skew = ahead.compareTo(behind) > 0 ? ahead : behind;
                found.add(
                        skew.compareTo(TOLERATED_SKEW) <= 0
                                ? ok("clocks", "this machine and the database agree within 5 s")
                                : note(
                                        "clocks",
                                        "this machine and the database differ by " + skew.toSeconds()
                                                + " s: rows fall into the wrong window by that much; set both by NTP"));
            }
        }
    }

    private void writable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool")) {
            row.next();
            if (row.getBoolean(1)) {
                found.add(wrong("writing", "the server is read-only (a standby?); connect to the primary"));
            }
        }
    }

    /** Whether the tables can be looked into. */
    private boolean schema(Connection connection, SchemaState state) throws SQLException {
        boolean newEnough = state.server() >= SchemaState.MINIMUM_SERVER;
        if (newEnough) {
            found.add(ok(
                    "server",
                    "PostgreSQL " + state.server() / 10_000 + "." + state.server() % 10_000
                            + ", 14 or newer is needed"));
        }
        Optional<String> problem = state.problem(config.embeddingDimIfSet());
        if (problem.isPresent()) {
            found.add(wrong(newEnough ? "schema" : "server", problem.get()));
        } else {
            found.add(ok(
                    "schema",
                    "version " + state.version().orElse(0) + ", complete"
                            + (state.dimension().isPresent()
                                    ? ", " + state.dimension().getAsInt() + " dimensions"
                                    : "")));
        }
        if (newEnough) {
            found.add(pgvector(connection, state));
        }
        return newEnough && !state.absent() && state.missing().isEmpty();
    }

    private Diagnosis pgvector(Connection connection, SchemaState state) throws SQLException {
        if (state.vectorKind().filter(VectorKind.ARRAY::equals).isPresent()) {
            return note(
                    "pgvector",
                    "the embeddings are real[]: drift is found all the same; nearest-neighbour search"
                            + " needs a schema that was created with pgvector");
        }
        if (state.pgvector()) {
            return ok("pgvector", "installed");
        }
        if (!config.pgvector()) {
            return ok("pgvector", "not installed, and not wanted: DRIFT_PGVECTOR is off");
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector')")) {
            row.next();
            return row.getBoolean(1)
                    ? note("pgvector", "not installed in this database yet; init-db does it, if the user may")
                    : wrong(
                            "pgvector",
                            "this server does not have it; install it on the server, or set"
                                    + " DRIFT_PGVECTOR=off before init-db");
        }
    }

    private void reading(Connection connection) throws SQLException {
        try {
            Intake.requireSameCluster(connection);
        } catch (RestoredException e) {
            found.add(wrong("reading", String.valueOf(e.getMessage())));
            return;
        }
        Horizon horizon = Horizon.now(connection);
        Horizon.Holder holder = horizon.holder();
        Duration age = horizon.age().orElse(Duration.ZERO);
        found.add(
                holder == null || age.compareTo(TOLERATED_TRANSACTION) < 0
                        ? ok("reading", "no long transaction holds new rows back")
                        : note(
                                "reading",
                                "new rows wait for a transaction of " + holder.describe() + " that is open for "
                                        + age.toMinutes() + " minutes: end it"));
    }

    private void privileges(Connection connection) throws SQLException {
        List<String> lacking = Rights.lacking(connection, config.detection());
        found.add(
                lacking.isEmpty()
                        ? ok(
                                "privileges",
                                "the user may read the logs, write what was found, and delete what is too old of it")
                        : wrong(
                                "privileges",
                                "the user lacks " + String.join(", ", lacking)
                                        + "; GRANT drift_monitor TO the user, or connect as the owner of the schema"));
    }
}
