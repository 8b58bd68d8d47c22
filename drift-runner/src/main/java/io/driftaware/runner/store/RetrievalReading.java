package io.driftaware.runner.store;

import io.driftaware.core.profile.RetrievalProfile;

/**
 * What the two windows hold of retrievals.
 *
 * @param recent profile of the recent window
 * @param baseline profile of the baseline window
 * @param activity when something was known of a retrieval
 */
public record RetrievalReading(RetrievalProfile recent, RetrievalProfile baseline, Activity activity) {}
