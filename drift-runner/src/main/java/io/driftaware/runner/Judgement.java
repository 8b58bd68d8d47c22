package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Observation;
import io.driftaware.core.policy.Staleness;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.store.Activity;
import io.driftaware.runner.store.WatchedStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** From a finding to what one check says of a stream. Staleness comes first: old rows prove nothing about now. */
final class Judgement {
    private Judgement() {}

    static Observation of(Finding finding, Activity activity, Instant now) {
        return isStale(activity, now) ? Observation.without(Verdict.STALE) : Observation.of(finding);
    }

    static String reason(Finding finding, Activity activity, Instant now) {
        if (isStale(activity, now)) {
            Optional<Duration> limit = staleness(activity).flatMap(Staleness::limit);
            return "no row since " + activity.last() + ", stale after "
                    + limit.map(Duration::toHours).orElse(0L) + " hours without one: is the app still logging?";
        }
        if (finding instanceof Finding.Compared compared) {
            return String.format(
                    Locale.ROOT,
                    "%s %.4f is %s its limit of %s",
                    compared.detector(),
                    compared.value(),
                    compared.exceeded() ? "beyond" : "within",
                    compared.threshold());
        }
        return ((Finding.Insufficient) finding).reason();
    }

    static StreamOutcome failed(WatchedStream stream, String reason) {
        return new StreamOutcome(
                stream,
                Observation.without(Verdict.INSUFFICIENT),
                null,
                0,
                null,
                0,
                0,
                reason,
                null,
                null,
                false,
                true,
                null);
    }

    private static boolean isStale(Activity activity, Instant now) {
        return staleness(activity).filter(staleness -> staleness.isStale(now)).isPresent();
    }

    private static Optional<Staleness> staleness(Activity activity) {
        Instant first = activity.first();
        Instant last = activity.last();
        return first == null || last == null
                ? Optional.empty()
                : Optional.of(new Staleness(first, last, activity.activeHours()));
    }
}
