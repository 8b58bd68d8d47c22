package io.driftaware.core.sequential;

import java.nio.ByteBuffer;

/** What every stored state of this package has in common: a version byte, then big-endian numbers. */
final class StoredState {
    private StoredState() {}

    /** The bytes behind the version. */
    static ByteBuffer open(byte[] stored, String what, byte version, int length) {
        if (stored.length != length || stored[0] != version) {
            throw new IllegalArgumentException("these " + stored.length + " bytes are no " + what + " of version "
                    + version + ", which has " + length);
        }
        return ByteBuffer.wrap(stored, 1, stored.length - 1).slice();
    }
}
