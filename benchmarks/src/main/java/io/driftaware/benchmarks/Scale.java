package io.driftaware.benchmarks;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/** What a check costs as the history grows, and how fast a backlog is read; writes docs/scale.md. */
final class Scale {
    private static final String INDICES =
            """

            What each is for: those of the logs serve the reader (`cursor`), the raw edge of a window (`timestamp`), and the finding of an event or an
            interaction again (`event_id`, `interaction_id`). Of the monitor's own tables `drift_profiles` grows. A check reads the profiles of one
            stream, by its key and `drift_profiles_bucket_idx`. Upkeep asks over all streams, by `drift_profiles_age_idx` (bucket_seconds,
            bucket_start): for the oldest quarters of an hour, the streams that have some on that day, and the days that are old enough to be deleted
            (`QueryPlanTest`); and for the newest such day in a window, which cannot be cut.
            """;

    private static final long[] SIZES = {10_000, 100_000, 1_000_000, 10_000_000};
    private static final String HEAP = "-Xmx128m";

    /** The Python client keeps every vector; beyond this many in both windows it is not tried. */
    private static final long MOST_FOR_ORIGINAL = 600_000;

    private static final String INTERACTIONS =
            """
            SELECT xact_id, id, event_id, timestamp, refusal_flag, toxicity_flag, conversation_id, segment,\
             retrieval_top_score, retrieval_hits FROM interaction_log""";
    private static final String EMBEDDINGS =
            """
            SELECT xact_id, id, event_id, timestamp, type, embedding_model, embedding_dim, segment, embedding\
             FROM embeddings_log""";

    private final TestDatabase database;
    private final Path original;
    private final List<Row> rows = new ArrayList<>();

    private Scale(TestDatabase database, Path original) {
        this.database = database;
        this.original = original;
    }

    private record Row(
            long interactions,
            long embeddings,
            long newRows,
            double copy,
            Properties catchUp,
            Properties steady,
            String original) {
        double ratio() {
            return copy / number(catchUp, "first");
        }
    }

    /** {@code arguments}: the script of the original's reading, then the largest number of interactions. */
    public static void main(String[] arguments) throws Exception {
        long most = Long.parseLong(arguments[1]);
        try (TestDatabase database =
                TestDatabase.withSchema(ScaleRows.DIMENSION).pgvectorRequired().open()) {
            Scale scale = new Scale(database, Path.of(arguments[0]));
            ScaleRows source = new ScaleRows(database);
            for (long size : SIZES) {
                if (size <= most) {
                    scale.measure(source, size);
                }
            }
            scale.write(Path.of(System.getProperty("drift.root", ".")).resolve("docs/scale.md"));
        }
    }

    private void measure(ScaleRows source, long size) throws IOException, InterruptedException {
        System.out.println("filling up to " + size + " interactions");
        long before = logged();
        String newInteractions = INTERACTIONS + " WHERE id > " + last("interaction_log");
        String newEmbeddings = EMBEDDINGS + " WHERE id > " + last("embeddings_log");
        source.growTo(size);
        long added = logged() - before;
        // The copy comes first: what it brings into the caches helps the monitor no more than a second copy would.
        copy(newInteractions);
        copy(newEmbeddings);
        double copied = copy(newInteractions) + copy(newEmbeddings);
        Properties catchUp = ChildJvm.run(HEAP, ScaleCheck.class, database.jdbcUrl(), ScaleCheck.CATCH_UP);
        System.out.println("copy " + copied + " " + catchUp);
        Properties steady = ChildJvm.run(HEAP, ScaleCheck.class, database.jdbcUrl(), ScaleCheck.STEADY);
        System.out.println(steady);
        long windows = database.count(
                """
                SELECT count(*) FROM embeddings_log
                WHERE timestamp >= now() - interval '7 days'
                   OR timestamp >= now() - interval '37 days' AND timestamp < now() - interval '30 days'
                """);
        String python = windows > MOST_FOR_ORIGINAL ? "not tried" : original();
        System.out.println("original: " + python);
        rows.add(new Row(
                database.count("SELECT count(*) FROM interaction_log"),
                database.count("SELECT count(*) FROM embeddings_log"),
                added,
                copied,
                catchUp,
                steady,
                python));
    }

