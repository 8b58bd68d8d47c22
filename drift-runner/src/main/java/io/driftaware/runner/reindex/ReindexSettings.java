package io.driftaware.runner.reindex;

import java.time.Duration;

/**
 * Limits of a re-index.
 *
 * @param batchTexts most documents in one request, 1 to 2048
 * @param batchBytes most bytes of text in one request; a longer document goes alone
 * @param textLimit characters of a document that are embedded; the rest is cut off
 * @param perMinute most requests in a minute, 0 for no limit
 * @param mostRequests budget of one run, 0 for none
 * @param mostTokens budget of one run, 0 for none
 * @param minimumRecall least share of the true nearest that the new index must find, 0 to 1
 * @param swapLimit how long readers may wait while the last documents are embedded
 */
public record ReindexSettings(
        int batchTexts,
        int batchBytes,
        int textLimit,
        int perMinute,
        long mostRequests,
        long mostTokens,
        double minimumRecall,
        Duration swapLimit) {
    /** What fits OpenAI's limits, without a budget. */
    public static final ReindexSettings DEFAULTS =
            new ReindexSettings(256, 600_000, 24_000, 0, 0, 0, 0.9, Duration.ofSeconds(3));

    /** Refuses what cannot be. */
    public ReindexSettings {
        if (batchTexts < 1 || batchTexts > 2_048) {
            throw new IllegalArgumentException("batchTexts " + batchTexts + " is not 1 to 2048");
        }
        if (batchBytes < 1 || textLimit < 1 || perMinute < 0 || mostRequests < 0 || mostTokens < 0) {
            throw new IllegalArgumentException("batchBytes " + batchBytes + ", textLimit " + textLimit + ", perMinute "
                    + perMinute + ", mostRequests " + mostRequests + " or mostTokens " + mostTokens + " is too small");
        }
        if (!(minimumRecall >= 0 && minimumRecall <= 1)) {
            throw new IllegalArgumentException("minimumRecall " + minimumRecall + " is not 0 to 1");
        }
    }
}
