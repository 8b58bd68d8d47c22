package io.driftaware.logging.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of a folder with one beginning and end and a growing number between: {@code events-000000000000001f.spool}. */
record NumberedFiles(Path folder, String start, String end) {
    List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> number(file) >= 0).sorted().toList();
        } catch (UncheckedIOException e) {
            throw new IOException("the files of " + folder + " can't be listed: " + e.getMessage(), e);
        }
    }

    Path named(long number) {
        return folder.resolve("%s%016x%s".formatted(start, number, end));
    }

    /** Negative when it is none of them. */
    long number(Path file) {
        Matcher matcher = Pattern.compile(Pattern.quote(start) + "([0-9a-f]{16})" + Pattern.quote(end))
                .matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? Long.parseUnsignedLong(matcher.group(1), 16) : -1;
    }

    /** One more than the highest. */
    long next() throws IOException {
        return all().stream().mapToLong(this::number).max().orElse(0) + 1;
    }
}
