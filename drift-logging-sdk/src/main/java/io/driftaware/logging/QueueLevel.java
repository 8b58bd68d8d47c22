package io.driftaware.logging;

/**
 * How full the queue is, and whether it is being emptied.
 *
 * @param bytes that waiting events take
 * @param capacity events that may wait
 * @param maxBytes bytes that they may take
 * @param writeFailing whether the last try to write failed
 */
record QueueLevel(long bytes, int capacity, long maxBytes, boolean writeFailing) {}
