package io.driftaware.testdb;

/** How the schema stores embeddings. */
public enum VectorKind {
    /** {@code vector} of the extension pgvector. */
    VECTOR("on"),
    /** {@code real[]}, on any PostgreSQL. */
    ARRAY("off");

    private final String setting;

    VectorKind(String setting) {
        this.setting = setting;
    }

    /** The value of {@code drift.pgvector} that creates this kind: {@code on} or {@code off}. */
    public String setting() {
        return setting;
    }
}
