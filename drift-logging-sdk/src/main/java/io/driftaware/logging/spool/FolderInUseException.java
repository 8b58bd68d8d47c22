package io.driftaware.logging.spool;

import java.io.IOException;
import java.nio.file.Path;

/** Another logger owns the folder. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(Path folder, String owner) {
        super("the folder " + folder + " is in use by a logger of " + owner + ": give each logger a folder of its own");
    }
}
