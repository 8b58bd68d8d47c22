package io.driftaware.benchmarks.signals;

import io.driftaware.logging.signal.SignalDetector;
import io.driftaware.logging.signal.SignalResult;
import io.driftaware.logging.signal.Verdict;
import java.util.ArrayList;
import java.util.List;

/** A labelled text and what a detector says of it. */
record Judged(Labelled labelled, SignalResult result) {
    /** An unknown verdict is no flag, as for whoever reads the flag. */
    boolean isFlagged() {
        return result.verdict() == Verdict.FLAGGED;
    }

    boolean isHit() {
        return isFlagged() && labelled.isPositive();
    }

    static List<Judged> all(SignalDetector detector, List<Labelled> texts) throws Exception {
        List<Judged> judged = new ArrayList<>();
        for (Labelled text : texts) {
            judged.add(new Judged(text, detector.detect(null, text.text())));
        }
        return judged;
    }
}
