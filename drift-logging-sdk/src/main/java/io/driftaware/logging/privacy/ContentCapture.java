package io.driftaware.logging.privacy;

/** How much is kept of what people and models wrote: queries, responses, comments, and the metadata beside them. */
public enum ContentCapture {
    /** Nothing of it; flags, scores, counts, names and embeddings are stored. */
    NONE,
    /** The texts with personal data and secrets replaced, see {@link Redactor}. The default. */
    REDACTED,
    /** The texts as they are. */
    FULL
}
