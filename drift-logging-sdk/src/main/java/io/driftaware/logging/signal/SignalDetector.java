package io.driftaware.logging.signal;

import org.jspecify.annotations.Nullable;

/**
 * Judges a reply. Implement it to ask a classifier or a moderation service of your own, and give it to a {@link
 * SignalRunner}.
 *
 * <p>The runner asks an implementation from a thread made for it, one call at a time, and lets go of a call that lasts
 * longer than its time box. An implementation that waits should answer to interruption.
 */
public interface SignalDetector {
    /** {@return a short fixed name, as it is recorded beside the flag; letters, digits, {@code -}, {@code .} and {@code _}} */
    String name();

    /** {@return what changes whenever the same texts may get another verdict} */
    String version();

    /** {@return what this detector looks for} */
    Signal signal();

    /**
     * Judges one exchange.
     *
     * @param query what was asked, cut to the runner's length; null if not known
     * @param response what was answered, cut to the runner's length; null if not known
     * @return never null; {@link Verdict#UNKNOWN} where nothing can be said
     * @throws Exception counted by the runner, and the verdict is unknown
     */
    SignalResult detect(@Nullable String query, @Nullable String response) throws Exception;
}
