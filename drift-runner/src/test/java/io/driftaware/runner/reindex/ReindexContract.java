package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.FixedClock;
import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.openai.FakeOpenAi.Fault;
import io.driftaware.runner.openai.OpenAiClient;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The way there, with pgvector and without. */
abstract class ReindexContract extends TwentyDocuments {
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
    void a_source_may_bring_documents_where_a_run_failed_behind_the_swap() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        while (reindexer.work(Duration.ZERO).status().state() != ReindexState.SETTLING) {
            Thread.onSpinWait(); // the first index is built meanwhile
        }
        fake.poison = "around the swap";
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('s21', 'came around the swap', '"
                + literal(fake.vector(NEW, 6, "came around the swap")) + "')");
        assertThat(finish(reindexer).standing().message()).contains("the model refused document 21");

        fake.poison = "\0";
        Reindexer again = reindexer(small(), new DocumentSource() {
            @Override
            public String name() {
                return "one page";
            }

            @Override
            public Page next(@Nullable String cursor) {
                return new Page(List.of(new Document("s22", null, "about topic2 a new one")), null);
            }
        });
        again.start(RUN);
        assertThat(finish(again).state()).isEqualTo(ReindexState.DONE);
        assertThat(db.count("SELECT count(*) FROM documents")).isEqualTo(22);
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
