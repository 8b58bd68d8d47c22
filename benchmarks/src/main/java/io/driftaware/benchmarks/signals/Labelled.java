package io.driftaware.benchmarks.signals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with what a person says of it.
 *
 * @param family the voice that it is written in; the half, of comments
 * @param kind what it is, {@code NONE} for a text without the signal
 * @param partial whether only a part is declined
 */
record Labelled(String family, String kind, boolean partial, String text) {
    static final String NONE = "NONE";

    boolean isPositive() {
        return !kind.equals(NONE);
    }

    /** The replies of a folder of drift-logging-sdk/training/replies. */
    static List<Labelled> replies(Path folder) throws IOException {
        List<Labelled> replies = new ArrayList<>();
        List<Path> files;
        try (var entries = Files.list(folder)) {
            files = entries.sorted().toList();
        }
        for (Path file : files) {
            String family = file.getFileName().toString().replace(".tsv", "");
            for (String line : withoutHeader(file)) {
                String[] columns = line.split("\t", 3);
                replies.add(new Labelled(
                        family, columns[0], columns[1].equals("PARTIAL"), columns[2].replace("\\n", "\n")));
            }
        }
        return replies;
    }

    /**
     * The comments of a file with the columns label and text. Half of them, those whose SHA-256 begins with an odd byte, are
     * {@code held-out}; on the others, {@code tuning}, words and weights were chosen.
     */
    static List<Labelled> comments(Path file) throws IOException {
        List<Labelled> comments = new ArrayList<>();
        for (String line : withoutHeader(file)) {
            String[] columns = line.split("\t", 2);
            boolean heldOut = sha256(columns[1])[0] % 2 != 0;
            comments.add(new Labelled(
                    heldOut ? "held-out" : "tuning", columns[0].equals("Toxic") ? "TOXIC" : NONE, false, columns[1]));
        }
        return comments;
    }

    private static List<String> withoutHeader(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
