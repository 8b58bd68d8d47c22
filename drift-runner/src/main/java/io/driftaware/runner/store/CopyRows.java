package io.driftaware.runner.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The rows of one {@code COPY (..) TO STDOUT (FORMAT binary)}, decoded straight from the driver's copy buffer.
 *
 * <p>Only the message at hand is held, so memory does not grow with the result. The server sends a row a message today,
 * but the protocol does not promise it; a value that spans messages is joined. Close ends the COPY by reading what is left
 * of it, so that the connection stays usable: the driver's cancel comes too late for a short COPY and then confuses the
 * statement after it.
 */
final class CopyRows implements AutoCloseable {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.BIG_ENDIAN);

    private final CopyOut copy;
    private byte[] buffer = {};
    private int position;

    private CopyRows(CopyOut copy) {
        this.copy = copy;
    }

    /** Starts a COPY and reads its header. */
    static CopyRows open(Connection connection, String copyStatement) throws SQLException {
        CopyRows rows =
                new CopyRows(connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copyStatement));
        try {
            rows.readHeader();
            return rows;
        } catch (SQLException | RuntimeException e) {
            try (rows) {
                throw e;
            }
        }
    }

    /** Moves to the next row; false once all were read. */
    boolean next(int expectedFields) throws SQLException {
        int fields = readShort();
        if (fields == -1) {
            drain();
            return false;
        }
        if (fields != expectedFields) {
            throw new SQLException("COPY row with " + fields + " fields, expected " + expectedFields);
        }
        return true;
    }

    /** The byte length of the field that follows, or -1 for NULL. */
    int fieldLength() throws SQLException {
        return readInt();
    }

    // In each of these the buffer is looked at after take, which may have replaced it.

    int readShort() throws SQLException {
        int start = take(Short.BYTES);
        return (short) SHORT.get(buffer, start);
    }

    int readInt() throws SQLException {
        int start = take(Integer.BYTES);
        return (int) INT.get(buffer, start);
    }

    long readLong() throws SQLException {
        int start = take(Long.BYTES);
        return (long) LONG.get(buffer, start);
    }

    /** A field of a {@code bigint}, {@code xid8} or {@code timestamptz}, which is never NULL. */
    long longField() throws SQLException {
        requireLength(Long.BYTES);
        return readLong();
    }

    int intField() throws SQLException {
        requireLength(Integer.BYTES);
        return readInt();
    }

    UUID uuidField() throws SQLException {
        requireLength(2 * Long.BYTES);
        return new UUID(readLong(), readLong());
    }

    @Nullable
    Boolean booleanField() throws SQLException {
        return fieldLength() < 0 ? null : Boolean.valueOf(buffer[take(1)] != 0);
    }

    /** A field of a {@code real}. */
    @Nullable
    Float floatField() throws SQLException {
        return fieldLength() < 0 ? null : Float.valueOf(readFloat());
    }

    /** A field of an {@code integer}. */
    @Nullable
    Integer integerField() throws SQLException {
        return fieldLength() < 0 ? null : Integer.valueOf(readInt());
    }

    @Nullable
    String textField() throws SQLException {
        int length = fieldLength();
        if (length < 0) {
            return null;
        }
        int start = take(length);
        return new String(buffer, start, length, StandardCharsets.UTF_8);
    }

    private void requireLength(int expected) throws SQLException {
        int length = fieldLength();
        if (length != expected) {
            throw new SQLException("COPY field of " + length + " bytes, expected " + expected);
        }
    }

    void skip(int length) throws SQLException {
        take(length);
    }

    /** Reads as many consecutive 4-byte floats as {@code target} holds. */
    void readFloats(float[] target) throws SQLException {
        int start = take(Math.multiplyExact(target.length, Float.BYTES));
        byte[] source = buffer;
        for (int i = 0; i < target.length; i++) {
            target[i] = (float) FLOAT.get(source, start + i * Float.BYTES);
        }
    }

    /**
     * Reads array elements, each behind its length.
     *
     * @param nulls whether NULL elements can occur; each becomes NaN
     */
    void readFloatElements(float[] target, boolean nulls) throws SQLException {
        if (nulls) {
            for (int i = 0; i < target.length; i++) {
                target[i] = readInt() < 0 ? Float.NaN : readFloat();
            }
            return;
        }
        int stride = Integer.BYTES + Float.BYTES;
        int start = take(Math.multiplyExact(target.length, stride)) + Integer.BYTES;
        byte[] source = buffer;
        for (int i = 0; i < target.length; i++) {
            target[i] = (float) FLOAT.get(source, start + i * stride);
        }
    }

    @Override
    public void close() throws SQLException {
        drain();
    }

    private float readFloat() throws SQLException {
        int start = take(Float.BYTES);
        return (float) FLOAT.get(buffer, start);
    }

    private void drain() throws SQLException {
        while (copy.isActive() && copy.readFromCopy() != null) {
            // Left unread on purpose.
        }
    }

    private void readHeader() throws SQLException {
        int start = take(SIGNATURE.length);
        if (!Arrays.equals(buffer, start, start + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            throw new SQLException("COPY did not answer in the binary format");
        }
        readInt();
        skip(readInt());
    }

    /**
     * Makes sure that {@code length} bytes are in the buffer and moves past them; returns where they start. Replaces the
     * buffer: look at it only afterwards.
     */
    private int take(int length) throws SQLException {
        while (buffer.length - position < length) {
            byte[] message = copy.readFromCopy();
            if (message == null) {
                throw new SQLException("COPY ended in the middle of a row");
            }
            if (position == buffer.length) {
                buffer = message;
            } else {
                int left = buffer.length - position;
                byte[] joined = Arrays.copyOfRange(buffer, position, buffer.length + message.length);
                System.arraycopy(message, 0, joined, left, message.length);
                buffer = joined;
            }
            position = 0;
        }
        int start = position;
        position += length;
        return start;
    }
}
