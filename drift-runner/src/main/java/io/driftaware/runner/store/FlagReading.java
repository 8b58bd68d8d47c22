package io.driftaware.runner.store;

import io.driftaware.core.profile.InteractionProfile;

/**
 * What the two windows hold of both flags.
 *
 * @param recent profile of the recent window, without feedback
 * @param baseline profile of the baseline window, without feedback
 * @param refusals when refusal flags were known
 * @param toxicity when toxicity flags were known
 */
public record FlagReading(
        InteractionProfile recent, InteractionProfile baseline, Activity refusals, Activity toxicity) {}
