package io.driftaware.logging.postgres;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link RowFormat} wrote: the tables of one header, and the rows that go into them. Immutable. */
public final class StoredRows {
    private final List<LogTable<StoredRow>> tables;

    private StoredRows(List<LogTable<StoredRow>> tables) {
        this.tables = List.copyOf(tables);
    }

    /**
     * Reads a header.
     *
     * @throws IOException when it is of another version, or none
     */
    public static StoredRows of(byte[] header) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(header));
        int version = in.readUnsignedByte();
        if (version != RowFormat.VERSION) {
            throw new IOException("rows of format " + version + ", this version reads " + RowFormat.VERSION);
        }
        List<LogTable<StoredRow>> tables = new ArrayList<>();
        int count = in.readUnsignedByte();
        for (int t = 0; t < count; t++) {
            int table = t;
            tables.add(new LogTable<>(in.readUTF(), row -> row.table() == table, columns(in)));
        }
        return new StoredRows(tables);
    }

    private static List<LogColumn<StoredRow>> columns(DataInputStream in) throws IOException {
        List<LogColumn<StoredRow>> columns = new ArrayList<>();
        int count = in.readUnsignedShort();
        for (int c = 0; c < count; c++) {
            int column = c;
            String name = in.readUTF();
            ColumnType type = type(in.readUTF());
            columns.add(new LogColumn<>(
                    name,
                    type,
                    in.readBoolean(),
                    type == ColumnType.EMBEDDING
                            ? (row, out) -> out.storedVector(row.bytes(), row.start(column), row.length(column))
                            : (row, out) -> out.field(row.bytes(), row.start(column), row.length(column))));
        }
        return columns;
    }

    private static ColumnType type(String name) throws IOException {
        return Arrays.stream(ColumnType.values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IOException("a column of type " + name + ", which this version does not know"));
    }

    /** The tables, always as the same list. */
    public List<LogTable<StoredRow>> tables() {
        return tables;
    }

    /**
     * Reads one row.
     *
     * @param bytes are kept, not copied
     * @param from where the row starts; it ends with the array
     * @throws IllegalArgumentException when the bytes are not a row of these tables
     */
    public StoredRow row(byte[] bytes, int from) {
        if (from >= bytes.length || bytes[from] < 0 || bytes[from] >= tables.size()) {
            throw new IllegalArgumentException("a row of no known table");
        }
        int table = bytes[from];
        return new StoredRow(
                bytes,
                table,
                fieldStarts(bytes, from + 1, tables.get(table).columns().size()));
    }

    /** {@return the name of the table that a row goes into} */
    public String table(StoredRow row) {
        return tables.get(row.table()).name();
    }

    /**
     * Looks at one value of a row.
     *
     * @param column the column's name
     * @return the bytes as a binary COPY has them, or null when the value is NULL or the row has no such column
     */
    public byte @Nullable [] value(StoredRow row, String column) {
        List<LogColumn<StoredRow>> columns = tables.get(row.table()).columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column) && row.length(i) >= 0) {
                return Arrays.copyOfRange(row.bytes(), row.start(i), row.start(i) + row.length(i));
            }
        }
        return null;
    }

    private static int[] fieldStarts(byte[] bytes, int from, int fields) {
        int[] starts = new int[fields];
        int position = from;
        for (int i = 0; i < fields; i++) {
            starts[i] = position + 4;
            if (position > bytes.length - 4) {
                throw new IllegalArgumentException("a row ends before its field " + i);
            }
            int length = Math.max(0, StoredRow.int4(bytes, position));
            if (length > bytes.length - position - 4) {
                throw new IllegalArgumentException("a row ends within its field " + i);
            }
            position += 4 + length;
        }
        if (position != bytes.length) {
            throw new IllegalArgumentException("a row with more than its " + fields + " fields");
        }
        return starts;
    }
}
