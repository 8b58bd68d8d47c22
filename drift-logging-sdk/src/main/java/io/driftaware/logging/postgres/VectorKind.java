package io.driftaware.logging.postgres;

/** How a table keeps embeddings: chosen when the schema was created, read from the catalogue. */
public enum VectorKind {
    /** pgvector's type: two-byte dimension, two zero bytes, then the values. */
    VECTOR("vector"),
    /** {@code real[]}, for a PostgreSQL without pgvector: array header, then each value with its length. */
    REAL_ARRAY("_float4");

    private final String typeName;

    VectorKind(String typeName) {
        this.typeName = typeName;
    }

    String typeName() {
        return typeName;
    }
}
