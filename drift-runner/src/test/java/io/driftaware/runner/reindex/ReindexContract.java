package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.FixedClock;
import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.openai.FakeOpenAi.Fault;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds with pgvector and without. Model names end with their dimension. */
@Timeout(120)
abstract class ReindexContract {
    static final String NEW = "new-model-6";
    private static final UUID RUN = new UUID(0, 7);

    final FakeOpenAi fake = FakeOpenAi.start();
    TestDatabase db = TestDatabase.empty();

    abstract TestDatabase open();

    @BeforeEach
    void twenty_documents() {
        db = open();
        for (int i = 1; i <= 20; i++) {
            insert("s" + i, "about topic" + (i % 4) + " number " + i);
        }
    }

    @AfterEach
    void close() {
        db.close();
        fake.close();
    }

    String literal(float[] vector) {
        String numbers = java.util.Arrays.toString(vector).replace(" ", "");
        return db.vectorKind() == io.driftaware.testdb.VectorKind.VECTOR
                ? numbers
                : numbers.replace('[', '{').replace(']', '}');
    }

    void insert(String source, String content) {
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('" + source + "', '" + content + "', '"
                + literal(fake.vector("old-model-4", 4, content)) + "')");
    }

    Reindexer reindexer(ReindexSettings settings, DocumentSource... sources) {
        return reindexer(NEW, 6, settings, sources);
    }

    Reindexer reindexer(String model, int dimension, ReindexSettings settings, DocumentSource... sources) {
        OpenAiClient client = new OpenAiClient(fake.url(), FakeOpenAi.KEY, Duration.ofSeconds(2), 1 << 19);
        return new Reindexer(
                db.dataSource(),
                new OpenAiEmbedder(client, model, dimension, false),
                List.of(sources),
                settings,
                InstantSource.system());
    }

    static ReindexSettings small() {
        return new ReindexSettings(6, 10_000, 1_000, 0, 0, 0, 0.5, Duration.ofSeconds(3));
    }

    static ReindexStatus finish(Reindexer reindexer) throws Exception {
        Reindexer.Slice slice = reindexer.work(Duration.ofSeconds(20));
        while (!slice.status().state().ended()) {
            Thread.sleep(Math.min(slice.next().toMillis(), 200));
            slice = reindexer.work(Duration.ofSeconds(20));
        }
        return slice.status();
    }

    void assertEveryDocumentHas(String model, int dimension) {
        assertThat(db.count("SELECT count(*) FROM documents")).isPositive();
        assertThat(db.count("SELECT count(*) FROM documents WHERE content_hash IS DISTINCT FROM md5(content)"
                        + " OR embedding_model IS DISTINCT FROM '" + model + "'"))
                .isZero();
        for (int i = 1; i <= db.count("SELECT max(id) FROM documents"); i++) {
            String content = db.value("SELECT content FROM documents WHERE id = " + i);
            if (content != null) {
                assertThat(db.value("SELECT embedding::text FROM documents WHERE id = " + i))
                        .isEqualTo(db.value("SELECT " + typed(literal(fake.vector(model, dimension, content)))));
            }
        }
    }

    private String typed(String literal) {
        return "'" + literal + "'::" + (db.vectorKind() == io.driftaware.testdb.VectorKind.VECTOR ? "vector" : "real[]")
                + "::text";
    }

    @Test
    void every_document_gets_the_new_models_vector_and_rollback_brings_the_old_ones_back() throws Exception {
        String before = db.value("SELECT string_agg(embedding::text, ' ' ORDER BY id) FROM documents");
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        ReindexStatus done = finish(reindexer);

        assertThat(done.state()).as(done.line()).isEqualTo(ReindexState.DONE);
        assertThat(done.work().embedded()).isEqualTo(20);
        assertEveryDocumentHas(NEW, 6);
        assertThat(db.value("SELECT is_nullable FROM information_schema.columns WHERE table_name = 'documents'"
                        + " AND column_name = 'embedding'"))
                .isEqualTo("NO");
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE kind = 'reindex_swapped'"))
                .isEqualTo(1);

        ReindexStatus back = reindexer.rollback();
        assertThat(back.state()).isEqualTo(ReindexState.ROLLED_BACK);
        assertThat(db.value("SELECT string_agg(embedding::text, ' ' ORDER BY id) FROM documents"))
                .isEqualTo(before);
        insert("after", "about topic1 after the rollback");

        // What was made is not thrown away: to go there again costs the one document that is new.
        int calls = fake.embedded.get();
        reindexer.start(new UUID(0, 8));
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertThat(fake.embedded.get() - calls).isLessThan(20);
        assertEveryDocumentHas(NEW, 6);
    }

