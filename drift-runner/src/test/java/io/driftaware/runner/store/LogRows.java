package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Rows of all logs with whole numbers in them, drawn at random, as a writer of any kind may write them. */
final class LogRows {
    private static final String[] SEGMENTS = {"NULL", "NULL", "''", "'shop'", "'help desk'"};
    private static final String[] FLAGS = {"true", "false", "false", "NULL"};
    private static final String[] SCORES = {"NULL", "NULL", "0.25", "1", "0", "-0.5", "3", "'NaN'"};

    private static final String[] TOP_SCORES = {"NULL", "NULL", "0.25", "1", "0.5", "-0.5", "3", "'NaN'"};
    private static final String[] HITS = {"NULL", "NULL", "0", "5", "1", "-1"};

    private final Random random;
    private final Instant now;
    private final boolean vector;

    LogRows(long seed, Instant now, boolean vector) {
        this.random = new Random(seed);
        this.now = now;
        this.vector = vector;
    }

    /** One statement that writes a few rows of each log. */
    void some(Connection connection) throws SQLException {
        StringBuilder sql = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            sql.append("INSERT INTO embeddings_log (timestamp, type, embedding, embedding_dim, embedding_model, tenant)"
                    + " VALUES ('" + time() + "', '" + of("query", "query", "doc", "response") + "', '"
                    + (vector ? "[" : "{") + random.nextInt(1000) + ",1,0" + (vector ? "]" : "}") + "', 3, "
                    + of("NULL", "'a'") + ", " + of(SEGMENTS) + ");");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            sql.append(
                    "INSERT INTO interaction_log (timestamp, refusal_flag, toxicity_flag, user_feedback_score, segment,"
                            + " retrieval_top_score, retrieval_hits)"
                            + " VALUES ('" + time() + "', " + of(FLAGS) + ", " + of(FLAGS) + ", " + of(SCORES) + ", "
                            + of(SEGMENTS) + ", " + of(TOP_SCORES) + ", " + of(HITS) + ");");
        }
        if (random.nextInt(3) == 0) {
            sql.append("INSERT INTO feedback_log (interaction_id, timestamp, score, source) SELECT interaction_id, '"
                    + time() + "', 0.75, " + of("'user'", "'judge'")
                    + " FROM interaction_log ORDER BY md5(id::text || '" + random.nextInt() + "') LIMIT 1;");
        }
        if (random.nextInt(5) == 0) {
            sql.append("UPDATE interaction_log SET user_feedback_score = " + of(SCORES) + " WHERE id = (SELECT id FROM"
                    + " interaction_log ORDER BY md5(id::text || '" + random.nextInt()
                    + "') LIMIT 1 FOR UPDATE SKIP LOCKED);");
        }
        if (sql.length() > 0) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql.toString());
            }
        }
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private Instant time() {
        Duration ago = random.nextInt(10) == 0
                ? Duration.ofHours(random.nextInt(1000))
                : Duration.ofSeconds(random.nextInt(7200));
        return now.minus(ago);
    }

    private String of(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
