/**
 * What an episode triggers: implement {@link io.driftaware.runner.action.DriftAction}, or name one of the built-in
 * ones. The dispatcher runs what the outbox holds, after the check has committed.
 */
@NullMarked
package io.driftaware.runner.action;

import org.jspecify.annotations.NullMarked;
