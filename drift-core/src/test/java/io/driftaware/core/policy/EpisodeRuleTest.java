package io.driftaware.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.policy.EpisodeDecision.Closed;
import io.driftaware.core.policy.EpisodeDecision.Continued;
import io.driftaware.core.policy.EpisodeDecision.Opened;
import io.driftaware.core.policy.EpisodeDecision.Quiet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpisodeRuleTest {

    private static final Observation DRIFT = Observation.compared(Verdict.DRIFT, .3, .1);
    private static final Observation OK = Observation.compared(Verdict.OK, .01, .1);
    private static final Observation NEAR = Observation.compared(Verdict.OK, .09, .1);

    @Test
    void a_drift_that_lasts_for_twenty_checks_is_one_episode() {
        List<EpisodeDecision> decisions = run("1/1", DRIFT, 20);
        assertThat(decisions.get(0)).isInstanceOf(Opened.class);
        assertThat(decisions.subList(1, 20)).hasOnlyElementsOfType(Continued.class);
    }

    @Test
    void an_episode_closes_when_the_value_is_clearly_below_the_threshold() {
        assertThat(run("1/1", DRIFT, OK, OK))
                .extracting(Object::getClass)
                .containsExactly(Opened.class, Closed.class, Quiet.class);
    }

    @Test
    void a_value_that_hovers_at_the_threshold_keeps_its_episode_open() {
        assertThat(run("1/1", DRIFT, NEAR, DRIFT, NEAR, OK))
                .extracting(Object::getClass)
                .containsExactly(Opened.class, Continued.class, Continued.class, Continued.class, Closed.class);
    }

    @Test
    void exactly_the_recovery_share_has_not_recovered() {
        Observation at = Observation.compared(Verdict.OK, EpisodeRule.RECOVERY_SHARE * .1, .1);
        assertThat(run("1/1", DRIFT, at)).last().isInstanceOf(Continued.class);
    }

    @Test
    void two_of_three_checks_open_and_two_recovered_in_a_row_close() {
        assertThat(run("2/3", DRIFT, OK, OK, DRIFT, OK, DRIFT, OK, NEAR, OK, OK, DRIFT))
                .extracting(Object::getClass)
                .containsExactly(
                        Quiet.class,
                        Quiet.class,
                        Quiet.class,
                        Quiet.class,
                        Quiet.class,
                        Opened.class,
                        Continued.class,
                        Continued.class,
                        Continued.class,
                        Closed.class,
                        Quiet.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Verdict.class,
            names = {"INSUFFICIENT", "LEARNING", "STALE"})
    void a_check_that_compared_nothing_changes_nothing(Verdict verdict) {
        EpisodeRule rule = new EpisodeRule(KOfN.parse("2/3"));
        Observation nothing = Observation.without(verdict);
        EpisodeState open = EpisodeState.open(1);
        EpisodeState closed = EpisodeState.closed(List.of(true));
        assertThat(rule.decide(open, nothing)).isEqualTo(new Continued(open));
        assertThat(rule.decide(closed, nothing)).isEqualTo(new Quiet(closed));
        assertThat(run("2/3", DRIFT, nothing, nothing, nothing, DRIFT)).last().isInstanceOf(Opened.class);
    }

    @Test
    void warnings_open_nothing_and_count_as_recovered_by_their_value_alone() {
        Observation low = Observation.compared(Verdict.WARN, .02, .1);
        Observation high = Observation.compared(Verdict.WARN, .2, .1);
        assertThat(run("1/1", high, high)).hasOnlyElementsOfType(Quiet.class);
        assertThat(run("1/1", DRIFT, high, low))
                .extracting(Object::getClass)
                .containsExactly(Opened.class, Continued.class, Closed.class);
    }

    @Test
    void with_a_threshold_of_zero_an_episode_can_still_close() {
        Observation drift = Observation.compared(Verdict.DRIFT, .01, 0);
        Observation none = Observation.compared(Verdict.OK, 0, 0);
        assertThat(run("1/1", drift, none)).last().isInstanceOf(Closed.class);
        Observation dropOfZero = Observation.compared(Verdict.DRIFT, 0, 0);
        assertThat(run("1/1", drift, dropOfZero)).last().isInstanceOf(Continued.class);
    }

    @Test
    void an_episode_opens_only_with_k_drifts_in_the_last_n_and_never_twice() {
        Random random = new Random(17);
        EpisodeRule rule = new EpisodeRule(new KOfN(3, 5));
        EpisodeState state = EpisodeState.START;
        List<Boolean> sinceClosed = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Observation seen =
                    random.nextInt(10) == 0 ? Observation.without(Verdict.STALE) : random.nextBoolean() ? DRIFT : OK;
            if (!state.open() && seen.verdict().isComparison()) {
                sinceClosed.add(seen.equals(DRIFT));
            }
            EpisodeDecision decision = rule.decide(state, seen);
            if (state.open()) {
                assertThat(decision).isInstanceOfAny(Continued.class, Closed.class);
            } else {
                List<Boolean> last = sinceClosed.subList(Math.max(0, sinceClosed.size() - 5), sinceClosed.size());
                boolean expected = last.stream().filter(drift -> drift).count() >= 3;
                assertThat(decision instanceof Opened).isEqualTo(expected);
            }
            if (decision instanceof Closed) {
                sinceClosed.clear();
            }
            state = decision.next();
        }
    }

    @Test
    void a_state_read_back_from_storage_goes_on_where_it_was() {
        EpisodeRule rule = new EpisodeRule(KOfN.parse("2/2"));
        EpisodeState afterOne = rule.decide(EpisodeState.START, DRIFT).next();
        assertThat(afterOne).isEqualTo(EpisodeState.closed(List.of(true)));
        assertThat(rule.decide(EpisodeState.closed(List.of(true)), DRIFT)).isInstanceOf(Opened.class);
        assertThat(rule.decide(EpisodeState.open(1), OK)).isEqualTo(new Closed(EpisodeState.START));
    }

    @Test
    void observations_and_states_that_make_no_sense_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Observation.without(Verdict.OK))
                .withMessageContaining("OK, WARN and DRIFT carry a value");
        assertThatIllegalArgumentException().isThrownBy(() -> Observation.compared(Verdict.STALE, 1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Observation.compared(Verdict.OK, Double.NaN, .1))
                .withMessageContaining("value NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EpisodeState.open(-1))
                .withMessage("recovered checks -1 is negative");
    }

    private static List<EpisodeDecision> run(String confirm, Observation seen, int times) {
        Observation[] all = new Observation[times];
        Arrays.fill(all, seen);
        return run(confirm, all);
    }

    private static List<EpisodeDecision> run(String confirm, Observation... seen) {
        EpisodeRule rule = new EpisodeRule(KOfN.parse(confirm));
        List<EpisodeDecision> decisions = new ArrayList<>();
        EpisodeState state = EpisodeState.START;
        for (Observation observation : seen) {
            EpisodeDecision decision = rule.decide(state, observation);
            decisions.add(decision);
            state = decision.next();
        }
        return decisions;
    }
}
