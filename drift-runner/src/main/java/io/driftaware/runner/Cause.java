package io.driftaware.runner;

/**
 * What is behind a drift, where there is evidence of it; it decides what is asked for.
 *
 * @param action reindex, retrain or notify, as {@code drift_actions.kind} has it
 * @param words the evidence, for people
 */
record Cause(String action, String words) {
    static final String REINDEX = "reindex";
    static final String RETRAIN = "retrain";
    static final String NOTIFY = "notify";
}
