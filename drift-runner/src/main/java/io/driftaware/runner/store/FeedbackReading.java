package io.driftaware.runner.store;

import io.driftaware.core.profile.InteractionProfile;
import org.jspecify.annotations.Nullable;

/**
 * What the two windows hold of feedback, by the time of the interaction.
 *
 * @param recent profile of the recent window, feedback alone
 * @param baseline profile of the baseline window, feedback alone
 * @param activity times of interactions with feedback
 * @param withoutBaseline why the baseline window cannot be read, null if it can
 */
public record FeedbackReading(
        InteractionProfile recent, InteractionProfile baseline, Activity activity, @Nullable String withoutBaseline) {}
