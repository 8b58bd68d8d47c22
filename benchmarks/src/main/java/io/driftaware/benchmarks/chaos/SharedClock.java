package io.driftaware.benchmarks.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time of all processes of a run: between two rounds so much passes that what was logged in the last one is not recent any
 * more, and seconds as they do.
 */
final class SharedClock implements InstantSource {
    private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");

    /** A recent window, and more than the longest round. */
    private static final Duration BETWEEN_ROUNDS = Duration.ofHours(26);

    private final Path file;
    private final InstantSource real = InstantSource.system();

    SharedClock(Path file) {
        this.file = file;
    }

    /** Begins a round. */
    void begin(int round) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, round + " " + real.millis());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Instant instant() {
        try {
            String[] now = Files.readString(file).split(" ");
            return START.plus(BETWEEN_ROUNDS.multipliedBy(Integer.parseInt(now[0])))
                    .plusMillis(real.millis() - Long.parseLong(now[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
