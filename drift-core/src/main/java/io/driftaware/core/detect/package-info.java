/**
 * Detectors: two profiles in, one {@link io.driftaware.core.detect.Finding} out. Start at {@link
 * io.driftaware.core.detect.Detector}.
 */
@NullMarked
package io.driftaware.core.detect;

import org.jspecify.annotations.NullMarked;
