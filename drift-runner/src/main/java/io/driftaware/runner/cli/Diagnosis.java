package io.driftaware.runner.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/**
 * One thing that doctor looked at.
 *
 * @param level WRONG is what makes doctor fail
 * @param subject what was looked at, in a word or two
 * @param text what was seen, and the remedy where one is needed; one line
 */
record Diagnosis(Level level, String subject, String text) {
    enum Level {
        OK,
        NOTE,
        WRONG
    }

    static Diagnosis ok(String subject, String text) {
        return new Diagnosis(Level.OK, subject, text);
    }

    static Diagnosis note(String subject, String text) {
        return new Diagnosis(Level.NOTE, subject, text);
    }

    static Diagnosis wrong(String subject, String text) {
        return new Diagnosis(Level.WRONG, subject, text);
    }

    String toText() {
        return String.format(Locale.ROOT, "%-5s  %-24s  %s", level, subject, text);
    }

    static String toJson(List<Diagnosis> all) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("healthy", all.stream().noneMatch(one -> one.level() == Level.WRONG));
            json.writeArrayFieldStart("checks");
            for (Diagnosis one : all) {
                json.writeStartObject();
                json.writeStringField("level", one.level().name());
                json.writeStringField("subject", one.subject());
                json.writeStringField("text", one.text());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