    /** Ends the connection that does this, as kill -9 of its process does. */
    private void killAt(String ddl) {
        db.execute(
                """
                CREATE FUNCTION kill() RETURNS event_trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF current_query() LIKE '%%%s%%' THEN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                    END IF;
                END $$;
                CREATE EVENT TRIGGER kill ON ddl_command_end EXECUTE FUNCTION kill()
                """
                        .formatted(ddl));
    }

    private void killAtTheLastWord() {
        db.execute(
                """
                CREATE FUNCTION kill() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_terminate_backend(pg_backend_pid());
                    RETURN NEW;
                END $$;
                CREATE TRIGGER kill BEFORE UPDATE ON drift_monitor_state FOR EACH ROW
                WHEN (OLD.value ->> 'state' = 'ROLLED_BACK') EXECUTE FUNCTION kill()
                """);
    }

    private static final String CONSTRAINED =
            """
            SELECT attnotnull || ' ' || (SELECT count(*) FILTER (WHERE conname = 'documents_embedding_present')
                                         FROM pg_constraint WHERE conrelid = attrelid)
                   || ' ' || (SELECT bool_and(convalidated) FROM pg_constraint WHERE conrelid = attrelid)
            FROM pg_attribute WHERE attrelid = 'documents'::regclass AND attname = 'embedding'
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ADD CONSTRAINT documents_embedding_present",
                "VALIDATE CONSTRAINT documents_embedding_present",
                "SET NOT NULL",
                "the last word"
            })
    void a_rollback_that_is_killed_behind_the_renames_goes_on_and_the_column_gets_its_constraints(String there)
            throws Exception {
        String before = db.value("SELECT string_agg(embedding::text, ' ' ORDER BY id) FROM documents");
        String constraints = db.value(CONSTRAINED);
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);

        if (there.equals("the last word")) {
            killAtTheLastWord();
        } else {
            killAt(there);
        }
        assertThatThrownBy(reindexer::rollback).isInstanceOf(SQLException.class);
        db.execute("DROP EVENT TRIGGER IF EXISTS kill; DROP FUNCTION kill CASCADE");
        while (db.count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())")
                > 0) {
            Thread.sleep(20); // the server tells of the end before it has let go of the lock
        }
        assertThat(db.value("SELECT string_agg(embedding::text, ' ' ORDER BY id) FROM documents"))
                .as("searches have the old vectors")
                .isEqualTo(before);
        assertThat(reindexer.status().orElseThrow().line()).contains("run reindex rollback again");
        if (!there.equals("the last word")) {
            assertThat(db.value(CONSTRAINED)).as("what the kill left").startsWith("false");
        }

        ReindexStatus back = reindexer.rollback();

        assertThat(back.line()).startsWith("ROLLED_BACK").doesNotContain("again");
        assertThat(db.value(CONSTRAINED)).isEqualTo(constraints);
        assertThatThrownBy(() -> db.execute("INSERT INTO documents (source, content) VALUES ('x', 'without')"))
                .hasMessageContaining("null value in column \"embedding\"");
        assertThatThrownBy(reindexer::rollback)
                .as("it is over")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no old vectors are kept");
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE kind = 'reindex_rolled_back'"))
                .isEqualTo(1);
    }

    @Test
    void documents_without_an_old_vector_keep_the_column_open_until_a_rollback_finds_none() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('late', 'came late', '"
                + literal(fake.vector(NEW, 6, "came late")) + "')");

        assertThat(reindexer.rollback().line()).contains("1 documents were added since the swap and are not found");
        db.execute("UPDATE documents SET title = 'may be changed' WHERE source = 'late'");
        assertThat(db.value(CONSTRAINED)).startsWith("false 0");
        db.execute("DELETE FROM documents WHERE source = 'late'");

        assertThat(reindexer.rollback().standing().message()).isEmpty();
        assertThat(db.value(CONSTRAINED)).isEqualTo("true 0 true");
    }

    @Test
    void the_same_run_twice_does_nothing_twice() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        finish(reindexer);
        int requests = fake.requests.get();
        assertThat(reindexer.start(RUN).state()).isEqualTo(ReindexState.DONE);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertThat(fake.requests.get()).isEqualTo(requests);
    }

    @Test
    void only_what_changed_is_embedded_when_the_model_stays() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        finish(reindexer);
        db.execute("UPDATE documents SET content = 'about topic9 changed' WHERE id = 3");
        int before = fake.embedded.get();
        reindexer.start(new UUID(0, 9));
        ReindexStatus done = finish(reindexer);
        assertThat(done.state()).isEqualTo(ReindexState.DONE);
        assertThat(done.work().embedded()).isEqualTo(1);
        assertThat(done.work().reused()).isEqualTo(19);
        assertThat(fake.embedded.get() - before).isEqualTo(1);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void faults_of_the_server_are_waited_out() throws Exception {
        fake.failNext(Fault.TOO_MANY, Fault.NONE, Fault.BROKEN, Fault.CUT, Fault.SILENT, Fault.BROKEN);
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        Reindexer.Slice slice = reindexer.work(Duration.ofSeconds(20));
        while (slice.status().standing().failures() == 0) {
            slice = reindexer.work(Duration.ofSeconds(20));
        }
        assertThat(slice.next()).as("Retry-After").isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        ReindexStatus done = finish(reindexer);
        assertThat(done.state()).as(done.line()).isEqualTo(ReindexState.DONE);
        assertThat(done.work().requests()).isGreaterThanOrEqualTo(4 + 5);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void what_the_operator_has_to_change_stops_the_run_says_so_and_shows_no_secret() throws Exception {
        for (Fault fault : new Fault[] {Fault.WRONG_DIMENSION, Fault.NO_KEY, Fault.QUOTA, Fault.HUGE}) {
            fake.failNext(fault);
            Reindexer reindexer = reindexer(small());
            reindexer.start(UUID.randomUUID());
            ReindexStatus failed = finish(reindexer);
            assertThat(failed.state()).as(fault + failed.line()).isEqualTo(ReindexState.FAILED);
            assertThat(failed.standing().message()).isNotBlank().doesNotContain("geheim");
        }
        assertThat(db.count("SELECT count(*) FROM documents WHERE embedding_model IS NOT NULL"))
                .isZero();
    }

    @Test
    void a_document_that_the_model_refuses_is_named() throws Exception {
        fake.poison = "number 11";
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        ReindexStatus failed = finish(reindexer);
        assertThat(failed.state()).isEqualTo(ReindexState.FAILED);
        assertThat(failed.standing().message()).startsWith("the model refused document 11: the server answered 400");
        db.execute("DELETE FROM documents WHERE id = 11");
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void a_budget_stops_it_and_the_next_start_goes_on() throws Exception {
        Reindexer reindexer = reindexer(new ReindexSettings(6, 10_000, 1_000, 0, 2, 0, 0.5, Duration.ofSeconds(3)));
        reindexer.start(RUN);
        ReindexStatus stopped = finish(reindexer);
        assertThat(stopped.state()).isEqualTo(ReindexState.STOPPED);
        assertThat(stopped.standing().message()).contains("DRIFT_REINDEX_MAX_REQUESTS=2");
        assertThat(stopped.work().embedded()).isEqualTo(12);
        assertThat(db.count("SELECT count(*) FROM documents WHERE embedding_model IS NOT NULL"))
                .isZero();
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertThat(fake.embedded.get()).isGreaterThanOrEqualTo(20);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void a_source_brings_new_and_changed_documents_which_appear_with_the_swap() throws Exception {
        DocumentSource source = new DocumentSource() {
            private boolean asked;

            @Override
            public String name() {
                return "two pages";
            }

            @Override
            public Page next(@Nullable String cursor) throws IOException {
                if (!asked) {
                    asked = true;
                    throw new IOException("not now");
                }
                return cursor == null
                        ? new Page(List.of(new Document("s5", null, "about topic1 edited elsewhere")), "2")
                        : new Page(List.of(new Document("s21", "new", "about topic2 a new one")), null);
            }
        };
        Reindexer reindexer = reindexer(small(), source);
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertThat(db.value("SELECT content FROM documents WHERE source = 's5'"))
                .isEqualTo("about topic1 edited elsewhere");
        assertThat(db.count("SELECT count(*) FROM documents")).isEqualTo(21);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void another_model_while_one_is_under_way_is_refused() throws Exception {
        reindexer(small()).start(RUN);
        assertThatThrownBy(() -> reindexer("other-model-4", 4, small()).start(UUID.randomUUID()))
                .hasMessageContaining("a re-index to new-model-6 (6 dimensions) is under way");
    }

    @Test
    void a_view_over_the_embeddings_stops_it_before_anything_is_written() throws Exception {
        db.execute("CREATE VIEW searched AS SELECT id, embedding FROM documents");
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).standing().message()).contains("view searched reads the embedding columns");
        assertThat(fake.requests.get()).isZero();
    }

    /** Takes three texts at most, and keeps the time of each request. */
    private static final class Narrow implements DocumentEmbedder {
        private final DocumentEmbedder model;
        private final InstantSource clock;
        final List<Instant> asked = new ArrayList<>();

        Narrow(DocumentEmbedder model, InstantSource clock) {
            this.model = model;
            this.clock = clock;
        }

        @Override
        public String model() {
            return model.model();
        }

        @Override
        public int dimension() {
            return model.dimension();
        }

        @Override
        public Embedded embed(List<String> texts) throws EmbeddingFailure, InterruptedException {
            asked.add(clock.instant());
            if (texts.size() > 3) {
                throw new EmbeddingFailure(EmbeddingFailure.Kind.REFUSED, "too many", Duration.ZERO);
            }
            return model.embed(texts);
        }
    }

    @Test
    void the_requests_of_a_minute_are_kept_also_where_batches_are_refused_and_queries_compared() throws Exception {
        db.execute("INSERT INTO interaction_log (user_query) SELECT 'about topic' || n FROM generate_series(1, 8) n");
        FixedClock clock = new FixedClock(Instant.parse("2026-03-04T12:00:00Z"));
        OpenAiClient client = new OpenAiClient(fake.url(), FakeOpenAi.KEY, Duration.ofSeconds(2), 1 << 19);
        Narrow model = new Narrow(new OpenAiEmbedder(client, NEW, 6, false), clock);
        Reindexer reindexer = new Reindexer(
                db.dataSource(),
                model,
                List.of(),
                new ReindexSettings(6, 10_000, 1_000, 4, 0, 0, 0.5, Duration.ofSeconds(3)),
                clock);
        reindexer.start(RUN);
        Reindexer.Slice slice = reindexer.work(Duration.ofSeconds(20));
        while (!slice.status().state().ended()) {
            clock.advance(slice.next());
            Thread.sleep(10); // the index is built on another thread, which knows nothing of this clock
            slice = reindexer.work(Duration.ofSeconds(20));
        }
        assertThat(slice.status().state()).as(slice.status().line()).isEqualTo(ReindexState.DONE);
        assertEveryDocumentHas(NEW, 6);
        assertThat(model.asked).hasSizeGreaterThanOrEqualTo(7 + 1);
        for (int i = 1; i < model.asked.size(); i++) {
            assertThat(Duration.between(model.asked.get(i - 1), model.asked.get(i)))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(15));
        }
        assertThat(slice.status().work().requests()).as("all are counted").isEqualTo(model.asked.size());
    }

    @Test
    void a_slice_makes_a_step_however_short_it_is() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        reindexer.work(Duration.ZERO);
        assertThat(db.count("SELECT count(*) FROM information_schema.columns WHERE table_name = 'documents'"
                        + " AND column_name = 'embedding_next'"))
                .isEqualTo(1);
    }

    @Test
    void while_the_first_index_is_built_the_table_is_not_asked_for_again() throws Exception {
        Reindexer reindexer = reindexer(small(), new NoDocuments());
        reindexer.start(RUN);
        try (Connection builder = db.dataSource().getConnection();
                Connection writer = db.dataSource().getConnection()) {
            assertThat(AdvisoryLock.INDEX.taken(builder)).isTrue();
            Reindexer.Slice first = reindexer.work(Duration.ZERO);
            writer.setAutoCommit(false);
            DocumentsTable.run(writer, "UPDATE documents SET title = 'now' WHERE id = 1");
            Reindexer.Slice second = reindexer.work(Duration.ZERO);
            writer.commit();
            assertThat(second.status().state()).isEqualTo(ReindexState.PREPARING);
            assertThat(second.next()).as("no wait for the writer").isEqualTo(first.next());
        }
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
    }

    private static final class NoDocuments implements DocumentSource {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public Page next(@Nullable String cursor) {
            return new Page(List.of(), null);
        }
    }
}
