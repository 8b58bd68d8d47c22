package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes at one re-index, each where the other one is between two of its statements. */
class ReindexOverlapTest extends TwentyDocuments {
    private static final UUID NEXT = new UUID(0, 8);
    private static final String RENAMED = "RENAME COLUMN embedding TO embedding_next";
    private static final String CONSTRAINED = "ADD CONSTRAINT documents_embedding_present";
    private static final String COUNTED = "FROM documents WHERE embedding IS NULL";
    private static final String NULLABLE = "SELECT is_nullable FROM information_schema.columns"
            + " WHERE table_name = 'documents' AND column_name = 'embedding'";

    private String before = "";

    @Override
    TestDatabase open() {
        return TestDatabase.withSchema(4).vectorKind(VectorKind.ARRAY).open();
    }

    @BeforeEach
    void what_searches_find() {
        before = inUse();
    }

    private String inUse() {
        return String.valueOf(db.value("SELECT string_agg(embedding::text, ' ' ORDER BY id) FROM documents"));
    }

    private Reindexer over(DataSource source, String model, int dimension) {
        OpenAiClient client = new OpenAiClient(fake.url(), FakeOpenAi.KEY, Duration.ofSeconds(2), 1 << 19);
        return new Reindexer(
                source,
                new OpenAiEmbedder(client, model, dimension, false),
                List.of(),
                small(),
                InstantSource.system());
    }

