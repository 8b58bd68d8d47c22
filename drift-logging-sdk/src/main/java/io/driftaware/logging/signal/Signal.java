package io.driftaware.logging.signal;

/** What a detector looks for, and so which flag of an interaction it fills. */
public enum Signal {
    /** The model declined, fully or in part: {@code refusal_flag}. */
    REFUSAL,
    /** The reply insults, threatens or demeans: {@code toxicity_flag}. */
    TOXICITY
}
