package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The whole way under load: searches, inserts, updates and deletes go on, the working process is killed twice. Small
 * here; {@code dev/reindex-trial} runs it with 100,000 documents and keeps what it prints.
 */
class ReindexUnderLoadTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(Trial.DIMENSION).pgvectorRequired();

    private static final int DOCUMENTS = Integer.getInteger("drift.reindex.documents", 1_200);

    /** The process that is killed. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws Exception {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(arguments[0]);
            OpenAiClient client =
                    new OpenAiClient(URI.create(arguments[1]), FakeOpenAi.KEY, Duration.ofSeconds(20), 64 << 20);
            Reindexer reindexer = new Reindexer(
                    source,
                    new OpenAiEmbedder(client, Trial.NEW, Trial.DIMENSION, false),
                    List.of(),
                    new ReindexSettings(
                            Integer.parseInt(arguments[2]), 600_000, 24_000, 0, 0, 0, 0.9, Duration.ofSeconds(3)),
                    InstantSource.system());
            reindexer.start(Trial.RUN);
            Reindexer.Slice slice = reindexer.work(Duration.ofSeconds(1));
            while (!slice.status().state().ended()) {
                Thread.sleep(slice.next().toMillis());
                slice = reindexer.work(Duration.ofSeconds(1));
            }
            System.exit(slice.status().state() == ReindexState.DONE ? 0 : 1);
        }
    }

    /** Texts, models, and the load's own books. */
    static final class Trial {
        static final int DIMENSION = 384;
        static final String OLD = "old-model-384";
        static final String NEW = "new-model-384";
        static final UUID RUN = new UUID(1, 1);

        private Trial() {}

        static String text(Random random) {
            int topic = random.nextInt(400);
            StringBuilder text = new StringBuilder("topic" + topic);
            for (int i = 0; i < 10; i++) {
                text.append(" t").append(topic).append('w').append(random.nextInt(12));
            }
            return text.append(" n").append(random.nextInt(5_000)).toString();
        }
    }

    private final FakeOpenAi fake = FakeOpenAi.start();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger searches = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicLong longest = new AtomicLong();
    private volatile boolean going = true;

    private String vector(String model, String text) {
        return Arrays.toString(fake.vector(model, Trial.DIMENSION, text)).replace(" ", "");
    }

    private void load() throws SQLException {
        Random random = new Random(1);
        String index = db.value("SELECT indexdef FROM pg_indexes WHERE indexname = 'documents_embedding_hnsw_idx'");
        db.execute("DROP INDEX documents_embedding_hnsw_idx");
        try (Connection connection = db.dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO documents (source, content, embedding) VALUES (?, ?, ?::vector)")) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= DOCUMENTS; i++) {
                String text = Trial.text(random);
                insert.setString(1, "s" + i);
                insert.setString(2, text);
                insert.setString(3, vector(Trial.OLD, text));
                insert.addBatch();
                if (i % 500 == 0 || i == DOCUMENTS) {
                    insert.executeBatch();
                }
            }
            connection.commit();
        }
        db.execute("SET maintenance_work_mem = '1GB'; " + index);
        db.execute("ALTER DATABASE " + db.value("SELECT quote_ident(current_database())")
                + " SET maintenance_work_mem = '1GB'");
        db.execute("CREATE TABLE before_all AS SELECT id, content, md5(embedding::text) AS was FROM documents;"
                + " INSERT INTO interaction_log (user_query) SELECT content FROM documents WHERE id % 7 = 0 LIMIT 60");
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT interaction_id::text, user_query FROM interaction_log");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO embeddings_log"
                        + " (type, embedding, interaction_id) VALUES ('query', ?::vector, ?::uuid)")) {
            while (row.next()) {
                insert.setString(1, vector(Trial.OLD, row.getString(2)));
                insert.setString(2, row.getString(1));
                insert.executeUpdate();
            }
        }
        db.execute("VACUUM ANALYZE documents");
    }

    private Thread searcher(int seed) {
        return started(connection -> {
            Random random = new Random(seed);
            connection.unwrap(org.postgresql.PGConnection.class).setPrepareThreshold(1);
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT id, content FROM documents ORDER BY embedding <=> ?::vector LIMIT 5")) {
                while (going) {
                    select.setString(1, vector(Trial.OLD, Trial.text(random)));
                    long start = System.nanoTime();
                    try (ResultSet rows = select.executeQuery()) {
                        int found = 0;
                        while (rows.next()) {
                            found++;
                        }
                        if (found != 5) {
                            failures.add("a search found " + found);
                        }
                    }
                    longest.accumulateAndGet(System.nanoTime() - start, Math::max);
                    searches.incrementAndGet();
                }
            }
        });
    }

    /** Writes the vectors of whichever model is in use, as an app does that asks under the table's lock. */
    private Thread writer(int seed) {
        return started(connection -> {
            Random random = new Random(seed);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO documents"
                            + " (source, content, embedding, content_hash, embedding_model) VALUES ('live', ?, ?::vector,"
                            + " CASE WHEN ? THEN md5(?) END, ?)");
                    PreparedStatement update = connection.prepareStatement(
                            "UPDATE documents SET content = ?, embedding ="
                                    + " ?::vector, content_hash = CASE WHEN ? THEN md5(?) END, embedding_model = ? WHERE id = ?");
                    PreparedStatement delete = connection.prepareStatement("DELETE FROM documents WHERE id = ?")) {
                while (going) {
                    statement.execute("LOCK TABLE documents IN ROW EXCLUSIVE MODE");
                    boolean swapped;
                    try (ResultSet row = statement.executeQuery(
                            "SELECT EXISTS (SELECT FROM drift_events WHERE kind = 'reindex_swapped')")) {
                        row.next();
                        swapped = row.getBoolean(1);
                    }
                    String model = swapped ? Trial.NEW : Trial.OLD;
                    String text = Trial.text(random);
                    int kind = random.nextInt(4);
                    long id = 1 + random.nextInt(DOCUMENTS);
                    if (kind == 3) {
                        delete.setLong(1, id);
                        delete.executeUpdate();
                    } else {
                        PreparedStatement write = kind == 0 ? insert : update;
                        write.setString(1, text);
                        write.setString(2, vector(model, text));
                        write.setBoolean(3, swapped);
                        write.setString(4, text);
                        write.setString(5, model);
                        if (kind != 0) {
                            write.setLong(6, id);
                        }
                        write.executeUpdate();
                    }
                    connection.commit();
                    writes.incrementAndGet();
                    Thread.sleep(20);
                }
            }
        });
    }

    private interface Load {
        void run(Connection connection) throws Exception;
    }

    private Thread started(Load load) {
        Thread thread = new Thread(() -> {
            try (Connection connection = db.dataSource().getConnection()) {
                load.run(connection);
            } catch (Exception e) {
                failures.add(e.toString());
            }
        });
        thread.start();
        return thread;
    }

    private Process worker() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Worker.class.getName(),
                        db.jdbcUrl(),
                        fake.url().toString(),
                        String.valueOf(Math.min(256, DOCUMENTS / 12)))
                .inheritIO()
                .start();
    }

    private ReindexStatus status() throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            return StatusStore.load(connection).orElseThrow();
        }
    }

    private void killAt(ReindexState state, long embedded) throws Exception {
        Process worker = worker();
        try {
            while (db.count("SELECT count(*) FROM drift_monitor_state WHERE key = 'reindex'") == 0
                    || status().state().compareTo(state) < 0
                    || status().work().embedded() < embedded) {
                assertThat(worker.isAlive()).isTrue();
                Thread.sleep(10);
            }
        } finally {
            worker.destroyForcibly().waitFor();
        }
    }

    private static final String EXACT =
            "SET enable_indexscan = off; SELECT string_agg(near, ' | ' ORDER BY q) FROM (SELECT b.id AS q, (SELECT"
                    + " string_agg(d.id::text, ',') FROM (SELECT id FROM documents ORDER BY %1$s <=> (SELECT %1$s FROM"
                    + " documents x WHERE x.id = b.id), id LIMIT 10) d) AS near FROM before_all b WHERE b.id %% %2$d = 0) a";

    @Test
    @Timeout(1_500)
    void no_search_fails_every_document_has_the_new_vector_and_rollback_restores_the_old_answers() throws Exception {
        load();
        long begun = System.nanoTime();
        List<Thread> threads = new ArrayList<>(List.of(searcher(11), writer(21), writer(22)));
        killAt(ReindexState.FILLING, DOCUMENTS / 3);
        killAt(ReindexState.INDEXING, 0);
        Process last = worker();
        int exit = last.waitFor();
        Thread.sleep(500);
        going = false;
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        ReindexStatus done = status();

        assertThat(failures).isEmpty();
        assertThat(exit).as(done.line()).isZero();
        assertThat(searches.get()).isPositive();
        assertThat(writes.get()).isPositive();
        Map<String, Object> report = new TreeMap<>();
        report.put("live documents checked", everyVectorIsTheNewModels());
        report.put(
                "changed or added by the load",
                db.count("SELECT count(*) FROM documents d WHERE NOT EXISTS"
                        + " (SELECT FROM before_all b WHERE b.id = d.id AND b.content = d.content)"));
        String plan = plan();
        assertThat(plan).contains("documents_embedding_hnsw_idx");
        assertThat(db.count("SELECT count(*) FROM pg_index WHERE indrelid = 'documents'::regclass AND NOT indisvalid"))
                .isZero();

        int every = Math.max(1, DOCUMENTS / 20);
        String kept = db.value(EXACT.formatted("embedding_previous", every));
        Reindexer reindexer =
                new Reindexer(db.dataSource(), null, List.of(), ReindexSettings.DEFAULTS, InstantSource.system());
        ReindexStatus back = reindexer.rollback();
        assertThat(db.value(EXACT.formatted("embedding", every))).isEqualTo(kept);
        assertThat(db.count(
                        "SELECT count(*) FROM documents d JOIN before_all b ON b.id = d.id AND b.content = d.content"
                                + " WHERE md5(d.embedding::text) <> b.was"))
                .isZero();
        assertThat(plan()).contains("documents_embedding_hnsw_idx");

        report.put("documents at the start", DOCUMENTS);
        report.put("seconds from start to end, kills included", String.format(Locale.ROOT, "%.0f", seconds));
        report.put("searches meanwhile, failed", searches.get() + ", " + failures.size());
        report.put("inserts, updates and deletes meanwhile", writes.get());
        report.put("longest search in ms", longest.get() / 1_000_000);
        report.put("kill -9", "in FILLING and in INDEXING");
        report.put("status at the end", done.line());
        report.put("plan of a search", plan);
        report.put("after the rollback", "same ten nearest as the old vectors for 20 probes; " + back.line());
        write(report);
    }

    private String plan() throws SQLException {
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE documents; SET enable_seqscan = " + (DOCUMENTS < 10_000 ? "off" : "on"));
            try (ResultSet rows = statement.executeQuery(
                    "EXPLAIN (COSTS off) SELECT id FROM documents ORDER BY embedding"
                            + " <=> (SELECT embedding FROM documents WHERE id = (SELECT min(id) FROM documents)) LIMIT 5")) {
                StringBuilder plan = new StringBuilder();
                while (rows.next()) {
                    if (rows.getString(1).contains("hnsw")) {
                        plan.append(rows.getString(1).strip());
                    }
                }
                return plan.toString();
            }
        }
    }

    private int everyVectorIsTheNewModels() throws SQLException {
        int checked = 0;
        try (Connection connection = db.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT id, content, embedding::text, embedding_model, content_hash = md5(content) FROM documents")) {
                select.setFetchSize(500);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        String[] numbers =
                                row.getString(3).replaceAll("[\\[\\]]", "").split(",");
                        float[] wanted = fake.vector(Trial.NEW, Trial.DIMENSION, row.getString(2));
                        for (int i = 0; i < wanted.length; i++) {
                            if (Float.parseFloat(numbers[i]) != wanted[i]) {
                                throw new AssertionError("document " + row.getLong(1) + " has another vector");
                            }
                        }
                        assertThat(row.getString(4)).isEqualTo(Trial.NEW);
                        assertThat(row.getBoolean(5)).isTrue();
                        checked++;
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(DOCUMENTS / 2);
        return checked;
    }

    private static void write(Map<String, Object> report) throws IOException {
        String file = System.getProperty("drift.reindex.report");
        if (file == null) {
            return;
        }
        StringBuilder text =
                new StringBuilder("# Re-index under load\n\nWritten by `dev/reindex-trial`, from one run of"
                        + " `ReindexUnderLoadTest`: two clients write, one searches, the working process is killed twice.\n\n"
                        + "| what | result |\n|---|---|\n");
        report.forEach((name, value) ->
                text.append("| ").append(name).append(" | ").append(value).append(" |\n"));
        Files.writeString(Path.of(file), text);
    }
}
