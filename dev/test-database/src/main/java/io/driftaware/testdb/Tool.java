package io.driftaware.testdb;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program that a test needs and that the machine may lack. */
public final class Tool {
    private static final Logger LOG = LoggerFactory.getLogger(Tool.class);

    private Tool() {}

    /**
     * Where a program is. Without it the test is skipped with a message, or fails when {@code DRIFT_TEST_TOOLS} is {@code
     * required} or lists the program.
     *
     * @param name of the program
     * @param source where it comes from, for the message
     */
    public static Path require(String name, String source) {
        String path = System.getenv().getOrDefault("PATH", "");
        Optional<Path> found = Stream.of(path.split(Pattern.quote(File.pathSeparator)))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isPresent()) {
            return found.get();
        }
        String missing = "needs " + name + " on the PATH, from " + source;
        String required = System.getenv().getOrDefault("DRIFT_TEST_TOOLS", "");
        if (List.of("required", name).stream().anyMatch(List.of(required.split(","))::contains)) {
            throw new IllegalStateException("DRIFT_TEST_TOOLS=" + required + ": " + missing);
        }
        LOG.warn("SKIPPED: {}", missing);
        throw new TestAbortedException(missing);
    }
}
