package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.core.detect.Finding.Insufficient;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads back what {@link CheckReportWriter} wrote, for a monitor that does not lead. */
final class CheckReportReader {
    private static final JsonFactory JSON = new JsonFactory();

    private CheckReportReader() {}

    /** The report; unknown fields are passed over. */
    static CheckReport read(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            return report(new Node(tree(parser)));
        } catch (IOException | ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new DriftMonitorException(
                    "the last report in drift_monitor_state cannot be read: another version wrote it, run a check with"
                            + " that version stopped",
                    e);
        }
    }

    private static CheckReport report(Node node) {
        Node classic = node.node("classic");
        return new CheckReport(
                node.instant("at"),
                Verdict.valueOf(node.text("verdict")),
                new ClassicMetrics(
                        classic.number("embedding_drift_score"),
                        classic.number("embedding_variance_score"),
                        classic.number("refusal_rate"),
                        classic.number("toxicity_rate"),
                        classic.number("recent_accuracy"),
                        classic.number("baseline_accuracy")),
                node.nodes("streams").stream().map(CheckReportReader::stream).toList(),
                node.nodes("episodes").stream().map(CheckReportReader::episode).toList(),
                Duration.ofNanos(Math.round(node.real("took_seconds") * 1e9)));
    }

    private static StreamReport stream(Node node) {
        return new StreamReport(
                node.text("stream"),
                Verdict.valueOf(node.text("verdict")),
                node.node("samples").whole("recent"),
                node.node("samples").whole("baseline"),
                node.whole("rejected_rows"),
                node.nodes("findings").stream().map(CheckReportReader::finding).toList(),
                node.text("reason"),
                node.get("last_row") == null ? null : node.instant("last_row"),
                (String) node.get("embedding_model"));
    }

    private static Finding finding(Node node) {
        Node samples = node.node("samples");
        if (node.text("kind").equals("insufficient")) {
            return new Insufficient(
                    node.text("detector"),
                    node.text("reason"),
                    samples.whole("recent"),
                    samples.whole("baseline"),
                    node.whole("needed"));
        }
        Node details = node.node("details");
        SortedMap<String, Double> numbers = new TreeMap<>();
        for (String name : details.fields().keySet()) {
            numbers.put(name, details.real(name));
        }
        return new Compared(
                node.text("detector"),
                node.real("value"),
                node.real("threshold"),
                Boolean.TRUE.equals(node.get("exceeded")),
                samples.whole("recent"),
                samples.whole("baseline"),
                numbers);
    }

    private static EpisodeReport episode(Node node) {
        return new EpisodeReport(
                node.whole("id"),
                node.text("stream"),
                node.instant("opened_at"),
                node.real("opened_value"),
                node.real("last_value"),
                node.real("threshold"),
                node.get("closed_at") == null ? null : node.instant("closed_at"));
    }

    private static @Nullable Object tree(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                fields.put(name, tree(parser));
            }
            return fields;
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(tree(parser));
            }
            return items;
        }
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            default -> parser.getText();
        };
    }

    /** One JSON object. A field that is missing or of another kind is an error of the whole report. */
    private record Node(Map<String, @Nullable Object> fields) {
        @SuppressWarnings("unchecked")
        Node(@Nullable Object value) {
            this((Map<String, @Nullable Object>) java.util.Objects.requireNonNull(value));
        }

        @Nullable
        Object get(String name) {
            return fields.get(name);
        }

        Node node(String name) {
            return new Node(get(name));
        }

        List<Node> nodes(String name) {
            return ((List<?>) required(name)).stream().<Node>map(Node::new).toList();
        }

        String text(String name) {
            return (String) required(name);
        }

        Instant instant(String name) {
            return Instant.parse(text(name));
        }

        @Nullable
        Double number(String name) {
            BigDecimal value = (BigDecimal) get(name);
            return value == null ? null : value.doubleValue();
        }

        double real(String name) {
            Double value = number(name);
            return value == null ? Double.NaN : value;
        }

        long whole(String name) {
            return ((BigDecimal) required(name)).longValueExact();
        }

        private Object required(String name) {
            Object value = get(name);
            if (value == null) {
                throw new IllegalArgumentException("the report has no " + name);
            }
            return value;
        }
    }
}
