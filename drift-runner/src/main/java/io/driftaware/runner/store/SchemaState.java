package io.driftaware.runner.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is there of the schema.
 *
 * @param server version of PostgreSQL, as 150018 for 15.18
 * @param missing tables and views that are not there, sorted
 * @param version of the schema, empty without one
 * @param vectorKind how embeddings are stored, empty without the table
 * @param dimension of {@code documents.embedding}, empty where the schema does not fix it
 * @param pgvector whether the extension is installed in this database
 */
public record SchemaState(
        int server,
        List<String> missing,
        OptionalInt version,
        Optional<VectorKind> vectorKind,
        OptionalInt dimension,
        boolean pgvector) {
    /** Oldest PostgreSQL that works: 14 has {@code xid8} columns that are written by default. */
    public static final int MINIMUM_SERVER = 140_000;

    /** Newest schema that this build knows. */
    public static final int KNOWN_VERSION = 1;

    /** Copies {@code missing}. */
    public SchemaState {
        missing = List.copyOf(missing);
    }

    /** Whether nothing is there at all. */
    public boolean absent() {
        return version.isEmpty();
    }

    /**
     * What keeps a monitor from working on it: one line with the remedy; empty if nothing does.
     *
     * @param embeddingDim as configured, empty for whatever the schema has
     */
    public Optional<String> problem(OptionalInt embeddingDim) {
        if (server < MINIMUM_SERVER) {
            return Optional.of("PostgreSQL " + server / 10_000
                    + " is too old, Drift-Aware needs 14 or newer: upgrade the server or use another");
        }
        if (absent()) {
            return Optional.of("the database has no Drift-Aware schema: run init-db, or setup_database.sql with psql");
        }
        if (version.getAsInt() > KNOWN_VERSION) {
            return Optional.of("the schema has version " + version.getAsInt() + ", this monitor knows up to "
                    + KNOWN_VERSION + ": use a newer Drift-Aware");
        }
        if (!missing.isEmpty()) {
            return Optional.of("the schema lacks " + String.join(", ", missing) + ": run init-db again");
        }
        if (embeddingDim.isPresent() && dimension.isPresent() && !dimension.equals(embeddingDim)) {
            return Optional.of("documents is typed for " + dimension.getAsInt()
                    + " dimensions, EMBEDDING_DIM (embeddingDim in code) is " + embeddingDim.getAsInt()
                    + ": set EMBEDDING_DIM=" + dimension.getAsInt() + ", or none; while documents is empty init-db with"
                    + " EMBEDDING_DIM=" + embeddingDim.getAsInt() + " types it anew, else use another database");
        }
        return Optional.empty();
    }
}
