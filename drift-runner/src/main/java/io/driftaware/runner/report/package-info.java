/**
 * The views as one HTML file that stands alone, for mail, print and archives. {@link
 * io.driftaware.runner.report.DriftReport} is where to start.
 */
@NullMarked
package io.driftaware.runner.report;

import org.jspecify.annotations.NullMarked;
