package io.driftaware.runner.store;

import io.driftaware.core.sequential.Evidence;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where one sequence of evidence stands after a check.
 *
 * @param stream that is watched
 * @param hypothesis that it speaks for
 * @param checkedAt the check
 * @param baselineId what it was compared with, null for a configured limit
 * @param evidence to go on with
 * @param logE natural logarithm of the check's own e-value, averaged over the alternatives
 * @param logAlarm natural logarithm of the evidence that is an alarm
 * @param alarm whether it sufficed for an episode, and began anew
 * @param deltas what the check brought, as JSON; replay uses it
 */
public record StoredEvidence(
        WatchedStream stream,
        Hypothesis hypothesis,
        Instant checkedAt,
        @Nullable Long baselineId,
        Evidence evidence,
        double logE,
        double logAlarm,
        boolean alarm,
        String deltas) {}
