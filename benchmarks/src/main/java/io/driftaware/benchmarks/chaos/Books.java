package io.driftaware.benchmarks.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/** What must be true at the end, whatever was killed. */
final class Books {
    private final Stage stage;

    Books(Stage stage) {
        this.stage = stage;
    }

    /** Rows that the writers' ledger says are stored are stored, and no others; returns how many. */
    int rowsAreThoseOfTheLedger(Path folder) throws IOException, SQLException {
        Set<String> tried = new HashSet<>();
        Set<String> committed = new HashSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("ledger-"))
                    .toList()) {
                String text = Files.readString(file);
                // A line without an end was being written when the writer was killed.
                for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
                    List<String> words = List.of(line.split(" "));
                    (words.get(0).equals("ok") ? committed : tried).addAll(words.subList(1, words.size()));
                }
            }
        }
        Set<String> stored = new HashSet<>();
        int rows = 0;
        try (Connection connection = stage.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT event_id::text FROM interaction_log UNION ALL SELECT event_id::text FROM embeddings_log")) {
            while (row.next()) {
                stored.add(row.getString(1));
                rows++;
            }
        }
        require(rows == stored.size(), "a row is stored twice");
        require(stored.containsAll(committed), "a committed row is not stored");
        require(tried.containsAll(stored), "a row is stored that no writer wrote");
        return rows;
    }

    /** The rows that the profiles hold. */
    static final String COUNTED =
            "SELECT sum(row_count) FROM drift_profiles WHERE segment = '' AND stream IN ('interactions', 'query_embeddings')";

    static final String STORED =
            "SELECT (SELECT count(*) FROM interaction_log) + (SELECT count(*) FROM embeddings_log)";

    /** A monitor that reads all rows at once, alone, in a database of their own, has the same bytes; returns how many profiles. */
    int profilesAreThoseOfAFreshComputation() throws IOException, SQLException {
        stage.createDatabase("fresh");
        copy(
                "interaction_log",
                "event_id, interaction_id, timestamp, refusal_flag, toxicity_flag, user_feedback_score");
        copy("embeddings_log", "event_id, timestamp, type, embedding, embedding_dim");
        rollUpAll("fresh");
        rollUpAll("postgres");
        Map<String, String> expected = profiles("fresh");
        Map<String, String> found = profiles("postgres");
        require(
                found.keySet().equals(expected.keySet()),
                "the profiles are of other buckets than those of a fresh computation");
        found.forEach((place, bytes) -> require(
                bytes.equals(expected.get(place)), "profile " + place + " differs from that of a fresh computation"));
        return found.size();
    }

    /** A monitor rolls days up at most once an hour, and so many at a time: some may lie ready still. */
    private void rollUpAll(String database) throws SQLException {
        int before;
        do {
            before = profiles(database).size();
            checkAlone(database);
        } while (profiles(database).size() != before);
    }

    private void checkAlone(String database) {
        try (var monitor = MonitorProcess.alone(stage.source(database), stage.clock())) {
            monitor.checkOnce();
        }
    }

    private Map<String, String> profiles(String database) throws SQLException {
        Map<String, String> profiles = new TreeMap<>();
        try (Connection connection = stage.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT concat_ws(' ', stream, segment, embedding_model, extract(epoch FROM bucket_start)::bigint),
                               row_count || ' ' || encode(body, 'hex')
                        FROM drift_profiles
                        """)) {
            while (row.next()) {
                profiles.put(row.getString(1), row.getString(2));
            }
        }
        return profiles;
    }

    private void copy(String table, String columns) throws SQLException, IOException {
        Path file = Files.createTempFile("drift-chaos", table);
        try (Connection from = stage.connect("postgres");
                Connection to = stage.connect("fresh")) {
            try (OutputStream out = Files.newOutputStream(file)) {
                from.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut("COPY " + table + " (" + columns + ") TO STDOUT (FORMAT binary)", out);
            }
            try (InputStream in = Files.newInputStream(file)) {
                to.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + table + " (" + columns + ") FROM STDIN (FORMAT binary)", in);
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Each episode was told of under one key, and all were; returns how many episodes. */
    int oneKeyAnEpisode(Map<String, Set<String>> keysOfEpisodes) throws SQLException {
        Set<String> keys = new HashSet<>();
        keysOfEpisodes.forEach((episode, its) -> {
            require(its.size() == 1, "episode " + episode + " has the keys " + its);
            require(keys.addAll(its), "episode " + episode + " has the key of another one");
        });
        int episodes = 0;
        try (Connection connection = stage.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id::text FROM drift_episodes")) {
            while (row.next()) {
                episodes++;
                require(keysOfEpisodes.containsKey(row.getString(1)), "nobody was told of episode " + row.getString(1));
            }
        }
        require(episodes == keysOfEpisodes.size(), "the receiver knows of episodes that the database does not have");
        return episodes;
    }

    /** No check was written by one who had lost the lead; returns how many checks there were. */
    int everyCheckIsItsLeaders() throws SQLException {
        String wrong = stage.value(
                "SELECT count(*) || ', the first by ' || min(writer) FROM chaos_checks WHERE leader <> writer HAVING count(*) > 0");
        require(wrong == null, "checks were written by a monitor while another had the lead: " + wrong);
        return Integer.parseInt(String.valueOf(stage.value("SELECT count(*) FROM chaos_checks")));
    }

    static void require(boolean fulfilled, String otherwise) {
        if (!fulfilled) {
            throw new ChaosFailure(otherwise);
        }
    }
}
