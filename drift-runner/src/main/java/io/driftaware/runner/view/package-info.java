/**
 * What people are shown of a monitor: assembled from the database as records, and these as JSON. {@link
 * io.driftaware.runner.view.Views} is where to start. Knows nothing of HTTP. Its SQL stands beside what it is for, and only
 * reads; what checks read and write is in {@code store}.
 */
@NullMarked
package io.driftaware.runner.view;

import org.jspecify.annotations.NullMarked;
