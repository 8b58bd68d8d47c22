/**
 * What people are shown of a monitor: assembled from the database as records, and these as JSON. {@link
 * io.driftaware.runner.view.Views} is where to start. Knows nothing of HTTP.
 */
@NullMarked
package io.driftaware.runner.view;

import org.jspecify.annotations.NullMarked;
