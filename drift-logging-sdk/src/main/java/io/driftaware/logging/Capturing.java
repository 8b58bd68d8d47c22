package io.driftaware.logging;

import io.driftaware.logging.privacy.ContentCapture;
import io.driftaware.logging.privacy.JsonTexts;
import io.driftaware.logging.privacy.Redactor;
import io.driftaware.logging.privacy.UserIds;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Leaves of each event what may leave the heap: texts, comments and metadata by the content capture and the sample, user ids as
 * pseudonyms where there is a key. Whatever fails, nothing passes raw: the event goes on without its content.
 */
final class Capturing implements Preparation {
    private final Capture capture;
    private final Consumer<String> withheld;

    /** The redactor at work, for the report of its failure. */
    private @Nullable Redactor current;

    /**
     * @param withheld told in one line of every event that lost its content, and why
     */
    Capturing(Capture capture, Consumer<String> withheld) {
        this.capture = capture;
        this.withheld = withheld;
    }

    @Override
    public void prepare(Slot slot) {
        Object payload = slot.payload;
        current = null;
        try {
            slot.payload = captured(payload, slot, capture.content());
        } catch (Throwable e) {
            // A regular expression's StackOverflowError, for one. The message may quote the text, so it is never shown.
            Redactor failed = current;
            String who = failed == null ? "taking texts out" : failed.getClass().getName();
            slot.payload = captured(payload, slot, ContentCapture.NONE);
            withheld.accept(who + " failed with " + e.getClass().getName() + ": see what it does with unusual texts");
        }
    }

    private @Nullable Object captured(@Nullable Object payload, Slot slot, ContentCapture content) {
        if (payload instanceof Interaction interaction) {
            boolean texts = capture.sampling().takesTexts(interaction, slot.interactionId);
            return captured(interaction, texts ? content : ContentCapture.NONE);
        }
        if (content == ContentCapture.FULL) {
            return payload;
        }
        if (payload instanceof EmbeddingRecord.Details details) {
            return details.metadataJson() == null
                    ? details
                    : details.withMetadata(json(details.metadataJson(), content));
        }
        if (payload instanceof Feedback f && (f.comment() != null || f.metadataJson() != null)) {
            return new Feedback(
                    f.interactionId(),
                    f.score(),
                    f.source(),
                    text(f.comment(), content),
                    f.timestamp(),
                    json(f.metadataJson(), content));
        }
        return payload;
    }

    private Interaction captured(Interaction interaction, ContentCapture content) {
        return interaction.toBuilder()
                .userId(pseudonym(interaction.userId))
                .query(text(interaction.query, content))
                .response(text(interaction.response, content))
                .metadataJson(json(interaction.metadataJson, content))
                .captured(content)
                .build();
    }

    /** Null, too, where it can't be made, as of an id for which there is no memory: a raw one must not get through. */
    private @Nullable String pseudonym(@Nullable String userId) {
        UserIds userIds = capture.userIds();
        if (userId == null || userIds == null) {
            return userId;
        }
        try {
            return userIds.pseudonym(userId);
        } catch (RuntimeException | Error e) {
            withheld.accept(
                    "the pseudonym of a user id failed with " + e.getClass().getName());
            return null;
        }
    }

    private @Nullable String text(@Nullable String text, ContentCapture content) {
        return text == null || content == ContentCapture.NONE
                ? null
                : content == ContentCapture.FULL ? text : redacted(text);
    }

    private @Nullable String json(@Nullable String json, ContentCapture content) {
        return json == null || content == ContentCapture.NONE
                ? null
                : content == ContentCapture.FULL ? json : JsonTexts.redact(json, this::redacted);
    }

    private String redacted(String text) {
        String redacted = text;
        for (Redactor redactor : capture.redactors()) {
            current = redactor;
            redacted = redactor.redact(redacted);
            if (redacted == null) {
                throw new NullPointerException("null is no text");
            }
        }
        current = null;
        return redacted;
    }
}
