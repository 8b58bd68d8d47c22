/**
 * Makes a training set of logged interactions, and has a model fine-tuned with it. Start at {@link TrainingSet}; the
 * result is proposed, never put to use.
 */
@NullMarked
package io.driftaware.runner.retrain;

import org.jspecify.annotations.NullMarked;
