package io.driftaware.logging;

import java.time.Duration;

/**
 * Is told what the logger's log lines say, for an application that wants to act on it. All calls come one after the other
 * from one thread that does nothing else: a listener that is slow, blocks or throws delays or loses its own calls, never
 * logging. Calls may be lost when the listener does not keep up; {@link DriftLogger#stats()} never loses count.
 */
public interface LoggerListener {
    /**
     * Events were refused.
     *
     * @param reason one of the names in {@link LoggerStats#rejected()}
     * @param explanation one line on one of them, with the remedy; may be empty
     * @param count how many, since the last call for this reason
     */
    default void rejected(String reason, String explanation, long count) {}

    /**
     * Accepted events were lost.
     *
     * @param reason one of the names in {@link LoggerStats#dropped()}
     * @param explanation one line on one of them; may be empty
     * @param count how many, since the last call for this reason
     */
    default void dropped(String reason, String explanation, long count) {}

    /**
     * Events are stored without their texts, because a redactor failed on them.
     *
     * @param explanation one line on one of them, which redactor and how; may be empty
     * @param count how many, since the last call
     */
    default void contentWithheld(String explanation, long count) {}

    /**
     * Writing fails for a reason that is not in the events; they are kept and tried again. Once per outage and reason.
     *
     * @param explanation one line, with the remedy where one is known
     */
    default void outage(String explanation) {}

    /**
     * Writing works again.
     *
     * @param outage how long it did not
     */
    default void recovered(Duration outage) {}
}
