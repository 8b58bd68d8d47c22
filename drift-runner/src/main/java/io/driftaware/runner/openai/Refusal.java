package io.driftaware.runner.openai;

import io.driftaware.runner.openai.OpenAiException.Kind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be done about an answer that is none of success. */
final class Refusal {
    private static final long LONGEST_WAIT_SECONDS = 3_600;

    private Refusal() {}

    static OpenAiException of(HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        String code = code(answer.body());
        String message = "the server answered " + status + (code.isEmpty() ? "" : " " + code);
        if (code.equals("insufficient_quota")) {
            return new OpenAiException(Kind.SETTINGS, status, message, Duration.ZERO);
        }
        if (status == 408 || status == 409 || status == 425 || status == 429 || status >= 500) {
            return later(status, message, retryAfter(answer));
        }
        Kind kind = status == 400 || status == 413 || status == 422 ? Kind.REFUSED : Kind.SETTINGS;
        return new OpenAiException(kind, status, message, Duration.ZERO);
    }

    private static Duration retryAfter(HttpResponse<?> answer) {
        String seconds = answer.headers().firstValue("Retry-After").orElse("").strip();
        return seconds.matches("[0-9]{1,9}")
                ? Duration.ofSeconds(Math.min(Long.parseLong(seconds), LONGEST_WAIT_SECONDS))
                : Duration.ZERO;
    }

    /** The same request may work later. */
    static OpenAiException later(int status, String message, Duration after) {
        return new OpenAiException(Kind.TRY_LATER, status, message, after);
    }

    /** The error's code, or its type; never its message, which may repeat the key. */
    private static String code(byte[] body) {
        try {
            Map<String, @Nullable Object> error = Json.fields(
                    Json.read(new String(body, StandardCharsets.UTF_8)).get("error"));
            Object code = error.get("code") == null ? error.get("type") : error.get("code");
            return code == null ? "" : Answers.word(code.toString());
        } catch (IOException e) {
            return "";
        }
    }
}
