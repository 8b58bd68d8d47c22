package io.driftaware.runner;

import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.Episode;
import org.jspecify.annotations.Nullable;

/**
 * What came of putting a baseline into use.
 *
 * @param baseline that is in use now
 * @param already whether it was so before, and nothing was changed
 * @param retired the one that it took the place of; null if there was none
 * @param ended the open episode of its stream, which was closed; null if there was none
 */
public record Acceptance(Baseline baseline, boolean already, @Nullable Baseline retired, @Nullable Episode ended) {}
