package io.driftaware.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.policy.CalibratedRule.Judged;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CalibratedRuleTest {

    private static final double ALARM = 10;

    @Test
    void evidenceAndEffectOfOneClaimAreDrift() {
        Claim claim = claim("limit", true, ALARM);

        assertThat(judge(claim)).isEqualTo(new Judged(Verdict.DRIFT, claim));
    }

    @Test
    void evidenceWithoutTheEffectIsAWarning() {
        assertThat(judge(claim("limit", false, 3 * ALARM)).verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void anEffectWithoutEvidenceIsNothingYet() {
        assertThat(judge(claim("limit", true, 0.49 * ALARM)).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void anEffectOfAnyClaimIsToldBeforeOneWithoutAny() {
        Claim within = claim("limit", false, 0);
        Claim beyond = claim("baseline", true, 0);

        assertThat(judge(within, beyond)).isEqualTo(new Judged(Verdict.OK, beyond));
        assertThat(judge(within, claim("window", false, 1))).isEqualTo(new Judged(Verdict.OK, within));
    }

    @Test
    void halfTheEvidenceOnTheLogScaleIsAWarning() {
        assertThat(judge(claim("limit", true, 0.5 * ALARM)).verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void theEvidenceOfOneClaimDoesNotServeTheEffectOfAnother() {
        Claim proven = claim("limit", false, 2 * ALARM);
        Claim large = claim("baseline", true, 0);

        assertThat(judge(proven, large)).isEqualTo(new Judged(Verdict.WARN, proven));
    }

    @Test
    void withoutARowThatSpeaksForItNothingNewIsDrift() {
        Claim silent = new Claim("limit", 2, 1, true, ALARM, ALARM, false);

        assertThat(judge(silent).verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void anOpenEpisodeAsksItsOwnClaimForTheEffectAlone() {
        Claim opener = claim("baseline", true, 0);
        Claim other = claim("limit", false, 2 * ALARM);

        assertThat(CalibratedRule.judge(List.of(other, opener), Optional.of("baseline")))
                .isEqualTo(new Judged(Verdict.DRIFT, opener));
        assertThat(CalibratedRule.judge(List.of(other, opener), Optional.of("limit")))
                .isEqualTo(new Judged(Verdict.OK, other));
    }

    @Test
    void noEvidenceIsARatioOfZero() {
        Claim none = claim("limit", true, Double.NEGATIVE_INFINITY);

        assertThat(none.evidenceRatio()).isZero();
        assertThat(judge(none).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void namesWhatCannotBeJudged() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CalibratedRule.judge(List.of(), Optional.empty()))
                .withMessageContaining("no claim");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Claim("limit", Double.NaN, 1, true, 0, 1, true))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Claim("limit", 1, 1, true, 0, 0, true))
                .withMessageContaining("0.0");
    }

    private static Judged judge(Claim... claims) {
        return CalibratedRule.judge(List.of(claims), Optional.empty());
    }

    private static Claim claim(String hypothesis, boolean effect, double logEvidence) {
        return new Claim(hypothesis, 2, 1, effect, logEvidence, ALARM, true);
    }
}
