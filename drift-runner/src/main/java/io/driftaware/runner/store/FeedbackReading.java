package io.driftaware.runner.store;

import io.driftaware.core.profile.InteractionProfile;

/**
 * What the two windows hold of feedback, by the time of the interaction.
 *
 * @param recent profile of the recent window, feedback alone
 * @param baseline profile of the baseline window, feedback alone
 * @param activity times of interactions with feedback
 */
public record FeedbackReading(InteractionProfile recent, InteractionProfile baseline, Activity activity) {}
