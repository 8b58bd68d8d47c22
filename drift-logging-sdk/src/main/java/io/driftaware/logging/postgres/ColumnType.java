package io.driftaware.logging.postgres;

import java.util.List;

/**
 * What a column must be for the bytes that are sent to it. A binary COPY is not converted by the server, so a column of
 * another type has to be noticed before rows are sent, and not row by row.
 */
public enum ColumnType {
    UUID("uuid"),
    TIMESTAMP("timestamptz"),
    TEXT("text", "varchar", "bpchar"),
    BOOLEAN("bool"),
    INTEGER("int4"),
    BIGINT("int8"),
    REAL("float4"),
    SCORE("numeric"),
    JSON("jsonb"),
    EMBEDDING(VectorKind.VECTOR.typeName(), VectorKind.REAL_ARRAY.typeName());

    private final List<String> typeNames;

    ColumnType(String... typeNames) {
        this.typeNames = List.of(typeNames);
    }

    boolean accepts(String typeName) {
        return typeNames.contains(typeName);
    }

    String expected() {
        return String.join(" or ", typeNames);
    }
}
