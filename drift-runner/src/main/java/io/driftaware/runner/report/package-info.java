/**
 * What people are shown beside the dashboard: the views as one HTML file that stands alone, for mail, print and archives, see
 * {@link io.driftaware.runner.report.DriftReport}, and a check for a terminal, see {@link
 * io.driftaware.runner.report.CheckText}.
 */
@NullMarked
package io.driftaware.runner.report;

import org.jspecify.annotations.NullMarked;
