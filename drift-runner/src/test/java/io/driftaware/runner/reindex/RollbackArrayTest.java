package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.store.SchemaSetup;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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

    @Test
    void old_vectors_that_the_check_refuses_are_named_and_the_rollback_ends_once_they_are_put_right() throws Exception {
        Reindexer reindexer = reindexer(small());
        reindexer.start(RUN);
        assertThat(finish(reindexer).state()).isEqualTo(ReindexState.DONE);
        db.execute("ALTER TABLE documents " + ArrayCheck.PREVIOUS.drop() + ";"
                + "UPDATE documents SET embedding_previous = '{1,2,3}' WHERE id BETWEEN 3 AND 6;"
                + "UPDATE documents SET embedding_previous = '{{1,2},{3,4}}' WHERE id = 7;"
                + "UPDATE documents SET embedding_previous = '{1,2,NULL,4}' WHERE id = 8;"
                + "ALTER TABLE documents " + ArrayCheck.PREVIOUS.add(4));

        for (int call = 1; call <= 2; call++) {
            assertThat(reindexer.rollback().line())
                    .startsWith("ROLLED_BACK")
                    .endsWith(
                            "; 6 documents have no vector of 4 numbers (id 3, 4, 5, 6, 7, ..): give them one of the old"
                                    + " model or delete them, then run reindex rollback again");
        }
        assertThatThrownBy(() -> reindexer.start(new UUID(0, 8)))
                .as("whose filling the check would refuse")
                .hasMessageContaining("run reindex rollback again, then start");
        db.execute("DELETE FROM documents WHERE id BETWEEN 5 AND 8");
        assertThat(reindexer.rollback().line()).contains("; 2 documents have no vector of 4 numbers (id 3, 4): give");
        db.execute("UPDATE documents SET embedding = '{1,2,3,4}' WHERE id IN (3, 4)");

        assertThat(reindexer.rollback().standing().message()).isEmpty();
        assertThat(db.value(CONSTRAINED)).isEqualTo("true 0 true");
    }
}
