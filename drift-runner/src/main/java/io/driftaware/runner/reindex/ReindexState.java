package io.driftaware.runner.reindex;

/** Where a re-index stands. */
public enum ReindexState {
    /** Shadow columns are being made. */
    PREPARING,
    /** Documents are brought by the sources. */
    FETCHING,
    /** Documents are embedded. */
    FILLING,
    /** The index is built beside the old one. */
    INDEXING,
    /** New and old are compared on recent queries. */
    COMPARING,
    /** The last documents, and the swap. */
    SWAPPING,
    /** Swapped; documents written around the swap get their vector, and the columns their constraints. */
    SETTLING,
    /** Done; the old vectors are kept for a rollback. */
    DONE,
    /** The budget is used up; goes on at the next start. */
    STOPPED,
    /** The new index found too little; nothing was swapped. */
    REFUSED,
    /** The operator has to change something; goes on at the next start. */
    FAILED,
    /** The old vectors are in use again; the new ones wait as the shadow. */
    ROLLED_BACK;

    /** Whether nothing more happens by itself. */
    public boolean ended() {
        return ordinal() >= DONE.ordinal();
    }

    boolean swapped() {
        return this == SETTLING || this == DONE;
    }
}
