package io.driftaware.logging.spool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Records, framed one behind the other in memory, to be written in one piece. A frame, all numbers big-endian:
 *
 * <pre>
 * 3 bytes  FF FE D1, which no UTF-8 text contains
 * 1 byte   version, 1
 * 4 bytes  length of the record
 * 4 bytes  CRC-32C of the four bytes of the length and of the record
 *          the record
 * </pre>
 *
 * <p>A file is a sequence of frames. The record of the first is its header, which says what the others are. A reader that
 * finds a frame damaged goes on at the next bytes that are a frame.
 *
 * <p>For one thread.
 */
public final class Frames {
    static final int MARK_AND_VERSION = 0xFFFE_D101;
    static final int OVERHEAD = 12;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int SMALL = 1 << 16;
    /** An array that one large record made grow beyond this is not kept. */
    private static final int LARGE = 8 << 20;

    private static final int LARGEST = Integer.MAX_VALUE - 64;

    private final CRC32C crc = new CRC32C();
    private byte[] bytes = new byte[SMALL];
    private int size;
    private int begun;
    private int count;

    /** Begins a record. */
    public void begin() {
        begun = size;
        room(OVERHEAD);
        size += OVERHEAD;
    }

    /** Adds to the record that was begun. */
    public void put(byte[] from, int offset, int length) {
        room(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    /** Adds one byte to it. */
    public void put(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    /** Ends the record. */
    public void end() {
        INT.set(bytes, begun, MARK_AND_VERSION);
        INT.set(bytes, begun + 4, size - begun - OVERHEAD);
        INT.set(bytes, begun + 8, checksum(crc, bytes, begun, size - begun - OVERHEAD));
        count++;
    }

    /** Takes back the record that was begun last and not ended. */
    public void undo() {
        size = begun;
    }

    /** Takes back the record that was ended last, since nothing was begun after it. */
    public void undoEnded() {
        size = begun;
        count--;
    }

    /** Forgets all records. */
    public void clear() {
        size = 0;
        count = 0;
        if (bytes.length > LARGE) {
            bytes = new byte[SMALL];
        }
    }

    /** How many bytes all frames take. */
    public int size() {
        return size;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /** Over the length and the record of a frame that starts at {@code at}. */
    static int checksum(CRC32C crc, byte[] bytes, int at, int length) {
        crc.reset();
        crc.update(bytes, at + 4, 4);
        crc.update(bytes, at + OVERHEAD, length);
        return (int) crc.getValue();
    }

    private void room(int needed) {
        long wanted = (long) size + needed;
        if (wanted > LARGEST) {
            throw new IllegalArgumentException("records of " + wanted + " bytes do not fit into one write");
        }
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(LARGEST, Math.max(wanted, 2L * bytes.length)));
        }
    }
}
