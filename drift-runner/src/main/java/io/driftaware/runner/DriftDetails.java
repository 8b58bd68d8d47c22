package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.EpisodeKeeper.Opening;
import io.driftaware.runner.store.WatchedStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The JSON of events and actions, with the original's kinds, reasons and keys. */
final class DriftDetails {
    private static final JsonFactory JSON = new JsonFactory();

    private DriftDetails() {}

    /**
     * {@code drift_score}, {@code variance_change}, {@code threshold}; and {@code stream} for what the original lacks. Of
     * coverage {@code uncovered_rate}, {@code baseline_rate}, {@code threshold}.
     */
    static String embeddingEvent(Opening opening) {
        return object(json -> {
            embeddingFields(json, opening);
            if (opening.outcome().stream() != WatchedStream.QUERY_EMBEDDINGS) {
                json.writeStringField("stream", opening.outcome().stream().label());
            }
            explanation(json, opening.outcome());
        });
    }

    /** The same numbers of several streams, by stream. */
    static String embeddings(List<Opening> openings) {
        return object(json -> {
            for (Opening opening : openings) {
                json.writeObjectFieldStart(opening.outcome().stream().label());
                embeddingFields(json, opening);
                json.writeEndObject();
            }
        });
    }

    /** What was found, and of what: kept with the episode. */
    static String episode(StreamOutcome outcome) {
        return object(json -> {
            json.writeStringField("reason", outcome.reason());
            if (outcome.stream().kind() == WatchedStream.Kind.EMBEDDINGS) {
                json.writeStringField("measure", byShare(outcome) ? "drifted_share" : "distance");
            }
            explanation(json, outcome);
        });
    }

    /** Whether the value of the episode is the share that drifted, and not the distance of the means. */
    private static boolean byShare(StreamOutcome outcome) {
        return outcome.calibrated() != null
                && outcome.calibrated().claim() != null
                && outcome.finding() instanceof Finding.Compared share
                && share.value() == outcome.calibrated().claim().value()
                && share.threshold() == outcome.calibrated().claim().threshold();
    }

    private static void explanation(JsonGenerator json, StreamOutcome outcome) throws IOException {
        if (outcome.calibrated() != null && outcome.calibrated().explanation() != null) {
            json.writeFieldName("explanation");
            ExplanationJson.write(json, outcome.calibrated().explanation());
        }
    }

    /** {@code reasons} and {@code details}. */
    static String retrainEvent(List<Opening> openings, ClassicMetrics classic) {
        return object(json -> {
            json.writeArrayFieldStart("reasons");
            for (Opening opening : openings) {
                json.writeString(reason(opening));
            }
            json.writeEndArray();
            json.writeFieldName("details");
            json.writeRawValue(behaviour(openings, classic));
        });
    }

    /** The original's names in its order, joined with an ampersand. */
    static String reason(List<Opening> openings) {
        return openings.stream().map(DriftDetails::reason).distinct().collect(Collectors.joining(" & "));
    }

    /** The rates and means of the streams that drift. */
    static String behaviour(List<Opening> openings, ClassicMetrics classic) {
        return object(json -> {
            for (Opening opening : openings) {
                switch (opening.outcome().stream()) {
                    case REFUSALS -> number(json, "refusal_rate", classic.refusalRate());
                    case TOXICITY -> number(json, "toxicity_rate", classic.toxicityRate());
                    default -> {
                        number(json, "recent_accuracy", classic.recentAccuracy());
                        number(json, "baseline_accuracy", classic.baselineAccuracy());
                        number(json, "drop_amount", opening.episode().openedValue());
                    }
                }
            }
        });
    }

    /** What an action is given. */
    static String payload(String kind, String reason, Instant at, List<Opening> openings, String details) {
        return object(json -> {
            json.writeStringField("kind", kind);
            json.writeStringField("reason", reason);
            json.writeStringField("at", at.toString());
            json.writeArrayFieldStart("streams");
            for (Opening opening : openings) {
                json.writeString(opening.outcome().stream().label());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("episodes");
            for (Opening opening : openings) {
                json.writeNumber(opening.episode().id());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("causes");
            for (Opening opening : openings) {
                Calibrated calibrated = opening.outcome().calibrated();
                if (calibrated != null && calibrated.cause() != null) {
                    json.writeString(calibrated.cause().words());
                }
            }
            json.writeEndArray();
            json.writeFieldName("details");
            json.writeRawValue(details);
        });
    }

    private static String reason(Opening opening) {
        return switch (opening.outcome().stream()) {
            case REFUSALS -> "high_refusal_rate";
            case TOXICITY -> "high_toxicity_rate";
            case FEEDBACK -> "accuracy_drop";
            case COVERAGE -> "coverage_drop";
            default -> "embedding_drift";
        };
    }

    /** The score is the raw cosine distance, as in the original; the decision rests on the debiased one. */
    private static void embeddingFields(JsonGenerator json, Opening opening) throws IOException {
        if (opening.outcome().finding() instanceof Finding.Compared compared) {
            if (opening.outcome().stream() == WatchedStream.COVERAGE) {
                number(json, "uncovered_rate", compared.details().get("uncovered_rate"));
                number(json, "baseline_rate", compared.details().get("baseline_rate"));
                number(json, "threshold", opening.episode().threshold());
                return;
            }
            number(json, "drift_score", compared.details().get(CentroidShift.COSINE_DISTANCE));
            number(json, "variance_change", compared.details().get(CentroidShift.VARIANCE_CHANGE));
        }
        number(json, "threshold", opening.episode().threshold());
    }

    private static void number(JsonGenerator json, String name, @Nullable Double value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
