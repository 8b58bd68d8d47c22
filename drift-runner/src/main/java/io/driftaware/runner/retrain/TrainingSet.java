package io.driftaware.runner.retrain;

import io.driftaware.runner.openai.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Examples out of the logged interactions, in OpenAI's chat format, with the texts as they were stored.
 *
 * <p>A model learns what it is shown, so only answers that people rated well are examples: a mean score of at least
 * {@link #GOOD}, not refused, not toxic. Answers that were refused, toxic or rated at most {@link #BAD} go to a file of
 * their own, for a person to write the right answer to: there the answer is empty, and the bad one stands beside it.
 *
 * <p>Examples that are the same but for case and white space count once, the latest one; a question that has good and
 * bad answers stands in both. A tenth is held out for validation, chosen by the hash of the question, so that the same
 * question is always on the same side.
 *
 * @param training lines of JSON
 * @param validation lines of JSON, other questions
 * @param toComplete lines of JSON for a person
 * @param skippedFull rows left out since their text was captured FULL
 * @param duplicates rows left out since another said the same
 */
public record TrainingSet(
        List<String> training, List<String> validation, List<String> toComplete, long skippedFull, long duplicates) {
    /** Least mean score of an example. */
    public static final double GOOD = 0.75;

    /** Highest mean score of an answer that a person should complete. */
    public static final double BAD = 0.4;

    private static final int LONGEST = 32_000;
    private static final int MOST = 50_000;

    /** Copies the lists. */
    public TrainingSet {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
        toComplete = List.copyOf(toComplete);
    }

    /**
     * Reads the interactions from {@code since} to {@code until}, the latest 50,000 that can be used.
     *
     * @param full whether texts that were captured FULL, without redaction, may be taken
     */
    public static TrainingSet read(Connection connection, Instant since, Instant until, boolean full)
            throws SQLException {
        Set<String> seen = new LinkedHashSet<>();
        List<String> training = new java.util.ArrayList<>();
        List<String> validation = new java.util.ArrayList<>();
        List<String> toComplete = new java.util.ArrayList<>();
        long skipped = 0;
        long duplicates = 0;
        try (PreparedStatement select = connection.prepareStatement(
                """
                SELECT i.id, i.user_query, i.model_response, i.refusal_flag, i.toxicity_flag, s.score,
                       upper(i.content_capture) = 'FULL'
                FROM interaction_log i
                LEFT JOIN LATERAL (SELECT avg(score) AS score FROM feedback_scores f
                                   WHERE f.interaction_row = i.id AND f.interaction_time = i.timestamp) s ON true
                WHERE i.timestamp >= ? AND i.timestamp < ? AND i.user_query ~ '\\S' AND i.model_response ~ '\\S'
                  AND length(i.user_query) <= ? AND length(i.model_response) <= ?
                  AND (s.score IS NOT NULL OR i.refusal_flag OR i.toxicity_flag)
                ORDER BY i.timestamp DESC, i.id DESC LIMIT ?
                """)) {
            select.setObject(1, since.atOffset(ZoneOffset.UTC));
            select.setObject(2, until.atOffset(ZoneOffset.UTC));
            select.setInt(3, LONGEST);
            select.setInt(4, LONGEST);
            select.setInt(5, MOST);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String query = row.getString(2);
                    String answer = row.getString(3);
                    boolean refused = row.getBoolean(4);
                    boolean toxic = row.getBoolean(5);
                    double score = row.getDouble(6);
                    boolean rated = !row.wasNull();
                    boolean good = rated && score >= GOOD && !refused && !toxic;
                    boolean bad = refused || toxic || (rated && score <= BAD);
                    if (!good && !bad) {
                        continue;
                    }
                    if (row.getBoolean(7) && !full) {
                        skipped++;
                        continue;
                    }
                    if (!seen.add(good ? "+" + plain(query) + "\0" + plain(answer) : "-" + plain(query))) {
                        duplicates++;
                        continue;
                    }
                    if (good) {
                        (heldOut(query) ? validation : training).add(example(query, answer));
                    } else {
                        String why = refused ? "refused" : toxic ? "toxic" : "rated " + score;
                        toComplete.add(toComplete(row.getLong(1), query, answer, why));
                    }
                }
            }
        }
        return new TrainingSet(training, validation, toComplete, skipped, duplicates);
    }

    private static String example(String query, String answer) {
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("messages", List.of(message("user", query), message("assistant", answer)));
        return Json.write(example);
    }

    private static String toComplete(long id, String query, String answer, String why) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("messages", List.of(message("user", query), message("assistant", "")));
        line.put("interaction", id);
        line.put("why", why);
        line.put("bad_answer", answer);
        return Json.write(line);
    }

    private static Map<String, Object> message(String role, String content) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", role);
        message.put("content", content);
        return message;
    }

    private static String plain(String text) {
        return text.strip().toLowerCase(java.util.Locale.ROOT).replaceAll("\\s+", " ");
    }

    static boolean heldOut(String query) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(plain(query).getBytes(StandardCharsets.UTF_8));
            return Integer.remainderUnsigned(java.nio.ByteBuffer.wrap(hash).getInt(), 10) == 0;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Examples of both kinds. */
    public int examples() {
        return training.size() + validation.size();
    }

    /** One line. */
    public String summary() {
        return training.size() + " examples to train, " + validation.size() + " to validate, " + toComplete.size()
                + " for a person to complete; left out: " + duplicates + " duplicates, " + skippedFull
                + " captured FULL";
    }

    /** The training file's bytes. */
    byte[] trainingFile() {
        return file(training);
    }

    byte[] validationFile() {
        return file(validation);
    }

    private static byte[] file(List<String> lines) {
        return lines.isEmpty() ? new byte[0] : (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Writes {@code training.jsonl}, {@code validation.jsonl} and {@code to-complete.jsonl}; the folder is made. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("training.jsonl"), trainingFile());
        Files.write(folder.resolve("validation.jsonl"), validationFile());
        Files.write(folder.resolve("to-complete.jsonl"), file(toComplete));
    }
}
