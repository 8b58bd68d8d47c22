package io.driftaware.core.profile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Checks that all stored forms of this module have in common: each message says what was found and what to do. Public for
 * its other packages; not meant for callers of the module.
 */
public final class StoredForm {

    private static final String REMEDY = "; the stored bytes are damaged, make them again from the rows";

    private static final long MAX_STORED_COUNT = 1L << 55;

    private StoredForm() {}

    /** A little-endian view of the bytes behind version and kind. */
    public static ByteBuffer open(byte[] bytes, String what, byte version, byte kind, int headerBytes) {
        check(bytes.length >= headerBytes, what + ": " + bytes.length + " bytes are too few for its header");
        if (bytes[0] != version) {
            throw new IllegalArgumentException(what + ": version " + bytes[0] + " is not " + version
                    + "; read it with the Drift-Aware version that wrote it, or make it again from the rows");
        }
        check(bytes[1] == kind, what + ": kind " + bytes[1] + " is not " + kind);
        return ByteBuffer.wrap(bytes, 2, bytes.length - 2).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Checks a length that is known beforehand. */
    public static void checkLength(String what, byte[] bytes, int expected) {
        check(bytes.length == expected, what + ": " + bytes.length + " bytes where " + expected + " are expected");
    }

    /** A count that leaves room to add a few hundred of them up. */
    public static long count(ByteBuffer in, String what, String name) {
        long count = in.getLong();
        check(count >= 0 && count <= MAX_STORED_COUNT, what + ": " + name + " count " + count + " is not 0 to 2^55");
        return count;
    }

    /** Checks the content. */
    public static void check(boolean holds, String message) {
        if (!holds) {
            throw damaged(message);
        }
    }

    /** What is thrown for bytes that hold something impossible: where a check is made so often that its message costs time. */
    public static IllegalArgumentException damaged(String message) {
        return new IllegalArgumentException(message + REMEDY);
    }
}
