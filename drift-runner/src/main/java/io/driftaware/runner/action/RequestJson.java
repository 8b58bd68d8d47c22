package io.driftaware.runner.action;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** A request as one line of JSON, for receivers that have no headers: key, attempt, kind, reason, and the payload. */
final class RequestJson {
    private static final JsonFactory JSON = new JsonFactory();

    private RequestJson() {}

    /** With the payload as {@code request}. */
    static String of(ActionRequest request) {
        return write(request, true);
    }

    /** Without the payload, and with {@code "request": null}: its row in {@code drift_actions} has it. */
    static String withoutPayload(ActionRequest request) {
        return write(request, false);
    }

    private static String write(ActionRequest request, boolean whole) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("idempotency_key", request.idempotencyKey().toString());
            json.writeNumberField("attempt", request.attempt());
            json.writeStringField("kind", request.kind());
            json.writeStringField("reason", request.reason());
            json.writeFieldName("request");
            if (whole) {
                json.writeRawValue(request.payload());
            } else {
                json.writeNull();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
