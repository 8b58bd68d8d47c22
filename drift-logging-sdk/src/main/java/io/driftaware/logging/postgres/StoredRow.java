package io.driftaware.logging.postgres;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** One row of {@link StoredRows}. */
public final class StoredRow {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int table;
    private final int[] starts;

    StoredRow(byte[] bytes, int table, int[] starts) {
        this.bytes = bytes;
        this.table = table;
        this.starts = starts;
    }

    int table() {
        return table;
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int column) {
        return starts[column];
    }

    /** Of the column's value, negative for NULL. */
    int length(int column) {
        return int4(bytes, starts[column] - 4);
    }

    static int int4(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }
}
