package io.driftaware.benchmarks;

import io.driftaware.benchmarks.Report.Measure;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;

/** What a preview over raw rows and live checks over profiles cost, beside a client that fetches the same rows as text and averages them. */
final class CheckCost {
    /** What a container of 768 MB gives: a baseline of 10,000 vectors of 1536 components is fitted in memory. */
    private static final String LIVE_HEAP = "-Xmx460m";

    private CheckCost() {}

    /** {@code arguments}: how many rows in both windows together, 100,000 unless said. */
    public static void main(String[] arguments) throws Exception {
        int rows = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
        try (TestDatabase database =
                TestDatabase.withSchema(Embeddings.DIMENSION).open()) {
            fill(database, rows);
            Properties text = ChildJvm.run("-Xmx8g", TextClient.class, database.jdbcUrl());
            Properties check = ChildJvm.run("-Xmx128m", WarmCheck.class, database.jdbcUrl(), WarmCheck.PREVIEW);
            Properties live = ChildJvm.run(LIVE_HEAP, WarmCheck.class, database.jdbcUrl(), WarmCheck.LIVE);
            verify(rows, text, check);
            report(database, rows, text, check, live).publish();
        }
    }

    private static void fill(TestDatabase database, int rows) throws SQLException, IOException {
        System.out.println("filling the two windows with " + rows + " embeddings");
        Instant now = Clock.systemUTC().instant();
        Duration margin = Duration.ofHours(1);
        Embeddings source = new Embeddings(1);
        try (var connection = database.dataSource().getConnection()) {
            var filler = new EmbeddingFiller(connection, database.vectorKind() == VectorKind.ARRAY);
            filler.fill(
                    source,
                    rows - rows / 2,
                    now.minus(Duration.ofDays(37)).plus(margin),
                    now.minus(Duration.ofDays(30)).minus(margin));
            filler.fill(source, rows / 2, now.minus(Duration.ofDays(7)).plus(margin), now.minus(margin));
        }
        database.execute("VACUUM ANALYZE embeddings_log");
    }

    private static void verify(int rows, Properties text, Properties check) {
        long read = Long.parseLong(text.getProperty("rows"));
        long checked = Long.parseLong(check.getProperty("rows"));
        if (read != rows || checked != rows) {
            throw new IllegalStateException(
                    "the client read " + read + " rows and the check " + checked + ", not " + rows + " each");
        }
        double difference = number(text, "score") - number(check, "score");
        if (!(Math.abs(difference) < 1e-6)) {
            throw new IllegalStateException("client and check found other scores: " + text + " " + check);
        }
    }

    private static Report report(TestDatabase database, int rows, Properties text, Properties check, Properties live)
            throws SQLException {
        double ratio = number(check, "warm") / number(text, "warm");
        return new Report(
                "check-cost",
                "A preview, which reads raw rows, over %,d embeddings of %d dimensions"
                        .formatted(rows, Embeddings.DIMENSION),
                "at most 0.1 of the client that fetches all rows as text and averages them, in a JVM with -Xmx128m",
                ratio <= 0.1,
                Machine.describe(database.dataSource()),
                List.of(
                        new Measure("ratio", ratio, ""),
                        new Measure("preview, warm", number(check, "warm"), "s"),
                        new Measure("preview, first in its JVM", number(check, "cold"), "s"),
                        new Measure("preview, peak memory of the process", number(check, "peak"), "MB"),
                        new Measure(
                                "first live check: reads all rows into profiles, learns a baseline",
                                number(live, "intake"),
                                "s"),
                        new Measure("live check once they are there, warm", number(live, "profiles"), "s"),
                        new Measure("live checks, peak memory of the process", number(live, "peak"), "MB"),
                        new Measure("text client, warm", number(text, "warm"), "s"),
                        new Measure("text client, first in its JVM", number(text, "cold"), "s"),
                        new Measure("text client, peak memory of the process", number(text, "peak"), "MB")));
    }

    private static double number(Properties from, String name) {
        return Double.parseDouble(from.getProperty(name));
    }
}
