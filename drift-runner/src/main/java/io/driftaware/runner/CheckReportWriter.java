package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.core.detect.Finding.Insufficient;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.EvidenceReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a report as JSON; {@link CheckReportReader} reads it back. */
final class CheckReportWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final double NANOS_PER_SECOND = 1e9;

    private CheckReportWriter() {}

    /** @param fromLeader whether another monitor made it; null where nobody asked */
    static String write(CheckReport report, @Nullable Boolean fromLeader) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("at", report.at().toString());
            json.writeStringField("verdict", report.verdict().name());
            classic(json, report.classic());
            json.writeArrayFieldStart("streams");
            for (StreamReport stream : report.streams()) {
                stream(json, stream);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("episodes");
            for (EpisodeReport episode : report.episodes()) {
                episode(json, episode);
            }
            json.writeEndArray();
            number(json, "took_seconds", report.took().toNanos() / NANOS_PER_SECOND);
            if (fromLeader != null) {
                json.writeBooleanField("from_leader", fromLeader);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void classic(JsonGenerator json, ClassicMetrics classic) throws IOException {
        json.writeObjectFieldStart("classic");
        number(json, "embedding_drift_score", classic.embeddingDriftScore());
        number(json, "embedding_variance_score", classic.embeddingVarianceScore());
        number(json, "refusal_rate", classic.refusalRate());
        number(json, "toxicity_rate", classic.toxicityRate());
        number(json, "recent_accuracy", classic.recentAccuracy());
        number(json, "baseline_accuracy", classic.baselineAccuracy());
        json.writeEndObject();
    }

    private static void stream(JsonGenerator json, StreamReport stream) throws IOException {
        json.writeStartObject();
        json.writeStringField("stream", stream.stream());
        json.writeStringField("verdict", stream.verdict().name());
        samples(json, stream.recentSamples(), stream.baselineSamples());
        text(json, "recent_from", stream.recentFrom());
        json.writeNumberField("rejected_rows", stream.rejectedRows());
        json.writeStringField("reason", stream.reason());
        text(json, "last_row", stream.lastRow());
        text(json, "embedding_model", stream.embeddingModel());
        json.writeArrayFieldStart("findings");
        for (Finding finding : stream.findings()) {
            finding(json, finding);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("evidence");
        for (EvidenceReport evidence : stream.evidence()) {
            json.writeStartObject();
            json.writeStringField("hypothesis", evidence.hypothesis());
            number(json, "ratio", evidence.ratio());
            number(json, "log_alarm", evidence.logAlarm());
            json.writeEndObject();
        }
        json.writeEndArray();
        BaselineReport baseline = stream.baseline();
        if (baseline != null) {
            json.writeObjectFieldStart("baseline");
            json.writeNumberField("id", baseline.id());
            text(json, "from", baseline.from());
            text(json, "to", baseline.to());
            json.writeNumberField("rows", baseline.rows());
            json.writeEndObject();
        }
        Explanation explanation = stream.explanation();
        if (explanation != null) {
            json.writeFieldName("explanation");
            ExplanationJson.write(json, explanation);
        }
        json.writeEndObject();
    }

    private static void finding(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("detector", finding.detector());
        if (finding instanceof Compared compared) {
            json.writeStringField("kind", "compared");
            number(json, "value", compared.value());
            number(json, "threshold", compared.threshold());
            json.writeBooleanField("exceeded", compared.exceeded());
            samples(json, compared.recentSamples(), compared.baselineSamples());
            json.writeObjectFieldStart("details");
            for (Map.Entry<String, Double> detail : compared.details().entrySet()) {
                number(json, detail.getKey(), detail.getValue());
            }
            json.writeEndObject();
        } else if (finding instanceof Insufficient insufficient) {
            json.writeStringField("kind", "insufficient");
            json.writeStringField("reason", insufficient.reason());
            samples(json, insufficient.recentSamples(), insufficient.baselineSamples());
            json.writeNumberField("needed", insufficient.needed());
        }
        json.writeEndObject();
    }

    private static void episode(JsonGenerator json, EpisodeReport episode) throws IOException {
        json.writeStartObject();
        json.writeNumberField("id", episode.id());
        json.writeStringField("stream", episode.stream());
        json.writeBooleanField("open", episode.open());
        text(json, "opened_at", episode.openedAt());
        number(json, "opened_value", episode.openedValue());
        number(json, "last_value", episode.lastValue());
        number(json, "threshold", episode.threshold());
        text(json, "closed_at", episode.closedAt());
        json.writeEndObject();
    }

    private static void samples(JsonGenerator json, long recent, long baseline) throws IOException {
        json.writeObjectFieldStart("samples");
        json.writeNumberField("recent", recent);
        json.writeNumberField("baseline", baseline);
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        json.writeStringField(name, value == null ? null : value.toString());
    }

    /** JSON has no NaN: what is not finite is null. */
    private static void number(JsonGenerator json, String name, @Nullable Double value) throws IOException {
        if (value == null || !Double.isFinite(value)) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }
}
