package io.driftaware.benchmarks;

import io.driftaware.testdb.TestDatabase;

/** A history of sixty days in the order of its time, made by the server itself: interactions, and one embedding to every five of them. */
final class ScaleRows {
    static final int DIMENSION = 384;
    static final int INTERACTIONS_PER_EMBEDDING = 5;

    private static final String INDICES =
            """
            DO $$
            DECLARE
                one text;
            BEGIN
                FOREACH one IN ARRAY ARRAY(
                    SELECT i.indexrelid::regclass::text FROM pg_index i
                    WHERE i.indrelid IN ('embeddings_log'::regclass, 'interaction_log'::regclass) AND NOT i.indisprimary)
                LOOP
                    EXECUTE 'DROP INDEX ' || one;
                END LOOP;
            END
            $$
            """;

    private final TestDatabase database;
    private long interactions;
    private long embeddings;

    ScaleRows(TestDatabase database) {
        this.database = database;
        // A vector of the log is the sum of one from each pool: two million that differ, at the speed of an addition.
        database.execute(
                """
                SELECT setseed(0.5);
                CREATE TABLE scale_pool AS
                SELECT i, (SELECT array_agg(random() - 0.5) FROM generate_series(1, %d + 0 * i))::real[]::vector(%d) AS v
                FROM generate_series(0, 2999) AS i;
                ALTER TABLE scale_pool ADD PRIMARY KEY (i)
                """
                        .formatted(DIMENSION, DIMENSION));
    }

    /** Fills up to so many interactions; indices are made after a large step, as anyone would who loads a history. */
    void growTo(long wanted) {
        boolean large = wanted - interactions > 200_000;
        if (large) {
            database.execute(INDICES);
        }
        insertInteractions(interactions, wanted - interactions);
        insertEmbeddings(embeddings, wanted / INTERACTIONS_PER_EMBEDDING - embeddings);
        interactions = wanted;
        embeddings = wanted / INTERACTIONS_PER_EMBEDDING;
        if (large) {
            database.setUp(DIMENSION, database.vectorKind());
        }
        database.execute("VACUUM ANALYZE interaction_log, embeddings_log");
    }

    private void insertInteractions(long from, long count) {
        database.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag, toxicity_flag,
                                             response_time_ms, conversation_id, retrieval_top_score, retrieval_hits)
                SELECT now() - interval '60 days' * ((%1$d + %2$d - i) / (%2$d + 1.0)),
                       'how do I change the address of my order ' || i, 'Open your account, choose the order ' || i,
                       i %% 50 = 0, i %% 200 = 0, 300 + i %% 700, 'conversation ' || i / 3, 0.5 + (i %% 50) / 100.0, 3
                FROM generate_series(%1$d::bigint, %1$d::bigint + %2$d - 1) AS i
                """
                        .formatted(from, count));
    }

    private void insertEmbeddings(long from, long count) {
        database.execute(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding, embedding_model)
                SELECT now() - interval '60 days' * ((%1$d + %2$d - n) / (%2$d + 1.0)), 'query',
                       (a.v + b.v)::vector, 'all-MiniLM-L6-v2'
                FROM generate_series(%1$d::bigint, %1$d::bigint + %2$d - 1) AS n
                JOIN scale_pool a ON a.i = n %% 1499
                JOIN scale_pool b ON b.i = 1499 + n / 1499 %% 1501
                """
                        .formatted(from, count));
    }
}
