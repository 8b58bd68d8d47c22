package io.driftaware.core.policy;

import static io.driftaware.core.policy.Verdict.DRIFT;
import static io.driftaware.core.policy.Verdict.INSUFFICIENT;
import static io.driftaware.core.policy.Verdict.LEARNING;
import static io.driftaware.core.policy.Verdict.OK;
import static io.driftaware.core.policy.Verdict.STALE;
import static io.driftaware.core.policy.Verdict.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.Finding;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VerdictTest {

    @Test
    void a_finding_is_drift_only_when_its_limit_is_exceeded() {
        Finding exceeded = new Finding.Compared("d", .2, .1, true, 50, 50, new TreeMap<>());
        Finding within = new Finding.Compared("d", .05, .1, false, 50, 50, new TreeMap<>());
        Finding insufficient = new Finding.Insufficient("d", "too few", 3, 50, 50);
        assertThat(Verdict.of(exceeded)).isEqualTo(DRIFT);
        assertThat(Verdict.of(within)).isEqualTo(OK);
        assertThat(Verdict.of(insufficient)).isEqualTo(INSUFFICIENT);
        assertThat(Observation.of(exceeded)).isEqualTo(Observation.compared(DRIFT, .2, .1));
        assertThat(Observation.of(insufficient)).isEqualTo(Observation.without(INSUFFICIENT));
    }

    @Test
    void the_overall_verdict_is_the_one_to_look_at_first() {
        assertThat(Verdict.overall(List.of(OK, STALE, DRIFT))).isEqualTo(DRIFT);
        assertThat(Verdict.overall(List.of(OK, WARN, STALE))).isEqualTo(STALE);
        assertThat(Verdict.overall(List.of(OK, WARN, INSUFFICIENT))).isEqualTo(WARN);
        assertThat(Verdict.overall(List.of(INSUFFICIENT, OK, LEARNING))).isEqualTo(OK);
        assertThat(Verdict.overall(List.of(INSUFFICIENT, LEARNING))).isEqualTo(LEARNING);
    }

    @Test
    void nothing_compared_is_insufficient_and_never_ok() {
        assertThat(Verdict.overall(List.of(INSUFFICIENT, INSUFFICIENT))).isEqualTo(INSUFFICIENT);
        assertThat(Verdict.overall(List.of())).isEqualTo(INSUFFICIENT);
    }
}
