package io.driftaware.logging;

import java.nio.file.Path;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/** Brings what it finds in a folder to the database, and ends with 0 when all of it is there. */
final class RecoveringApplication {
    private RecoveringApplication() {}

    /** Arguments: JDBC URL, folder, how many events are to be found. */
    public static void main(String[] args) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(args[0]);
        try (DriftLogger logger = DriftLogger.builder(source)
                .queueBytes(1 << 20)
                .spoolDirectory(Path.of(args[1]))
                .build()) {
            FlushResult result = logger.flush(Duration.ofMinutes(2));
            if (!result.complete() || result.written() != Long.parseLong(args[2])) {
                throw new IllegalStateException(result + " " + logger.stats());
            }
        }
    }
}