    private Reindexer done() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        return reindexer;
    }

    private Reindexer settling() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        while (reindexer.work(Duration.ZERO).status().state() != ReindexState.SETTLING) {
            Thread.onSpinWait(); // the first index is built meanwhile
        }
        return reindexer;
    }

    private void lateDocument() {
        db.execute("INSERT INTO documents (source, content) VALUES ('late', 'came late')");
    }

    private void noLateDocument() {
        db.execute("DELETE FROM documents WHERE source = 'late'");
    }

    /** As kill -9 of every process but this one; the server has let go of its locks when it returns. */
    private void endOthers() {
        db.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    @ParameterizedTest
    @ValueSource(strings = {RENAMED, CONSTRAINED})
    void a_start_during_a_rollback_is_refused_and_the_rollback_has_the_last_word(String there) throws Exception {
        Reindexer reindexer = done();
        List<String> refusals = new ArrayList<>();
        ReindexStatus back = over(
                        Interposed.before(db.dataSource(), there, () -> assertThatThrownBy(() -> reindexer.start(NEXT))
                                .isInstanceOf(IllegalStateException.class)
                                .satisfies(e -> refusals.add(e.getMessage()))),
                        NEW,
                        6)
                .rollback();

        assertThat(refusals).containsExactly("another process works on the re-index now: try again");
        assertThat(back.state()).isEqualTo(ReindexState.ROLLED_BACK);
        assertThat(reindexer.status()).contains(back);
        assertThat(inUse()).isEqualTo(before);
        assertThat(reindexer.start(NEXT).state()).isEqualTo(ReindexState.PREPARING);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void of_two_starts_to_different_models_one_is_refused() throws Exception {
        List<String> refusals = new ArrayList<>();
        Reindexer other = reindexer("other-model-4", 4, small());
        over(
                        Interposed.before(db.dataSource(), "INSERT INTO drift_monitor_state", () -> assertThatThrownBy(
                                        () -> other.start(NEXT))
                                .isInstanceOf(IllegalStateException.class)
                                .satisfies(e -> refusals.add(e.getMessage()))),
                        NEW,
                        6)
                .start(RUN);
        assertThat(refusals).hasSize(1);
        assertThat(finish(reindexer(small())).aim().run()).isEqualTo(RUN);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void a_start_of_which_another_was_first_goes_on_with_that_one() throws Exception {
        Reindexer first = reindexer(small());
        ReindexStatus second = over(
                        Interposed.before(db.dataSource(), "pg_try_advisory_lock", () -> first.start(RUN)), NEW, 6)
                .start(NEXT);
        assertThat(second.aim().run()).isEqualTo(RUN);
        assertThat(first.status()).contains(second);
    }

    @Test
    void a_slice_that_a_rollback_came_before_does_nothing() throws Exception {
        Reindexer reindexer = settling();
        Reindexer.Slice slice = over(
                        Interposed.before(db.dataSource(), "pg_try_advisory_lock", reindexer::rollback), NEW, 6)
                .work(Duration.ofSeconds(20));
        assertThat(slice.status().state()).isEqualTo(ReindexState.ROLLED_BACK);
        assertThat(slice.next()).isZero();
        assertThat(inUse()).isEqualTo(before);
    }

    @Test
    void a_process_with_another_model_does_not_go_on_with_a_run() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        while (reindexer.work(Duration.ZERO).status().work().embedded() == 0) {
            Thread.onSpinWait(); // the first index is built meanwhile
        }
        assertThatThrownBy(() -> reindexer("other-model-6", 6, small()).work(Duration.ofSeconds(20)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "a re-index to new-model-6 (6 dimensions) is under way: let it end, or set its model again");
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertEveryDocumentHas(NEW, 6);
    }

    @Test
    void the_old_vectors_are_not_dropped_under_a_rollback() throws Exception {
        Reindexer reindexer = done();
        ReindexStatus back = over(
                        Interposed.before(db.dataSource(), "LOCK TABLE documents", () -> assertThatThrownBy(
                                        reindexer::dropPrevious)
                                .hasMessageContaining("another process works on the re-index now")),
                        NEW,
                        6)
                .rollback();
        assertThat(back.state()).isEqualTo(ReindexState.ROLLED_BACK);
        assertThat(inUse()).isEqualTo(before);
    }

    private void noRollbackIsToBeGoneOnWith(Reindexer reindexer) {
        assertThat(db.value(NULLABLE)).isEqualTo("NO");
        assertThatThrownBy(reindexer::rollback).hasMessageContaining("no old vectors are kept");
    }

    @Test
    void a_document_that_goes_after_it_was_counted_leaves_a_rollback_to_go_on_with() throws Exception {
        Reindexer reindexer = done();
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('late', 'came late', '"
                + literal(fake.vector(NEW, 6, "came late")) + "')");
        over(Interposed.behind(db.dataSource(), 1, COUNTED, this::noLateDocument), NEW, 6)
                .rollback();
        assertThat(db.value(NULLABLE)).as("what was counted kept it open").isEqualTo("YES");

        assertThat(reindexer.rollback().standing().message()).isEmpty();
        noRollbackIsToBeGoneOnWith(reindexer);
    }

    @Test
    void a_document_that_comes_after_none_was_counted_and_goes_once_it_was_found_leaves_one_too() throws Exception {
        Reindexer reindexer = done();
        DataSource comes = Interposed.behind(db.dataSource(), 1, COUNTED, this::lateDocument);
        DataSource comesAndGoes = Interposed.behind(comes, 2, COUNTED, this::noLateDocument);
        ReindexStatus back = over(comesAndGoes, NEW, 6).rollback();
        assertThat(db.value(NULLABLE)).isEqualTo("YES");
        assertThat(back.line()).contains("1 documents were added since the swap and are not found");

        assertThat(reindexer.rollback().standing().message()).isEmpty();
        noRollbackIsToBeGoneOnWith(reindexer);
    }

    @Test
    void a_document_that_comes_after_none_was_counted_and_goes_before_it_is_found_is_forgotten() throws Exception {
        Reindexer reindexer = done();
        DataSource comes = Interposed.behind(db.dataSource(), 1, COUNTED, this::lateDocument);
        DataSource goes = Interposed.behind(comes, 1, "VALIDATE CONSTRAINT", this::noLateDocument);
        assertThat(over(goes, NEW, 6).rollback().standing().message()).isEmpty();
        noRollbackIsToBeGoneOnWith(reindexer);
    }

    @Test
    void no_run_begins_over_a_rollback_that_was_killed_behind_the_renames() throws Exception {
        Reindexer reindexer = done();
        Reindexer killed = over(Interposed.before(db.dataSource(), CONSTRAINED, this::endOthers), NEW, 6);
        assertThatThrownBy(killed::rollback).isInstanceOf(SQLException.class);
        assertThat(inUse()).isEqualTo(before);

        assertThatThrownBy(() -> reindexer.start(NEXT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a rollback was cut short: run reindex rollback again, then start");

        reindexer.rollback();
        assertThat(db.value(NULLABLE)).isEqualTo("NO");
        reindexer.start(NEXT);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
    }

    @Test
    void a_reader_that_does_not_end_holds_up_the_last_constraint_and_breaks_nothing() throws Exception {
        Reindexer reindexer = settling();
        try (Connection reader = db.dataSource().getConnection()) {
            reader.setAutoCommit(false);
            DocumentsTable.run(reader, "LOCK TABLE documents IN ACCESS SHARE MODE");
            Reindexer.Slice slice = reindexer.work(Duration.ZERO);
            assertThat(slice.status().state()).isEqualTo(ReindexState.SETTLING);
            assertThat(slice.next()).isPositive();
            reader.rollback();
        }
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        assertThat(db.value(NULLABLE)).isEqualTo("NO");
    }
}
