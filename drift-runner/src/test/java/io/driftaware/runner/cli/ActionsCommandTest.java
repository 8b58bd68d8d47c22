package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.util.List;
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
    void the_list_has_a_header_and_names_streams_and_episodes() {
        String id = row("APPROVED");
        for (String stream : List.of("refusals", "feedback")) {
            db.execute(
                    """
                    WITH opened AS (
                        INSERT INTO drift_episodes (stream, opened_at, opened_value, threshold, last_seen_at, last_value)
                        VALUES ('%s', now(), 1, 1, now(), 1) RETURNING id)
                    INSERT INTO drift_action_episodes (action_id, episode_id) SELECT %s, id FROM opened
                    """
                            .formatted(stream, id));
        }
        String refusals = db.value("SELECT id FROM drift_episodes WHERE stream = 'refusals'");
        String feedback = db.value("SELECT id FROM drift_episodes WHERE stream = 'feedback'");

        List<String> lines = run("actions", "list").out().lines().toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).matches("id +asked for at +state +action +kind +stream \\(episode\\) +reason +note");
        assertThat(lines.get(1))
                .contains("  refusals (" + refusals + "), feedback (" + feedback + ")  accuracy_drop  ");
        assertThat(lines.get(1).indexOf("refusals")).isEqualTo(lines.get(0).indexOf("stream"));
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
        String failed = row("FAILED");

        assertThat(run("actions", "retry", again).code()).isZero();
        assertThat(run("actions", "done", worked).code()).isZero();
        assertThat(run("actions", "retry", failed).code()).isZero();
        assertThat(state(failed)).isEqualTo("APPROVED");
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
    void what_waits_for_another_attempt_can_be_given_up() {
        String id = row("APPROVED");

        assertThat(run("actions", "reject", id).code()).isZero();
        assertThat(state(id)).isEqualTo("SUPPRESSED");
        assertThat(run("actions", "reject", row("DISPATCHED")).err())
                .contains("is DISPATCHED, and reject is for AWAITING_APPROVAL or APPROVED or RUNNING");
    }

    @Test
    void what_never_ends_is_ended_by_who_looked() {
        String given = row("RUNNING");
        String done = row("RUNNING");
        String again = row("TIMED_OUT");
        String late = row("TIMED_OUT");

        assertThat(run("actions", "reject", given).code()).isZero();
        assertThat(run("actions", "done", done).code()).isZero();
        assertThat(run("actions", "retry", again).code()).isZero();
        assertThat(run("actions", "done", late).code()).isZero();
        assertThat(List.of(state(given), state(done), state(again), state(late)))
                .containsExactly("SUPPRESSED", "SUCCEEDED", "APPROVED", "SUCCEEDED");
    }

    @Test
    void pausing_and_resuming_is_for_every_monitor_of_the_database_and_the_list_says_so() {
        row("APPROVED");
        assertThat(run("actions", "pause").out()).contains("actions are paused");
        assertThat(run("actions", "list").out()).contains("Actions are paused since");
        assertThat(run("actions", "resume").out()).contains("actions go on: 1 may run now");
        assertThat(run("actions", "resume").out()).contains("actions were not paused");
        assertThat(run("actions", "list").out()).doesNotContain("paused");
    }

    @Test
    void the_list_says_whether_the_drift_ended_and_why_one_was_never_made() {
        db.execute("UPDATE drift_actions SET outcome = 'INEFFECTIVE' WHERE id = " + row("SUCCEEDED"));
        db.execute("UPDATE drift_actions SET suppression_reason = 'dry run' WHERE id = " + row("SUPPRESSED"));

        assertThat(run("actions", "list").out()).contains("INEFFECTIVE", "dry run");
    }

    @Test
    void of_several_episodes_the_list_says_for_each_whether_its_drift_ended() {
        String action = row("SUCCEEDED");
        db.execute("UPDATE drift_actions SET outcome = 'INEFFECTIVE' WHERE id = " + action);
        db.execute(
                """
                WITH episode AS (
                    INSERT INTO drift_episodes (stream, opened_at, last_seen_at)
                    SELECT stream, now(), now() FROM unnest(ARRAY['refusals', 'toxicity', 'feedback']) AS stream
                    RETURNING id, stream)
                INSERT INTO drift_action_episodes (action_id, episode_id, outcome)
                SELECT %s, id, CASE stream WHEN 'refusals' THEN 'VERIFIED' WHEN 'toxicity' THEN 'INEFFECTIVE' END
                FROM episode
                """
                        .formatted(action));

        assertThat(run("actions", "list").out())
                .contains("INEFFECTIVE (refusals VERIFIED, toxicity INEFFECTIVE, feedback not known yet)");
    }

    @Test
    void a_number_that_does_not_exist_or_is_missing_and_an_unknown_verb_are_refused() {
        assertThat(run("actions", "approve", "424242").err()).contains("there is no action 424242");
        assertThat(run("actions", "approve").code()).isEqualTo(2);
        assertThat(run("actions", "frobnicate").err()).contains("'frobnicate' is none of");
    }
}
