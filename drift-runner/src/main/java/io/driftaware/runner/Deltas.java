package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;

/** What one step of evidence was fed, as JSON for {@code drift_evidence.deltas}; replay uses it. */
final class Deltas {
    private static final JsonFactory JSON = new JsonFactory();

    private Deltas() {}

    /** {@code {"counts": {"weekday_morning": [events, rows]}, "log_e": [..]}}. */
    static String counts(StratumCounts counts, double[] logE) {
        return object(logE, json -> {
            json.writeObjectFieldStart("counts");
            for (Stratum stratum : Stratum.values()) {
                if (counts.rows(stratum) > 0) {
                    json.writeArrayFieldStart(stratum.name().toLowerCase(Locale.ROOT));
                    json.writeNumber(counts.events(stratum));
                    json.writeNumber(counts.rows(stratum));
                    json.writeEndArray();
                }
            }
            json.writeEndObject();
        });
    }

    /** {@code {"scores": {"0.85": 3}, "log_e": [..]}}. */
    static String scores(long[] hundredths, double[] logE) {
        return object(logE, json -> {
            json.writeObjectFieldStart("scores");
            for (int i = 0; i < hundredths.length; i++) {
                if (hundredths[i] > 0) {
                    json.writeNumberField(String.format(Locale.ROOT, "%.2f", i / 100.0), hundredths[i]);
                }
            }
            json.writeEndObject();
        });
    }

    /** {@code {"rows": 412, "p": 0.03, "log_e": [..]}}. */
    static String window(long rows, double p, double[] logE) {
        return object(logE, json -> {
            json.writeNumberField("rows", rows);
            json.writeNumberField("p", p);
        });
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static String object(double[] logE, Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeArrayFieldStart("log_e");
            for (double log : logE) {
                json.writeNumber(log);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