    private long logged() {
        return database.count("SELECT (SELECT count(*) FROM interaction_log) + (SELECT count(*) FROM embeddings_log)");
    }

    private long last(String table) {
        return database.count("SELECT COALESCE(max(id), 0) FROM " + table);
    }

    private double copy(String query) throws IOException, InterruptedException {
        return Psql.timed(database.url(), "\\copy (" + query + ") TO '/dev/null' (FORMAT binary)");
    }

    /** Seconds and peak memory of the original's reading, as it prints them. */
    private String original() throws IOException, InterruptedException {
        Process python = new ProcessBuilder("python3", original.toString(), database.url())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (python.waitFor() != 0) {
            throw new IllegalStateException(original + " failed: " + output);
        }
        return output;
    }

    private void write(Path page) throws IOException {
        StringBuilder text = new StringBuilder(
                """
                # Scale

                Made by `dev/scale`; not edited by hand. A history of sixty days, without feedback, grows from row to row of the table; after each step a
                monitor in a JVM with %s catches up, learns its baseline, and checks: nine times with nothing new, nine times after
                1,000 new rows (800 interactions, 200 embeddings of %d dimensions); the median stands first, the slowest in brackets.

                | interactions | embeddings | check, nothing new | check, 1,000 new rows | peak memory of the JVM | the original's reading |
                |---:|---:|---:|---:|---:|---:|
                """
                        .formatted(HEAP, ScaleRows.DIMENSION));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %,d | %,d | %.0f ms (%.0f) | %.0f ms (%.0f) | %.0f MB | %s |%n",
                    row.interactions(),
                    row.embeddings(),
                    1e3 * number(row.steady(), "nothing"),
                    1e3 * number(row.steady(), "nothing-worst"),
                    1e3 * number(row.steady(), "thousand"),
                    1e3 * number(row.steady(), "thousand-worst"),
                    number(row.steady(), "peak"),
                    row.original()));
        }
        text.append(
                """

                The original's reading: `dev/scale-original.py`, a plain Python client as the original is one: it fetches every embedding of
                both windows as text at every check and takes mean and variance with numpy; seconds and peak memory of its process.

                ## Catching up

                The rows of each step read by the monitor into profiles (counts and sums: `DRIFT_DETECTION=threshold`, in a JVM that starts
                with it), beside `psql` with `\\copy (select ...) to ... (FORMAT binary)` over the same rows and columns. Target: 0.6. Of the small
                steps the monitor's time is that of its start.

                | rows | monitor | psql | speed, of psql's |
                |---:|---:|---:|---:|
                """);
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %,d | %.1f s | %.1f s | %.2f |%n",
                    row.newRows(),
                    number(row.catchUp(), "first"),
                    row.copy(),
                    row.ratio()));
        }
        text.append(
                "\n## Sizes\n\nAt the end of the run.\n\n| table | rows | table, TOAST | its indices |\n|---|---:|---:|---:|\n");
        text.append(sizes()).append('\n');
        text.append("| index | size |\n|---|---:|\n").append(indices());
        text.append(INDICES);
        text.append('\n').append(machine()).append('\n');
        Files.writeString(page, text);
        System.out.println(text);
    }

    private String sizes() {
        return String.valueOf(
                database.value(
                        """
                SELECT string_agg(format(E'| %s | %s | %s | %s |\\n', relname, reltuples::bigint,
                                         pg_size_pretty(pg_table_size(oid)), pg_size_pretty(pg_indexes_size(oid))), ''
                                  ORDER BY pg_total_relation_size(oid) DESC)
                FROM pg_class
                WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND reltuples > 0
                  AND relname <> 'scale_pool'
                """));
    }

    private String indices() {
        return String.valueOf(
                database.value(
                        """
                SELECT string_agg(format(E'| %s | %s |\\n', indexrelid::regclass, pg_size_pretty(pg_relation_size(indexrelid))), ''
                                  ORDER BY pg_relation_size(indexrelid) DESC)
                FROM pg_index
                WHERE indrelid IN ('interaction_log'::regclass, 'embeddings_log'::regclass, 'drift_profiles'::regclass)
                """));
    }

    private String machine() {
        try {
            return Machine.describe(database.dataSource()) + ".";
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static double number(Properties from, String name) {
        return Double.parseDouble(from.getProperty(name));
    }
}
