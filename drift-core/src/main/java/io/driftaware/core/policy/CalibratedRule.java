package io.driftaware.core.policy;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a stream's claims amount to. DRIFT needs evidence within the budget of false alarms and an effect worth acting on, of
 * one and the same claim; evidence without the effect, or half the evidence on the log scale, is a WARN. While an episode
 * is open it needs no new evidence: the claim that opened it is asked for its effect alone.
 */
public final class CalibratedRule {

    private static final double WARN_RATIO = 0.5;

    private CalibratedRule() {}

    /**
     * A verdict and the claim that it rests on.
     *
     * @param verdict OK, WARN or DRIFT
     * @param claim the one that drifts, or that has most evidence for its budget; where none has much, the first one with an effect,
     *     or else the first one
     */
    public record Judged(Verdict verdict, Claim claim) {

        /** For the rule of episodes. */
        public Observation observation() {
            return Observation.compared(verdict, claim.value(), claim.threshold());
        }
    }

    /**
     * Judges a stream.
     *
     * @param claims at least one; of equal evidence the first one leads
     * @param openedBy the hypothesis that opened the episode which lasts; empty where none does
     */
    public static Judged judge(List<Claim> claims, Optional<String> openedBy) {
        Claim leading = claims.stream()
                .max(Comparator.comparingDouble(Claim::evidenceRatio).thenComparing(Claim::effect))
                .orElseThrow(() -> new IllegalArgumentException("no claim to judge"));
        if (openedBy.isPresent()) {
            Claim opener = claims.stream()
                    .filter(claim -> claim.hypothesis().equals(openedBy.get()))
                    .findFirst()
                    .orElse(leading);
            return new Judged(opener.effect() ? Verdict.DRIFT : Verdict.OK, opener);
        }
        Optional<Claim> drifted = claims.stream()
                .filter(claim -> claim.proven() && claim.effect() && claim.fresh())
                .max(Comparator.comparingDouble(Claim::evidenceRatio));
        if (drifted.isPresent()) {
            return new Judged(Verdict.DRIFT, drifted.get());
        }
        return leading.evidenceRatio() >= WARN_RATIO
                ? new Judged(Verdict.WARN, leading)
                : new Judged(
                        Verdict.OK,
                        claims.stream().filter(Claim::effect).findFirst().orElse(claims.get(0)));
    }
}
