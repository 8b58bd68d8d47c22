package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.store.SchemaSetup;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollbackArrayTest extends RollbackContract {
    @Override
    TestDatabase open() {
        return TestDatabase.withSchema(4).vectorKind(VectorKind.ARRAY).open();
    }

    @Test
    void a_vector_of_the_new_model_that_comes_right_behind_the_renames_is_refused_and_the_rollback_ends()
            throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);

        List<String> refusals = new ArrayList<>();
        ReindexStatus back = new Reindexer(
                        Interposed.behind(
                                db.dataSource(), 1, "FROM documents WHERE embedding IS NULL", () -> assertThatThrownBy(
                                                () -> insertOfTheNewModel("late"))
                                        .satisfies(e -> refusals.add(e.getMessage()))),
                        null,
                        List.of(),
                        small(),
                        InstantSource.system())
                .rollback();

        assertThat(refusals).singleElement().asString().contains("documents_embedding_dim_check");
        assertThat(back.standing().message()).isEmpty();
        assertThat(db.value(CONSTRAINED)).isEqualTo("true 0 true");
    }

    @Test
    void the_schema_can_be_set_up_again_while_documents_have_no_old_vector() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        insertOfTheNewModel("late");
        reindexer.rollback();

        assertThat(SchemaSetup.run(db.dataSource(), 4, false)).isEmpty();
        db.execute("UPDATE documents SET title = 'may be changed' WHERE source = 'late'");
        assertThatThrownBy(() -> insertOfTheNewModel("later")).hasMessageContaining("documents_embedding_dim_check");
    }
}
