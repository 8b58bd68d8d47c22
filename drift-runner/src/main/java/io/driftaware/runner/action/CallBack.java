package io.driftaware.runner.action;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * What a receiver tells the monitor of a request that takes long: a JSON object with {@code idempotency_key}, {@code state} and,
 * if it likes, {@code text}.
 *
 * @param idempotencyKey of the request
 * @param state {@code running}, {@code succeeded} or {@code failed}
 * @param text one short line, without what looks like a credential; may be empty
 */
public record CallBack(UUID idempotencyKey, String state, String text) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final SafeText SAFE = new SafeText(List.of());
    private static final Set<String> STATES = Set.of("running", "succeeded", "failed");

    /** Refuses another state. */
    public CallBack {
        if (!STATES.contains(state)) {
            throw new IllegalArgumentException("state is none of running, succeeded, failed");
        }
        text = SAFE.lastLine(text);
    }

    /**
     * Reads one; fields that it does not know are passed over.
     *
     * @throws IllegalArgumentException if it is none; the message says what is wrong
     */
    public static CallBack read(byte[] body) {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("the body is no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = Objects.requireNonNull(parser.currentName());
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    fields.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IllegalArgumentException("the body is no whole JSON object");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("the body is no whole JSON object");
        }
        try {
            return new CallBack(
                    UUID.fromString(fields.getOrDefault("idempotency_key", "")),
                    fields.getOrDefault("state", ""),
                    fields.getOrDefault("text", ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    fields.containsKey("state") && STATES.contains(fields.get("state"))
                            ? "idempotency_key is no UUID"
                            : "state is none of running, succeeded, failed");
        }
    }
}
