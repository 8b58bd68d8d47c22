package io.driftaware.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class QuickstartTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @Test
    void it_stores_the_exchange_its_embedding_and_the_feedback() {
        assertThat(Quickstart.run(DB.dataSource()))
                .contains("complete=true, written=3")
                .contains("accepted=3, recovered=0, written=3, pending=0", "dropped={}, rejected={}");
        assertThat(
                        DB.value(
                                """
                        SELECT concat_ws('|', i.user_query, i.refusal_flag, i.toxicity_flag, e.type, e.embedding_model, f.score)
                        FROM interaction_log i
                        JOIN embeddings_log e USING (interaction_id)
                        JOIN feedback_log f USING (interaction_id)
                        """))
                .isEqualTo("How do I reset my password?|f|query|toy-embedding|0.80");
    }
}
