/**
 * What every {@link io.driftaware.runner.action.DriftAction} has to keep, as tests: extend {@link
 * io.driftaware.runner.action.contract.DriftActionContract}. Published in the test jar of drift-runner.
 */
@NullMarked
package io.driftaware.runner.action.contract;

import org.jspecify.annotations.NullMarked;
