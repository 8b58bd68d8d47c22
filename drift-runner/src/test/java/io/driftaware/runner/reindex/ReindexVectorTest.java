package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReindexVectorTest extends ReindexContract {
    /** Skips, or fails where pgvector is required, as every test of the kind. */
    @RegisterExtension
    static final TestDatabase PROBE = TestDatabase.empty().pgvectorRequired();

    @Override
    TestDatabase open() {
        return TestDatabase.withSchema(4).pgvectorRequired().open();
    }

    @Test
    void recent_queries_are_compared_before_the_swap_and_the_new_index_takes_the_old_ones_name() throws Exception {
        db.execute(
                "INSERT INTO interaction_log (user_query) SELECT 'about topic' || n % 4 FROM generate_series(1, 12) n");
        for (int i = 1; i <= 12; i++) {
            db.execute("INSERT INTO embeddings_log (type, embedding, embedding_dim, interaction_id) SELECT 'query', '"
                    + literal(fake.vector("old-model-4", 4, "about topic" + (i % 4)))
                    + "', 4, interaction_id FROM interaction_log WHERE id = " + i);
        }
        Reindexer reindexer = reindexer(small());
        reindexer.start(new UUID(0, 7));
        ReindexStatus done = finish(reindexer);
        assertThat(done.state()).as(done.line()).isEqualTo(ReindexState.DONE);
        assertThat(done.comparison()).isNotNull();
        assertThat(done.comparison().queries()).isEqualTo(12);
        assertThat(done.comparison().recall()).isEqualTo(1.0);
        assertThat(done.comparison().coverageBefore()).isBetween(0.0, 1.0);
        assertThat(done.comparison().coverageAfter()).isBetween(0.0, 1.0);
        assertThat(db.value("SELECT indexdef FROM pg_indexes WHERE indexname = 'documents_embedding_hnsw_idx'"))
                .endsWith("USING hnsw (embedding vector_cosine_ops)");
        assertThat(db.value(
                        "SELECT indexdef FROM pg_indexes WHERE indexname = 'documents_embedding_previous_hnsw_idx'"))
                .endsWith("USING hnsw (embedding_previous vector_cosine_ops)");
    }

    @Test
    void an_index_that_finds_too_little_is_refused_and_nothing_is_swapped_until_it_finds_more() throws Exception {
        db.execute(
                """
                INSERT INTO documents (source, content, embedding)
                SELECT 'more' || n, 'about topic' || n % 50 || ' number ' || n,
                       ('[' || sin(n) || ',' || cos(n) || ',' || sin(2 * n) || ',' || cos(3 * n) || ']')::vector
                FROM generate_series(1, 3000) n
                """);
        String before = db.value("SELECT md5(string_agg(embedding::text, ' ' ORDER BY id)) FROM documents");
        String database = db.value("SELECT quote_ident(current_database())");
        db.execute("ALTER DATABASE " + database + " SET hnsw.ef_search = 1");
        ReindexSettings settings = new ReindexSettings(1_000, 600_000, 1_000, 0, 0, 0, 0.9, Duration.ofSeconds(3));
        Reindexer reindexer = reindexer(settings);
        reindexer.start(new UUID(0, 7));

        ReindexStatus refused = finish(reindexer);
        assertThat(refused.state()).as(refused.line()).isEqualTo(ReindexState.REFUSED);
        assertThat(refused.standing().message())
                .startsWith("recall is under DRIFT_REINDEX_MIN_RECALL=0.9; nothing was");
        assertThat(refused.comparison()).isNotNull();
        assertThat(refused.comparison().recall()).isLessThan(0.9);
        assertThat(db.value("SELECT md5(string_agg(embedding::text, ' ' ORDER BY id)) FROM documents"))
                .isEqualTo(before);
        assertThat(db.count("SELECT count(*) FROM documents WHERE embedding_model IS NOT NULL"))
                .isZero();
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE kind LIKE 'reindex%'"))
                .isZero();

        db.execute("ALTER DATABASE " + database + " SET hnsw.ef_search = 200");
        int embedded = fake.embedded.get();
        reindexer.start(new UUID(0, 8));
        ReindexStatus done = finish(reindexer);
        assertThat(done.state()).as(done.line()).isEqualTo(ReindexState.DONE);
        assertThat(fake.embedded.get()).as("nothing is embedded again").isEqualTo(embedded);
    }

    @Test
    void an_index_that_a_crash_left_invalid_is_built_again() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(new UUID(0, 7));
        while (reindexer.work(Duration.ofMillis(1)).status().state().compareTo(ReindexState.FILLING) < 0) {
            Thread.sleep(20);
        }
        db.execute(
                """
                CREATE INDEX documents_embedding_next_hnsw_idx ON documents USING hnsw (embedding_next vector_cosine_ops);
                UPDATE pg_index SET indisvalid = false
                WHERE indexrelid = 'documents_embedding_next_hnsw_idx'::regclass
                """);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertThat(db.count("SELECT count(*) FROM pg_index WHERE indrelid = 'documents'::regclass AND NOT indisvalid"))
                .isZero();
    }
}
