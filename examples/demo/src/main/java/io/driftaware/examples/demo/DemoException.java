package io.driftaware.examples.demo;

import java.io.Serial;

/** Something the user can put right: one line that says what to do. */
final class DemoException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
