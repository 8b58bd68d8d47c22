package io.driftaware.benchmarks.chaos;

/** The run found something that must not be. */
final class ChaosFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChaosFailure(String message) {
        super(message);
    }
}
