package io.driftaware.examples.load;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import io.driftaware.logging.Interaction;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8 text, fields divided by tabs; trailing fields may be left out, an empty field means unknown.
 *
 * <pre>
 * query|doc|response  V1,V2,..  [TIMESTAMP]
 * interaction         QUERY  [RESPONSE]  [REFUSAL true|false]  [TOXIC true|false]  [FEEDBACK 0..1]  [TIMESTAMP]
 * </pre>
 *
 * A timestamp is as in {@code 2026-01-31T12:00:00Z}. An empty line, or one that starts with {@code #}, is skipped; a line
 * that cannot be read is named on standard error and counted, and the rest goes on.
 */
final class Lines implements Rows {
    private final BufferedReader in;
    private final PrintStream err;
    private long number;
    private long unreadable;

    Lines(InputStream in, PrintStream err) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
        this.err = err;
    }

    @Override
    public boolean logNext(DriftLogger logger) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                log(logger, line.split("\t", -1));
                return true;
            } catch (IllegalArgumentException | DateTimeParseException e) {
                unreadable++;
                err.println("load: line " + number + ": " + e.getMessage());
            }
        }
        return false;
    }

    private static void log(DriftLogger logger, String[] fields) {
        if (fields[0].equals("interaction")) {
            logger.log(interaction(fields));
            return;
        }
        EmbeddingRecord embedding = RawVectors.embedding(fields[0], vector(field(fields, 1)));
        String time = field(fields, 2);
        logger.log(time == null ? embedding : embedding.withTimestamp(Instant.parse(time)));
    }

    private static Interaction interaction(String[] fields) {
        Interaction.Builder interaction = Interaction.builder()
                .query(field(fields, 1))
                .response(field(fields, 2))
                .refusal(flag(field(fields, 3)))
                .toxic(flag(field(fields, 4)));
        String feedback = field(fields, 5);
        if (feedback != null) {
            interaction.feedback(Double.parseDouble(feedback));
        }
        String time = field(fields, 6);
        return (time == null ? interaction : interaction.timestamp(Instant.parse(time))).build();
    }

    private static @Nullable String field(String[] fields, int index) {
        return index < fields.length && !fields[index].isEmpty() ? fields[index] : null;
    }

    private static @Nullable Boolean flag(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("flag '" + text + "' is none of true, false and nothing");
        };
    }

    private static float[] vector(@Nullable String text) {
        if (text == null) {
            return new float[0];
        }
        String[] values = text.split(",", -1);
        float[] vector = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            vector[i] = Float.parseFloat(values[i]);
        }
        return vector;
    }

    @Override
    public long unreadable() {
        return unreadable;
    }
}
