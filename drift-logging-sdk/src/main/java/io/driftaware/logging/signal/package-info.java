/**
 * Whether a reply declines or insults, judged offline. Start at {@link io.driftaware.logging.signal.SignalDetector}, which an
 * application may implement itself; {@link io.driftaware.logging.signal.RefusalDetector} and {@link
 * io.driftaware.logging.signal.ToxicityDetector} are the built-in ones, and {@link
 * io.driftaware.logging.signal.SignalRunner} asks them, within bounds.
 *
 * <p>How good they are: docs/signals.md. What the refusal detector learned from: drift-logging-sdk/training.
 */
@NullMarked
package io.driftaware.logging.signal;

import org.jspecify.annotations.NullMarked;
