package io.driftaware.runner.store;

import java.sql.SQLException;

/** The embedding column in a COPY's binary form, of both kinds. */
final class VectorField {
    private VectorField() {}

    /** A vector of another length cannot be used; it becomes NaN, which a recorder rejects and counts. */
    static void read(CopyRows rows, VectorKind kind, float[] vector) throws SQLException {
        int length = rows.fieldLength();
        int read = 0;
        boolean usable = false;
        if (length > 0 && kind == VectorKind.VECTOR) {
            int dimension = rows.readShort();
            rows.readShort();
            read = 2 * Short.BYTES;
            usable = dimension == vector.length;
            if (usable) {
                rows.readFloats(vector);
            }
        } else if (length > 0) {
            int axes = rows.readInt();
            boolean nulls = rows.readInt() != 0;
            rows.readInt();
            read = 3 * Integer.BYTES;
            if (axes == 1) {
                int dimension = rows.readInt();
                rows.readInt();
                read += 2 * Integer.BYTES;
                usable = dimension == vector.length;
            }
            if (usable) {
                rows.readFloatElements(vector, nulls);
            }
        }
        if (!usable) {
            rows.skip(Math.max(0, length - read));
            vector[0] = Float.NaN;
        }
    }
}
