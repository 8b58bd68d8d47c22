package io.driftaware.logging.postgres;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows as bytes that can be kept and sent later, by another version of the program too. A header names the tables and
 * columns; a row is the number of its table in one byte and then each column's field as a binary COPY has it: its length in
 * four bytes, -1 for NULL, and its value, big-endian. Embeddings are in pgvector's form, raw floats behind their number.
 *
 * <p>The header: a version byte, the number of tables, and for each its name, the number of its columns, and for each of
 * those name, type and whether it is required. {@link StoredRows} reads both.
 *
 * <p>For one thread.
 *
 * @param <R> what a row is made from
 */
public final class RowFormat<R> {
    static final int VERSION = 1;

    /** Where the bytes of a row go, in pieces. */
    @FunctionalInterface
    public interface Target {
        void put(byte[] bytes, int offset, int length);
    }

    private final List<LogTable<R>> tables;
    private final CopyBuffer buffer = new CopyBuffer();
    private final byte[] single = new byte[1];

    public RowFormat(List<LogTable<R>> tables) {
        this.tables = List.copyOf(tables);
    }

    /** The header that rows of these tables are read with. */
    public byte[] header() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte(tables.size());
            for (LogTable<R> table : tables) {
                out.writeUTF(table.name());
                out.writeShort(table.columns().size());
                for (LogColumn<R> column : table.columns()) {
                    out.writeUTF(column.name());
                    out.writeUTF(column.type().name());
                    out.writeBoolean(column.required());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Writes one row.
     *
     * @throws WriteFailure of kind ROW when it can't be encoded; part of it may have been put
     */
    public void write(R row, Target target) throws WriteFailure {
        try {
            int index = tableOf(row);
            single[0] = (byte) index;
            target.put(single, 0, 1);
            buffer.beginFields((bytes, length) -> target.put(bytes, 0, length));
            List<LogColumn<R>> columns = tables.get(index).columns();
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).field().write(row, buffer);
            }
            buffer.endFields();
        } catch (SQLException | RuntimeException e) {
            throw WriteFailure.row("a row could not be encoded: " + e, e);
        }
    }

    private int tableOf(R row) {
        for (int i = 0; i < tables.size(); i++) {
            if (tables.get(i).holds().test(row)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no table holds the row");
    }
}
