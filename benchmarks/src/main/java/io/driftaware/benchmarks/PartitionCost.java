package io.driftaware.benchmarks;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;

/** How long the default partition is locked while a partition is made, by the rows that are in it; writes docs/partition-cost.md. */
final class PartitionCost {
    private static final int REPEATS = 5;

    private PartitionCost() {}

    /** {@code arguments}: numbers of rows in the default partition, growing. */
    public static void main(String[] arguments) throws SQLException, IOException {
        StringBuilder text = new StringBuilder(
                """
                # What it costs to make a partition

                Made by `dev/partition-cost`; not edited by hand. Partitions of a month are made while the default partition of `interaction_log`
                holds rows of other months. PostgreSQL reads all of it for each, to see that none of them belongs into the new partition: so long it is
                locked at most, and who reads the log, or writes a row that goes there, waits. Times are those of `drift_maintain_partitions` making one
                partition of each log: the median of %d, the slowest in brackets.

                | rows in the default partition | its size without indices | to make a partition of each log |
                |---:|---:|---:|
                """
                        .formatted(REPEATS));
        try (TestDatabase database = TestDatabase.withSchema(ScaleRows.DIMENSION)
                .partitioned("month")
                .open()) {
            long rows = 0;
            int ahead = 3;
            for (String argument : arguments) {
                long wanted = Long.parseLong(argument);
                fill(database, wanted - rows);
                rows = wanted;
                double[] seconds = new double[REPEATS];
                for (int i = 0; i < REPEATS; i++) {
                    seconds[i] = make(database, ++ahead);
                }
                Arrays.sort(seconds);
                text.append(String.format(
                        Locale.ROOT,
                        "| %,d | %s | %.0f ms (%.0f) |%n",
                        rows,
                        database.value("SELECT pg_size_pretty(pg_relation_size('interaction_log_default'))"),
                        seconds[REPEATS / 2] * 1e3,
                        seconds[REPEATS - 1] * 1e3));
            }
            text.append('\n').append(Machine.describe(database.dataSource())).append(".\n");
        }
        Files.writeString(Path.of(System.getProperty("drift.root", ".")).resolve("docs/partition-cost.md"), text);
        System.out.println(text);
    }

    private static void fill(TestDatabase database, long count) {
        if (count > 0) {
            database.execute(
                    """
                    INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag, toxicity_flag,
                                                 response_time_ms, conversation_id)
                    SELECT now() + interval '40 years' + i * interval '1 second',
                           'how do I change the address of my order ' || i, 'Open your account, choose the order ' || i,
                           i %% 50 = 0, i %% 200 = 0, 300 + i %% 700, 'conversation ' || i / 3
                    FROM generate_series(1, %d) AS i
                    """
                            .formatted(count));
        }
        database.execute("VACUUM ANALYZE interaction_log_default");
    }

    private static double make(TestDatabase database, int ahead) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            long begun = System.nanoTime();
            try (var made = statement.executeQuery("SELECT drift_maintain_partitions(" + ahead + ")")) {
                made.next();
                if (made.getInt(1) != 3) {
                    throw new IllegalStateException(made.getInt(1) + " partitions were made, not one of each log");
                }
            }
            return (System.nanoTime() - begun) / 1e9;
        }
    }
}
