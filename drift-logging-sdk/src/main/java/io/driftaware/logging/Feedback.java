package io.driftaware.logging;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What somebody thought of an answer. It may come at any time, before its interaction is stored too, and more than once: the
 * latest per interaction and source counts. The values are checked by {@link DriftLogger#feedback(Feedback)}, not here.
 *
 * @param interactionId what {@link DriftLogger#log(Interaction)} returned
 * @param score from 0, worst, to 1, best; stored with two decimals
 * @param source who says so, such as {@code user} (the default) or {@code judge}
 * @param comment in their words
 * @param timestamp when it was given; null means when it is logged
 * @param metadataJson a JSON value, usually an object; null means {@code {}}
 */
public record Feedback(
        UUID interactionId,
        double score,
        String source,
        @Nullable String comment,
        @Nullable Instant timestamp,
        @Nullable String metadataJson) {

    /** The source of feedback that names none. */
    public static final String USER = "user";

    /**
     * A score of the user.
     *
     * @param interactionId what {@link DriftLogger#log(Interaction)} returned
     * @param score from 0 to 1
     * @return the feedback
     */
    public static Feedback of(UUID interactionId, double score) {
        return new Feedback(interactionId, score, USER, null, null, null);
    }

    /**
     * The user's thumbs up: 1.
     *
     * @param interactionId what {@link DriftLogger#log(Interaction)} returned
     * @return the feedback
     */
    public static Feedback thumbsUp(UUID interactionId) {
        return of(interactionId, 1);
    }

    /**
     * The user's thumbs down: 0.
     *
     * @param interactionId what {@link DriftLogger#log(Interaction)} returned
     * @return the feedback
     */
    public static Feedback thumbsDown(UUID interactionId) {
        return of(interactionId, 0);
    }

    /**
     * The user's value on a scale of their own, such as 1 to 5 stars, or school marks from 6, worst, to 1, best. The metadata say
     * which scale it was. A value outside of it is refused, like a score outside 0 to 1.
     *
     * @param interactionId what {@link DriftLogger#log(Interaction)} returned
     * @param value from {@code worst} to {@code best}
     * @param worst what becomes 0
     * @param best what becomes 1; another value than {@code worst}
     * @return the feedback
     */
    public static Feedback onScale(UUID interactionId, double value, double worst, double best) {
        double score = (value - worst) / (best - worst);
        Feedback feedback = of(interactionId, score);
        return Double.isFinite(score)
                ? feedback.withMetadataJson(
                        "{\"scale\": {\"value\": " + value + ", \"worst\": " + worst + ", \"best\": " + best + "}}")
                : feedback;
    }

    /**
     * {@return a copy from another source}
     *
     * @param source such as {@code judge}
     */
    public Feedback withSource(String source) {
        return new Feedback(interactionId, score, source, comment, timestamp, metadataJson);
    }

    /**
     * {@return a copy with words}
     *
     * @param comment in the source's words
     */
    public Feedback withComment(String comment) {
        return new Feedback(interactionId, score, source, comment, timestamp, metadataJson);
    }

    /**
     * {@return a copy that was given at another time than it is logged}
     *
     * @param timestamp when it was given
     */
    public Feedback withTimestamp(Instant timestamp) {
        return new Feedback(interactionId, score, source, comment, timestamp, metadataJson);
    }

    /**
     * {@return a copy with metadata}
     *
     * @param metadataJson a JSON value
     */
    public Feedback withMetadataJson(String metadataJson) {
        return new Feedback(interactionId, score, source, comment, timestamp, metadataJson);
    }
}
