package io.driftaware.logging;

/** The order in which events are given up where nothing has room: the first one first. */
enum Rank {
    EMBEDDING(10),
    INTERACTION(5),
    FEEDBACK(0);

    private final int reservedPercent;

    Rank(int reservedPercent) {
        this.reservedPercent = reservedPercent;
    }

    /** Of any room, how much these events may not take. */
    int reservedPercent() {
        return reservedPercent;
    }

    long of(long room) {
        return room - room * reservedPercent / 100;
    }

    static Rank of(Object payload) {
        if (payload instanceof EmbeddingRecord.Details) {
            return EMBEDDING;
        }
        return payload instanceof Feedback ? FEEDBACK : INTERACTION;
    }
}
