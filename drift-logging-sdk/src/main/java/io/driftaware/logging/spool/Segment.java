package io.driftaware.logging.spool;

import java.nio.file.Path;

/** What is known of one segment. Every field but the first two is guarded by its {@link Spool}'s lock. */
final class Segment {
    final Path path;
    /** Whether an earlier process wrote it: its records may be stored already. */
    final boolean recovered;
    /** Where the last record ends that may be read. */
    long end;
    /** Whole records before that. */
    long records;
    /** Those that were read, or found to be missing. */
    long read;
    /** Those that are dealt with. */
    long settled;
    /** Whether nothing will be appended. */
    boolean sealed;
    /** Whether its file stays, since it could not be read. */
    boolean kept;

    Segment(Path path, boolean recovered) {
        this.path = path;
        this.recovered = recovered;
    }
}
