package io.driftaware.logging.postgres;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a binary COPY, built in one array that is used again for every batch and handed on whenever it is full.
 * Each {@code xxx(value)} call appends one field; a null appends NULL.
 *
 * <p>Format: <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL, COPY, "Binary Format"</a>; the
 * fields are what the types' {@code _recv} functions read. All numbers are big-endian.
 */
public final class CopyBuffer {
    /** Where full arrays go. */
    interface Sink {
        void send(byte[] bytes, int length) throws SQLException;
    }

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final byte[] HEADER = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    /** Holds the longest vector that is written (16,000 values as {@code real[]}: 128 kB) in one piece. */
    private static final int CAPACITY = 256 * 1024;

    private static final int REAL_OID = 700;
    private static final int JSONB_VERSION = 1;
    private static final int REPLACEMENT = 0xFFFD;
    private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

    private final byte[] bytes = new byte[CAPACITY];
    private int position;
    private VectorKind vectorKind = VectorKind.VECTOR;
    private Sink sink = (b, n) -> {};

    void begin(VectorKind kind, Sink target) {
        vectorKind = kind;
        sink = target;
        System.arraycopy(HEADER, 0, bytes, 0, HEADER.length);
        position = HEADER.length;
    }

    /** For the fields of single rows, without what a COPY puts around them; embeddings are in pgvector's form. */
    void beginFields(Sink target) {
        vectorKind = VectorKind.VECTOR;
        sink = target;
        position = 0;
    }

    void endFields() throws SQLException {
        drain();
    }

    void row(int fields) throws SQLException {
        room(2);
        putShort(fields);
    }

    void end() throws SQLException {
        room(2);
        putShort(-1);
        drain();
    }

    private void drain() throws SQLException {
        int length = position;
        position = 0;
        if (length > 0) {
            sink.send(bytes, length);
        }
    }

    private void room(int needed) throws SQLException {
        if (bytes.length - position < needed) {
            drain();
        }
    }

    private void nothing() throws SQLException {
        room(4);
        putInt(-1);
    }

    public void bool(@Nullable Boolean value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        room(5);
        putInt(1);
        bytes[position++] = (byte) (value ? 1 : 0);
    }

    public void int4(@Nullable Integer value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        room(8);
        putInt(4);
        putInt(value);
    }

    public void int8(@Nullable Long value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        room(12);
        putInt(8);
        putLong(value);
    }

    public void float4(@Nullable Float value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        room(8);
        putInt(4);
        putInt(Float.floatToRawIntBits(value));
    }

    public void uuid(@Nullable UUID value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        room(20);
        putInt(16);
        putLong(value.getMostSignificantBits());
        putLong(value.getLeastSignificantBits());
    }

    /** A {@code timestamptz}, from microseconds since 1970. */
    public void timestamp(long epochMicros) throws SQLException {
        room(12);
        putInt(8);
        putLong(epochMicros - POSTGRES_EPOCH_MICROS);
    }

    /**
     * A {@code numeric} with two decimals, from a number of hundredths in -999,999 to 999,999. Digits are base 10,000: the
     * whole part is one of them and the two decimals are the upper half of the next.
     */
    public void hundredths(@Nullable Integer value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        int whole = Math.abs(value) / 100;
        int fraction = Math.abs(value) % 100 * 100;
        int digits = (whole == 0 ? 0 : 1) + (fraction == 0 ? 0 : 1);
        room(16);
        putInt(8 + 2 * digits);
        putShort(digits);
        putShort(whole == 0 && fraction != 0 ? -1 : 0);
        putShort(value < 0 ? 0x4000 : 0);
        putShort(2);
        if (whole != 0) {
            putShort(whole);
        }
        if (fraction != 0) {
            putShort(fraction);
        }
    }

    /** A text in UTF-8, of at most a gigabyte. What PostgreSQL cannot store, NUL and half a surrogate pair, becomes U+FFFD. */
    public void text(@Nullable String value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        fieldLength(utf8Length(value));
        utf8(value);
    }

