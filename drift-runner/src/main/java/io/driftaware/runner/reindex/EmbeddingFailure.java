package io.driftaware.runner.reindex;

import java.time.Duration;

/** A model did not embed. The message is one line, without secrets: it is stored, logged and shown. */
public final class EmbeddingFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    public enum Kind {
        /** The same texts may work later. */
        TRY_LATER,
        /** One of these texts is not taken. */
        REFUSED,
        /** Nothing works until the operator changes something. */
        SETTINGS
    }

    private final Kind kind;
    private final Duration after;

    /**
     * A failure.
     *
     * @param after least wait before another try, zero for any
     */
    public EmbeddingFailure(Kind kind, String message, Duration after) {
        super(message);
        this.kind = kind;
        this.after = after;
    }

    /** What can be done. */
    public Kind kind() {
        return kind;
    }

    /** Least wait before another try. */
    public Duration after() {
        return after;
    }
}
