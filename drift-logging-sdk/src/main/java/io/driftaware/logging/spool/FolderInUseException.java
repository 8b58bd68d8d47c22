package io.driftaware.logging.spool;

import java.io.IOException;
import java.nio.file.Path;

/** Another logger owns the folder, or somebody works on its dead letters. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(Path folder, String use, String remedy) {
        super("the folder " + folder + " is " + use + ": " + remedy);
    }
}
