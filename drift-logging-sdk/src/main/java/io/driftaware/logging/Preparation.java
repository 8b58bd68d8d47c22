package io.driftaware.logging;

/**
 * What is done to each event once, on a thread of the SDK, between the queue and everything that lies outside the heap: the
 * database, the spool, a dead letter, a listener. Never by two threads at once.
 */
@FunctionalInterface
interface Preparation {
    /** Stores events as they were logged. */
    Preparation NONE = slot -> {};

    /** Replaces the slot's payload where needed. Never throws: what can't be prepared is left without its content. */
    void prepare(Slot slot);
}
