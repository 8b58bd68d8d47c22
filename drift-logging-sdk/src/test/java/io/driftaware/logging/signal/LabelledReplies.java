package io.driftaware.logging.signal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The labelled replies of drift-logging-sdk/training. */
final class LabelledReplies {
    /**
     * One reply.
     *
     * @param family the voice it is written in
     * @param label 0 for an answer, else one more than the ordinal of its kind
     */
    record Reply(String family, int label, boolean partial, String text) {}

    private LabelledReplies() {}

    /** {@return the replies of one folder, {@code train} or {@code held-out}, by family and line} */
    static List<Reply> of(String folder) {
        Path directory = root().resolve(folder);
        try (var files = Files.list(directory)) {
            List<Reply> replies = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                read(file, replies);
            }
            return replies;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path module = Path.of("training", "replies");
        return Files.isDirectory(module) ? module : Path.of("drift-logging-sdk").resolve(module);
    }

    private static void read(Path file, List<Reply> into) throws IOException {
        String family = file.getFileName().toString().replace(".tsv", "");
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split("\t", 3);
            int label = columns[0].equals("NONE")
                    ? 0
                    : 1 + RefusalDetector.Kind.valueOf(columns[0]).ordinal();
            into.add(new Reply(family, label, columns[1].equals("PARTIAL"), columns[2].replace("\\n", "\n")));
        }
    }
}
