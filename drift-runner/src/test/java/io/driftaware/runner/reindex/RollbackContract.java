package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.SchemaSetup;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way back, with pgvector and without. */
abstract class RollbackContract extends TwentyDocuments {
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

    @Test
    void after_the_swap_the_schema_has_the_new_models_dimension_and_can_be_set_up_again() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);

        try (Connection connection = db.dataSource().getConnection()) {
            assertThat(SchemaCheck.inspect(connection).dimension()).hasValue(6);
        }
        assertThatThrownBy(() -> SchemaSetup.run(db.dataSource(), 4, false)).hasMessageContaining("EMBEDDING_DIM=6");
        assertThat(SchemaSetup.run(db.dataSource(), 6, false)).isEmpty();
        assertThat(db.value("SELECT column_default FROM information_schema.columns"
                        + " WHERE table_name = 'embeddings_log' AND column_name = 'embedding_dim'"))
                .isEqualTo("6");
        insertOfTheNewModel("late");
    }

    void insertOfTheNewModel(String source) {
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('" + source + "', 'came late', '"
                + literal(fake.vector(NEW, 6, "came late")) + "')");
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

    private void awaitTheEndOfTheKilled() throws InterruptedException {
        db.execute("DROP EVENT TRIGGER IF EXISTS kill; DROP FUNCTION kill CASCADE");
        while (db.count("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())")
                > 0) {
            Thread.sleep(20); // the server tells of the end before it has let go of the lock
        }
    }

    static final String CONSTRAINED =
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
        awaitTheEndOfTheKilled();
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
        insertOfTheNewModel("late");

        assertThat(reindexer.rollback().line()).contains("1 documents were added since the swap and are not found");
        db.execute("UPDATE documents SET title = 'may be changed' WHERE source = 'late'");
        assertThat(db.value(CONSTRAINED)).startsWith("false 0");
        db.execute("DELETE FROM documents WHERE source = 'late'");

        assertThat(reindexer.rollback().standing().message()).isEmpty();
        assertThat(db.value(CONSTRAINED)).isEqualTo("true 0 true");
    }

    @Test
    void a_run_after_that_which_is_given_up_does_not_leave_the_column_open_for_good() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        insertOfTheNewModel("late");
        assertThat(reindexer.rollback().line()).contains("1 documents were added since the swap");
        Reindexer other = reindexer("other-model-6", 6, small());
        fake.failNext(FakeOpenAi.Fault.NO_KEY);
        other.start(new UUID(0, 8));
        assertThat(finish(other).state()).isEqualTo(ReindexState.FAILED);
        db.execute("DELETE FROM documents WHERE source = 'late'");

        assertThat(reindexer.rollback().line())
                .startsWith("ROLLED_BACK to other-model-6")
                .endsWith("; the run was ended and given up");
        assertThat(db.value(
                        "SELECT string_agg(kind || ' ' || (details ->> 'model'), ', ' ORDER BY id) FROM drift_events"
                                + " WHERE kind LIKE 'reindex%'"))
                .isEqualTo("reindex_swapped new-model-6, reindex_rolled_back new-model-6,"
                        + " reindex_given_up other-model-6");
        assertThat(db.value(CONSTRAINED)).isEqualTo("true 0 true");
        assertThatThrownBy(reindexer::rollback).hasMessageContaining("no old vectors are kept");
    }

    @Test
    void a_run_that_is_given_up_once_a_source_has_opened_the_column_closes_it() throws Exception {
        Reindexer reindexer = reindexer(small(), new OneDocument());
        reindexer.start(RUN);
        while (reindexer.work(Duration.ZERO).status().state() != ReindexState.FILLING) {
            Thread.onSpinWait(); // the first index is built meanwhile
        }
        assertThat(db.count("SELECT count(*) FROM documents WHERE embedding IS NULL"))
                .isEqualTo(1);
        assertThatThrownBy(() -> insertOfTheNewModel("wrong"))
                .as("of another dimension, also now")
                .isNotNull();

        for (int call = 1; call <= 2; call++) {
            assertThat(reindexer.rollback().line())
                    .startsWith("ROLLED_BACK")
                    .contains("; the run was ended and given up; 1 documents are not found: they have no vector");
        }
        db.execute("DELETE FROM documents WHERE embedding IS NULL");
        assertThat(reindexer.rollback().line()).endsWith("; the run was ended and given up");
        assertThat(db.value(CONSTRAINED)).isEqualTo("true 0 true");
        assertThatThrownBy(reindexer::rollback).hasMessageContaining("no old vectors are kept");
        assertThat(db.count(
                        "SELECT count(*) FROM drift_events WHERE kind = 'reindex_given_up' AND details ->> 'run' = '"
                                + RUN + "'"))
                .isEqualTo(1);
    }

    @Test
    void a_run_that_has_only_begun_is_given_up_by_the_rollback_of_the_one_before_it() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        reindexer.start(new UUID(0, 8));

        assertThat(reindexer.rollback().line()).endsWith("; the run was ended and given up");
        assertThat(db.value(CONSTRAINED)).isEqualTo("true 0 true");
        assertThat(db.value("SELECT string_agg(kind, ' ' ORDER BY id) FROM drift_events WHERE kind LIKE 'reindex%'"))
                .isEqualTo("reindex_swapped reindex_rolled_back reindex_given_up");
    }

    @Test
    void a_run_that_was_given_up_and_not_to_the_end_is_begun_anew_only_after_that() throws Exception {
        Reindexer reindexer = reindexer(small(), new OneDocument());
        reindexer.start(RUN);
        while (reindexer.work(Duration.ZERO).status().state() != ReindexState.FILLING) {
            Thread.onSpinWait(); // the first index is built meanwhile
        }
        db.execute("DELETE FROM documents WHERE embedding IS NULL");
        killAt("ADD CONSTRAINT documents_embedding_present");
        assertThatThrownBy(reindexer::rollback).isInstanceOf(SQLException.class);
        awaitTheEndOfTheKilled();
        assertThat(reindexer.status().orElseThrow().line()).contains("given up; ", "run reindex rollback again");
        assertThatThrownBy(() -> reindexer.start(new UUID(0, 8)))
                .hasMessageContaining("run reindex rollback again, then start");

        assertThat(reindexer.rollback().line()).endsWith("; the run was ended and given up");
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE kind = 'reindex_given_up'"))
                .isEqualTo(1);
        reindexer.start(new UUID(0, 8));
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
    }

    private static final class OneDocument implements DocumentSource {
        @Override
        public String name() {
            return "one";
        }

        @Override
        public Page next(@Nullable String cursor) {
            return new Page(List.of(new Document("fetched", null, "about topic1 from elsewhere")), null);
        }
    }

    @Test
    void without_any_document_a_rollback_leaves_the_column_as_it_was_made() throws Exception {
        db.execute("DELETE FROM documents");
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertThat(reindexer.rollback().standing().message()).isEmpty();
        insert("first", "about topic1 of the old model");
        assertThat(db.count("SELECT count(*) FROM documents")).isEqualTo(1);
        assertThatThrownBy(() -> insertOfTheNewModel("second"))
                .as("of another dimension")
                .hasMessageMatching("(?s).*(documents_embedding_dim_check|expected 4 dimensions).*");
        assertThatThrownBy(() -> db.execute("INSERT INTO documents (source, content) VALUES ('x', 'without')"))
                .hasMessageContaining("null value in column \"embedding\"");
    }
}