    /** A {@code jsonb}; the text must be valid JSON, or the server refuses the row. */
    public void json(@Nullable String value) throws SQLException {
        if (value == null) {
            nothing();
            return;
        }
        fieldLength(1 + utf8Length(value));
        room(1);
        bytes[position++] = JSONB_VERSION;
        utf8(value);
    }

    /** An embedding of 1 to 16,000 values, in the form the table keeps. */
    public void vector(float[] values) throws SQLException {
        if (vectorKind == VectorKind.VECTOR) {
            room(8 + 4 * values.length);
            putInt(4 + 4 * values.length);
            putShort(values.length);
            putShort(0);
            for (float value : values) {
                putInt(Float.floatToRawIntBits(value));
            }
        } else {
            room(24 + 8 * values.length);
            putInt(20 + 8 * values.length);
            putInt(1);
            putInt(0);
            putInt(REAL_OID);
            putInt(values.length);
            putInt(1);
            for (float value : values) {
                putLong(4L << 32 | Float.floatToRawIntBits(value) & 0xFFFF_FFFFL);
            }
        }
    }

    /** A field as another buffer made it; a negative length is NULL. */
    void field(byte[] from, int offset, int length) throws SQLException {
        if (length < 0) {
            nothing();
            return;
        }
        fieldLength(length);
        for (int done = 0; done < length; ) {
            room(1);
            int piece = Math.min(length - done, bytes.length - position);
            System.arraycopy(from, offset + done, bytes, position, piece);
            position += piece;
            done += piece;
        }
    }

    /** An embedding that another buffer wrote in pgvector's form, in the form the table keeps. */
    void storedVector(byte[] from, int offset, int length) throws SQLException {
        if (vectorKind == VectorKind.VECTOR || length < 0) {
            field(from, offset, length);
            return;
        }
        float[] values = new float[(length - 4) / 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat((int) INT.get(from, offset + 4 + 4 * i));
        }
        vector(values);
    }

    private void fieldLength(int length) throws SQLException {
        room(4);
        putInt(length);
    }

    private static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            int code = codePoint(text, i);
            length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
            i += code < 0x10000 ? 0 : 1;
        }
        return length;
    }

    private void utf8(String text) throws SQLException {
        for (int i = 0; i < text.length(); i++) {
            room(4);
            int code = codePoint(text, i);
            if (code < 0x80) {
                bytes[position++] = (byte) code;
            } else if (code < 0x800) {
                bytes[position++] = (byte) (0xC0 | code >> 6);
                bytes[position++] = (byte) (0x80 | code & 0x3F);
            } else if (code < 0x10000) {
                bytes[position++] = (byte) (0xE0 | code >> 12);
                bytes[position++] = (byte) (0x80 | code >> 6 & 0x3F);
                bytes[position++] = (byte) (0x80 | code & 0x3F);
            } else {
                bytes[position++] = (byte) (0xF0 | code >> 18);
                bytes[position++] = (byte) (0x80 | code >> 12 & 0x3F);
                bytes[position++] = (byte) (0x80 | code >> 6 & 0x3F);
                bytes[position++] = (byte) (0x80 | code & 0x3F);
                i++;
            }
        }
    }

    private static int codePoint(String text, int index) {
        char c = text.charAt(index);
        if (c == 0) {
            return REPLACEMENT;
        }
        if (!Character.isSurrogate(c)) {
            return c;
        }
        int code = text.codePointAt(index);
        return code >= 0x10000 ? code : REPLACEMENT;
    }

    private void putShort(int value) {
        SHORT.set(bytes, position, (short) value);
        position += 2;
    }

    private void putInt(int value) {
        INT.set(bytes, position, value);
        position += 4;
    }

    private void putLong(long value) {
        LONG.set(bytes, position, value);
        position += 8;
    }
}
