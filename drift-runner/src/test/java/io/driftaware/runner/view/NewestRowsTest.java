package io.driftaware.runner.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.store.WatchedStream;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Logs in partitions: the first one, and those of this month and of the next three. It is the third of them now. */
class NewestRowsTest {
    @RegisterExtension
    static final TestDatabase db =
            TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY).partitioned("month");

    /** Of the database's clock, which made the partitions. */
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void empty() {
        db.reset();
        YearMonth made = YearMonth.parse(db.value("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM')"));
        now = made.plusMonths(2).atDay(15).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private Instant daysAgo(int days) {
        return now.minusSeconds(86_400L * days);
    }

    private void embedding(String type, Instant at) {
        db.execute("INSERT INTO embeddings_log (timestamp, type, embedding) VALUES ('" + at + "', '" + type
                + "', '{1,2,3}')");
    }

    private Map<WatchedStream, Instant> newest() throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            return NewestRows.read(connection, now);
        }
    }

    @Test
    void each_stream_has_its_newest_row_in_whichever_partition_it_is() throws SQLException {
        embedding("query", daysAgo(1));
        embedding("query", daysAgo(400));
        embedding("doc", daysAgo(35));
        embedding("response", daysAgo(400));
        embedding("response", now.plusSeconds(60));
        db.execute("INSERT INTO interaction_log (timestamp, refusal_flag, toxicity_flag, retrieval_hits) VALUES ('"
                + daysAgo(2) + "', false, NULL, NULL), ('" + daysAgo(33) + "', true, true, NULL), ('" + daysAgo(300)
                + "', true, true, 3)");
        db.execute("INSERT INTO feedback_log (timestamp, interaction_id, score) SELECT '" + daysAgo(1)
                + "', interaction_id, 0.5 FROM interaction_log WHERE toxicity_flag ORDER BY timestamp DESC LIMIT 1");
        assertThat(db.count("SELECT count(DISTINCT tableoid) FROM interaction_log"))
                .as("partitions")
                .isEqualTo(3);

        assertThat(newest())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        WatchedStream.QUERY_EMBEDDINGS, daysAgo(1),
                        WatchedStream.DOCUMENT_EMBEDDINGS, daysAgo(35),
                        WatchedStream.RESPONSE_EMBEDDINGS, daysAgo(400),
                        WatchedStream.REFUSALS, daysAgo(2),
                        WatchedStream.TOXICITY, daysAgo(33),
                        WatchedStream.FEEDBACK, daysAgo(33),
                        WatchedStream.COVERAGE, daysAgo(300)));
    }

    @Test
    void what_is_not_among_the_latest_thousand_is_absent() throws SQLException {
        embedding("doc", daysAgo(40));
        db.execute("INSERT INTO embeddings_log (timestamp, type, embedding) SELECT timestamptz '" + now
                + "' - n * interval '1 minute', 'query', '{1,2,3}' FROM generate_series(1, " + NewestRows.SCANNED
                + ") n");
        assertThat(newest()).containsOnlyKeys(WatchedStream.QUERY_EMBEDDINGS);
    }

    @Test
    void of_a_partition_without_late_rows_no_more_than_one_is_read() throws SQLException {
        for (String rows : new String[] {
            "'" + daysAgo(100) + "'::timestamptz - n * interval '1 hour' FROM generate_series(1, 5000) n",
            "'" + daysAgo(32) + "'::timestamptz - n * interval '1 minute' FROM generate_series(1, 5000) n",
            "'" + now + "'::timestamptz - n * interval '1 minute' FROM generate_series(1, 2000) n"
        }) {
            db.execute("INSERT INTO embeddings_log (type, embedding, timestamp) SELECT 'query', '{1,2,3}', " + rows);
            db.execute("INSERT INTO interaction_log (refusal_flag, timestamp) SELECT false, " + rows);
        }
        db.execute("INSERT INTO feedback_log (timestamp, interaction_id, score) SELECT timestamp, interaction_id, 0.5"
                + " FROM interaction_log WHERE timestamp < '" + daysAgo(30) + "'; ANALYZE");

        assertReadsOneRowOfEarlierPartitions("embeddings_log", NewestRows.EMBEDDINGS, 1_000);
        assertReadsOneRowOfEarlierPartitions("interaction_log", NewestRows.INTERACTIONS, 1_000);
        assertThat(scans("feedback_log_before", explained(NewestRows.INTERACTIONS)))
                .as("rows of feedback from before the latest interactions")
                .isZero();
    }

    private void assertReadsOneRowOfEarlierPartitions(String log, String sql, int ofTheLatest) throws SQLException {
        String plan = explained(sql);
        String latest = log + now.atZone(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("_yyyyMM'01'"));
        assertThat(scans(latest, plan)).as(plan).isBetween((double) ofTheLatest - 1, (double) ofTheLatest + 1);
        assertThat(scans(log + "_before", plan)).as(plan).isLessThanOrEqualTo(1);
        assertThat(plan).doesNotContain("Seq Scan on " + log + "_before");
    }

    private String explained(String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Connection connection = db.dataSource().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " + sql)) {
            statement.setObject(1, SqlTimes.parameter(now));
            statement.setInt(2, NewestRows.SCANNED);
            try (ResultSet line = statement.executeQuery()) {
                while (line.next()) {
                    plan.append(line.getString(1)).append('\n');
                }
            }
        }
        return plan.toString();
    }

    /** Rows that all scans of a table gave. */
    private static double scans(String table, String plan) {
        return Pattern.compile(" on " + table + "\\b.*actual rows=([0-9.]+) loops=([0-9]+)")
                .matcher(plan)
                .results()
                .mapToDouble(NewestRowsTest::rows)
                .sum();
    }

    private static double rows(MatchResult scan) {
        return Double.parseDouble(scan.group(1)) * Integer.parseInt(scan.group(2));
    }
}
