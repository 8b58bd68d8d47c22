package io.driftaware.runner.openai;

import java.time.Duration;

/** The server did not do what was asked. The message is one line and holds neither a key nor a text that was sent. */
public final class OpenAiException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    public enum Kind {
        /** The same request may work later: 408, 409, 429, 5xx, a time-out, a cut answer. */
        TRY_LATER,
        /** These texts are not taken: 400, 413, 422. */
        REFUSED,
        /** Nothing works until the operator changes something: key, address, model, dimensions, quota. */
        SETTINGS
    }

    private final Kind kind;
    private final int status;
    private final Duration after;

    OpenAiException(Kind kind, int status, String message, Duration after) {
        super(message);
        this.kind = kind;
        this.status = status;
        this.after = after;
    }

    /** What can be done. */
    public Kind kind() {
        return kind;
    }

    /** The least wait that the server asked for; zero if it asked for none. */
    public Duration after() {
        return after;
    }

    /** Whether the server certainly did nothing: it answered, with a refusal, before it began. */
    public boolean certainlyNotDone() {
        return status >= 400 && status < 500 && status != 408 && status != 409;
    }
}
