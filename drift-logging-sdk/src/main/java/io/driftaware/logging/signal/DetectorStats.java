package io.driftaware.logging.signal;

/**
 * What became of one detector's exchanges since the start.
 *
 * @param detector its name
 * @param known flagged or clear
 * @param unknown it said that it can't tell
 * @param failed it threw, or returned null
 * @param timedOut it took longer than the time box
 * @param skipped it was not asked, because it had failed or hung before
 */
public record DetectorStats(String detector, long known, long unknown, long failed, long timedOut, long skipped) {}
