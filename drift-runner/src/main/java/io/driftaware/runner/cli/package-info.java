/** The command line of the runnable jar. Start at {@link io.driftaware.runner.cli.Main}. */
@NullMarked
package io.driftaware.runner.cli;

import org.jspecify.annotations.NullMarked;
