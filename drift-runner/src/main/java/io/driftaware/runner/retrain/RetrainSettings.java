package io.driftaware.runner.retrain;

import java.util.Map;

/**
 * What is trained.
 *
 * @param model that is fine-tuned; empty where examples are only written to files
 * @param days of interactions that are read, at least 1
 * @param leastExamples with fewer there is no job, at least 1
 * @param full whether texts captured FULL may be sent
 */
public record RetrainSettings(String model, int days, int leastExamples, boolean full) {
    /** Days of interactions, unless DRIFT_RETRAIN_DAYS is set. */
    public static final int DAYS = 90;

    /** Least examples of a job, unless DRIFT_RETRAIN_MIN_EXAMPLES is set. */
    public static final int LEAST_EXAMPLES = 50;

    /** Refuses what cannot be. */
    public RetrainSettings {
        if (days < 1 || leastExamples < 1) {
            throw new IllegalArgumentException("days " + days + " or leastExamples " + leastExamples + " is under 1");
        }
    }

    /** Out of settings by their names, checked. */
    public static RetrainSettings of(Map<String, String> given) {
        return new RetrainSettings(
                given.getOrDefault("DRIFT_RETRAIN_MODEL", ""),
                number(given, "DRIFT_RETRAIN_DAYS", DAYS),
                number(given, "DRIFT_RETRAIN_MIN_EXAMPLES", LEAST_EXAMPLES),
                "on".equalsIgnoreCase(given.get("DRIFT_RETRAIN_FULL_TEXT")));
    }

    private static int number(Map<String, String> given, String name, int usual) {
        String text = given.get(name);
        return text == null ? usual : Integer.parseInt(text);
    }
}
