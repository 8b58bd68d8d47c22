package io.driftaware.runner.store;

import java.util.List;
import java.util.Locale;

/** What a sequence of evidence speaks for. Labels are fixed: metrics, JSON and the database carry them. */
public enum Hypothesis {
    /** The rate of a flag is above its configured limit; a step at every check. */
    LIMIT,
    /** The rate is above that of the baseline, or the mean score below it; a step at every check. */
    BASELINE,
    /** More embeddings are novel than of the baseline; a step at every check. */
    NOVELTY,
    /** A whole window differs; a step a day, each on rows that no step before has seen. */
    WINDOW;

    /** The name in metrics, JSON and the database. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it steps once a day. */
    public boolean daily() {
        return this == WINDOW;
    }

    /** The sequences of a stream. */
    public static List<Hypothesis> of(WatchedStream stream) {
        return switch (stream.kind()) {
            case EMBEDDINGS -> List.of(NOVELTY, WINDOW);
            case FLAG -> List.of(LIMIT, BASELINE, WINDOW);
            case FEEDBACK, RETRIEVAL -> List.of(BASELINE, WINDOW);
        };
    }

    /** How many sequences share the budget of false alarms. */
    public static int sequences() {
        int sequences = 0;
        for (WatchedStream stream : WatchedStream.values()) {
            sequences += of(stream).size();
        }
        return sequences;
    }
}
