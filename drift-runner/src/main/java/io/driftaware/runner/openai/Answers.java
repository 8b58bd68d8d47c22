package io.driftaware.runner.openai;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads answers in JSON. What of them may get into a message is a short word, never a text. */
final class Answers {
    private Answers() {}

    /** The answer as an object; what is none counts as cut. */
    static Map<String, @Nullable Object> object(byte[] body, String what) throws OpenAiException {
        try {
            return Json.read(new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw cut(what);
        }
    }

    /** A field that an answer must have: an id, or a word. */
    static String text(Map<String, @Nullable Object> fields, String name, String what) throws OpenAiException {
        if (fields.get(name) instanceof String text && text.matches("[A-Za-z0-9_.:\\-]{1,200}")) {
            return text;
        }
        throw cut(what);
    }

    /** A word that may be shown; empty if it could be a text or a key. */
    static String word(String text) {
        return text.matches("[A-Za-z0-9_.]{1,60}") && !text.startsWith("sk") ? text : "";
    }

    static OpenAiException cut(String what) {
        return Refusal.later(0, "the answer of " + what + " is cut, or is no such answer", Duration.ZERO);
    }
}
