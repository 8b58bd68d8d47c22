package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ActionsCommandTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @BeforeEach
    void emptyTables() {
        db.reset();
    }

    private static CommandLineRun run(String... args) {
        return CommandLineRun.of(Map.of("DATABASE_URL", db.url(), "EMBEDDING_DIM", "3"), args);
    }

    private static String row(String state) {
        db.execute("INSERT INTO drift_actions (action, kind, state, reason, last_error) VALUES ('tune', 'retrain', '"
                + state + "', 'accuracy_drop', 'cut off')");
        return db.value("SELECT max(id) FROM drift_actions");
    }

    private static String state(String id) {
        return db.value("SELECT state FROM drift_actions WHERE id = " + id);
    }

    @Test
    void the_list_names_number_state_action_and_what_went_wrong() {
        assertThat(run("actions", "list").out()).contains("No action was asked for yet.");
        String id = row("UNKNOWN");

        assertThat(run("actions", "list").out()).contains(id, "UNKNOWN", "tune", "retrain", "accuracy_drop", "cut off");
    }

    @Test
    void what_awaits_approval_is_approved_or_rejected() {
        String approved = row("AWAITING_APPROVAL");
        String rejected = row("AWAITING_APPROVAL");

        assertThat(run("actions", "approve", approved).code()).isZero();
        assertThat(run("actions", "reject", rejected).code()).isZero();
        assertThat(state(approved)).isEqualTo("APPROVED");
        assertThat(state(rejected)).isEqualTo("SUPPRESSED");
        assertThat(db.value("SELECT suppression_reason FROM drift_actions WHERE id = " + rejected))
                .isEqualTo("rejected");
    }

    @Test
    void an_unknown_outcome_is_settled_by_who_looked() {
        String again = row("UNKNOWN");
        String worked = row("UNKNOWN");

        assertThat(run("actions", "retry", again).code()).isZero();
        assertThat(run("actions", "done", worked).code()).isZero();
        assertThat(state(again)).isEqualTo("APPROVED");
        assertThat(state(worked)).isEqualTo("SUCCEEDED");
    }

    @Test
    void a_step_from_another_state_changes_nothing_and_says_why() {
        String id = row("SUCCEEDED");
        CommandLineRun run = run("actions", "approve", id);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("action " + id + " is SUCCEEDED, and approve is for AWAITING_APPROVAL");
        assertThat(state(id)).isEqualTo("SUCCEEDED");
    }

    @Test
    void a_number_that_does_not_exist_or_is_missing_and_an_unknown_verb_are_refused() {
        assertThat(run("actions", "approve", "424242").err()).contains("there is no action 424242");
        assertThat(run("actions", "approve").code()).isEqualTo(2);
        assertThat(run("actions", "frobnicate").err()).contains("'frobnicate' is none of");
    }
}
