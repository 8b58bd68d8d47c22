package io.driftaware.benchmarks.chaos;

import io.driftaware.testdb.OwnServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The processes of a run and the database that they share. */
final class Stage implements AutoCloseable {
    static final List<String> MONITORS = List.of("monitor-a", "monitor-b");
    private static final String WRITER = "writer";

    /** Whoever holds the lead, as the server sees it. */
    private static final String LEADER =
            """
            SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND (l.classid::bigint << 32 | l.objid::bigint) = x'4472696674417761'::bigint
            """;

    private final OwnServer server = OwnServer.start();
    private final Path folder;
    private final SharedClock clock;
    private final Receiver receiver;
    private final Broken broken;
    private final long seed;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private int lives;

    Stage(Path folder, Receiver receiver, Broken broken, long seed) throws IOException, SQLException {
        this.folder = folder;
        this.clock = new SharedClock(folder.resolve("clock"));
        this.receiver = receiver;
        this.broken = broken;
        this.seed = seed;
        createSchema("postgres");
        // The tests' server forgets the last commits in a crash unless asked not to; a real one does not.
        execute("ALTER DATABASE postgres SET synchronous_commit = on");
        // Who writes a check, and who had the lead for more than a moment when it did.
        execute(
                """
                CREATE TABLE chaos_checks (writer text, leader text);
                CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO chaos_checks VALUES (current_setting('application_name'), (%s
                      AND a.backend_start < clock_timestamp() - interval '2 s'));
                    RETURN NULL;
                END $$;
                CREATE TRIGGER chaos_note AFTER INSERT OR UPDATE ON drift_monitor_state
                    FOR EACH ROW WHEN (NEW.key = 'last_report') EXECUTE FUNCTION chaos_note();
                """
                        .formatted(LEADER));
    }

    private void createSchema(String database) throws IOException, SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET drift.embedding_dim = '" + MonitorProcess.DIMENSION + "'; SET drift.pgvector = 'off'; "
                            + Files.readString(Path.of(System.getProperty("drift.root"), "setup_database.sql")));
        }
    }

    /** A database of the same server with the schema and nothing in it. */
    void createDatabase(String name) throws IOException, SQLException {
        execute("CREATE DATABASE " + name);
        createSchema(name);
    }

    SharedClock clock() {
        return clock;
    }

    OwnServer server() {
        return server;
    }

    PGSimpleDataSource source(String database) {
        PGSimpleDataSource source = (PGSimpleDataSource) server.dataSource();
        source.setDatabaseName(database);
        return source;
    }

    Connection connect(String database) throws SQLException {
        return source(database).getConnection();
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Nullable
    String value(String sql) throws SQLException {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /** Waits until the query gives the text; false if it does not come to that. */
    boolean comesTrue(String sql, String text, Duration limit) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!text.equals(value(sql))) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(20_000_000);
        }
        return true;
    }

    @Nullable
    String leader() throws SQLException {
        return value(LEADER);
    }

    /** The name of the leader, once there is one that is not {@code other}. */
    String awaitLeader(String other, Duration limit) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            String leader = leader();
            if (leader != null && !leader.equals(other)) {
                return leader;
            }
            if (System.nanoTime() > deadline) {
                throw new ChaosFailure("nobody" + (other.isEmpty() ? "" : " but " + other) + " took the lead within "
                        + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Starts what does not run. */
    void startAll() throws IOException {
        for (String monitor : MONITORS) {
            start(monitor);
        }
        start(WRITER);
    }

    private void start(String name) throws IOException {
        Process running = processes.get(name);
        if (running != null && running.isAlive()) {
            return;
        }
        String jdbc = "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=postgres";
        String clockFile = folder.resolve("clock").toString();
        List<String> arguments = name.equals(WRITER)
                ? List.of(
                        WriterProcess.class.getName(),
                        jdbc,
                        clockFile,
                        folder.toString(),
                        Long.toString(seed * 10_000 + lives++))
                : List.of(MonitorProcess.class.getName(), name, jdbc, clockFile, receiver.url(), broken.name());
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"));
        builder.command().addAll(arguments);
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()));
        processes.put(name, builder.start());
    }

    void kill(String name) {
        Process process = processes.get(name);
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    void killWriter() {
        kill(WRITER);
    }

    void end(String name) {
        Process process = processes.get(name);
        if (process != null) {
            process.destroy();
            process.onExit().join();
        }
    }

    void signal(String name, String signal) throws IOException, InterruptedException {
        Process process = processes.get(name);
        if (process != null) {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new ChaosFailure("kill -" + signal + " of " + name + " did not work");
            }
        }
    }

    void traffic(boolean drift) throws IOException {
        Path flag = folder.resolve("drift");
        if (drift) {
            Files.writeString(flag, "");
        } else {
            Files.deleteIfExists(flag);
        }
    }

    @Override
    public void close() {
        processes.keySet().forEach(this::kill);
        server.close();
    }
}
