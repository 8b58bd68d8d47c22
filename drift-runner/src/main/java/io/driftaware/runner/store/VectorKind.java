package io.driftaware.runner.store;

/** How the schema stores embeddings. */
public enum VectorKind {
    /** pgvector's type. */
    VECTOR,
    /** {@code real[]}, without the extension. */
    ARRAY
}
