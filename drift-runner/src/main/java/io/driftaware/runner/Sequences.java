package io.driftaware.runner;

import io.driftaware.core.policy.Claim;
import io.driftaware.core.sequential.AlarmBudget;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.StoredEvidence;
import io.driftaware.runner.store.WatchedStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of evidence of one stream during one check: where each stood, and what the check did to it. Evidence that
 * has sufficed is not remembered beyond that: what is above the alarm is lowered to it, so that a drift that is over does
 * not speak for another.
 */
final class Sequences {
    private static final Duration DAY = Duration.ofDays(1);

    private final WatchedStream stream;
    private final Instant now;
    private final AlarmBudget budget;
    private final Duration checkInterval;
    private final Map<Hypothesis, StoredEvidence> last;
    private final Map<Hypothesis, StoredEvidence> steps = new EnumMap<>(Hypothesis.class);
    private final Map<Hypothesis, Double> logs = new EnumMap<>(Hypothesis.class);

    Sequences(
            WatchedStream stream,
            Map<Hypothesis, StoredEvidence> last,
            Instant now,
            AlarmBudget budget,
            Duration checkInterval) {
        this.stream = stream;
        this.last = last;
        this.now = now;
        this.budget = budget;
        this.checkInterval = checkInterval;
    }

    /** The state of a sequence, without any evidence where it is new or was kept against another baseline. */
    Evidence before(Hypothesis hypothesis, @Nullable Long baselineId, int alternatives) {
        StoredEvidence stored = last.get(hypothesis);
        return stored == null
                        || !Objects.equals(stored.baselineId(), baselineId)
                        || stored.evidence().alternatives() != alternatives
                ? Evidence.none(alternatives)
                : stored.evidence();
    }

    /** Until when a daily sequence has seen rows; empty where it has seen none of this baseline. */
    Optional<Instant> seenUntil(Hypothesis hypothesis, @Nullable Long baselineId) {
        return Optional.ofNullable(last.get(hypothesis))
                .filter(stored -> Objects.equals(stored.baselineId(), baselineId))
                .map(StoredEvidence::checkedAt);
    }

    /** Whether a day has passed since a daily sequence stepped. */
    boolean due(Hypothesis hypothesis, @Nullable Long baselineId) {
        return seenUntil(hypothesis, baselineId)
                .map(seen -> !now.isBefore(seen.plus(DAY)))
                .orElse(true);
    }

    /** The natural logarithm of the evidence that is an alarm. */
    double logAlarm(Hypothesis hypothesis) {
        return budget.logAlarm(hypothesis.daily() ? DAY : checkInterval);
    }

    /**
     * Takes a step with data in it.
     *
     * @param logE natural logarithms of the e-values of the alternatives
     * @param deltas what the check brought, as JSON
     */
    void step(Hypothesis hypothesis, @Nullable Long baselineId, double[] logE, String deltas) {
        Evidence after = before(hypothesis, baselineId, logE.length).after(logE);
        logs.put(hypothesis, after.log());
        steps.put(
                hypothesis,
                new StoredEvidence(
                        stream,
                        hypothesis,
                        checkedAt(hypothesis),
                        baselineId,
                        after.atMost(logAlarm(hypothesis)),
                        Evidence.ofLogs(logE).log(),
                        logAlarm(hypothesis),
                        false,
                        deltas));
    }

    /**
     * Names the baseline of a sequence that does not step in this check; evidence against another one is none.
     */
    void keep(Hypothesis hypothesis, @Nullable Long baselineId) {
        Optional.ofNullable(last.get(hypothesis))
                .filter(stored -> Objects.equals(stored.baselineId(), baselineId))
                .ifPresent(
                        stored -> logs.putIfAbsent(hypothesis, stored.evidence().log()));
    }

    /** The natural logarithm of the evidence with this check in it; minus infinity where there is none. */
    double logEvidence(Hypothesis hypothesis) {
        return logs.getOrDefault(hypothesis, Double.NEGATIVE_INFINITY);
    }

    /**
     * What a sequence claims, with an effect beside it.
     *
     * @param effect whether the value is one worth acting on
     * @param fresh whether this check brought rows that speak for it
     */
    Claim claim(Hypothesis hypothesis, double value, double threshold, boolean effect, boolean fresh) {
        return new Claim(
                hypothesis.label(), value, threshold, effect, logEvidence(hypothesis), logAlarm(hypothesis), fresh);
    }

    /** The sequences that stepped or were kept. */
    Set<Hypothesis> begun() {
        return logs.keySet();
    }

    boolean stepped(Hypothesis hypothesis) {
        return steps.containsKey(hypothesis);
    }

    /** What is to be kept of this check. */
    List<StoredEvidence> steps() {
        return List.copyOf(steps.values());
    }

    /**
     * What is to be kept where the check opened or closed an episode of the stream: every sequence begins anew.
     *
     * @param alarm whether it was opened
     */
    List<StoredEvidence> begunAnew(boolean alarm) {
        List<StoredEvidence> anew = new ArrayList<>();
        for (Hypothesis hypothesis : Hypothesis.of(stream)) {
            StoredEvidence stands = steps.getOrDefault(hypothesis, last.get(hypothesis));
            if (stands != null) {
                anew.add(new StoredEvidence(
                        stream,
                        hypothesis,
                        stepped(hypothesis)
                                ? stands.checkedAt()
                                : stands.checkedAt().plusNanos(1_000),
                        stands.baselineId(),
                        Evidence.none(stands.evidence().alternatives()),
                        stepped(hypothesis) ? stands.logE() : 0,
                        stands.logAlarm(),
                        alarm,
                        stepped(hypothesis) ? stands.deltas() : "{}"));
            }
        }
        return anew;
    }

    /** A clock that was set back does not make a step earlier than the one before it. */
    private Instant checkedAt(Hypothesis hypothesis) {
        StoredEvidence stored = last.get(hypothesis);
        return stored == null || now.isAfter(stored.checkedAt())
                ? now
                : stored.checkedAt().plusNanos(1_000);
    }
}
