package io.driftaware.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one benchmark found, as it stands in benchmarks/results.
 *
 * @param name the file's name without its end
 * @param title what was measured, one line
 * @param target what is asked for, in words
 * @param met whether the target was met
 * @param environment what it ran on, one line
 * @param measures in the order of the table
 */
public record Report(
        String name, String title, String target, boolean met, String environment, List<Measure> measures) {
    private static final JsonFactory JSON = new JsonFactory();

    /** One figure. */
    public record Measure(String name, double value, String unit) {
        public Measure {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(name + " is " + value + ", not a measured value");
            }
        }

        String text() {
            String pattern = Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.3f";
            return String.format(Locale.ROOT, pattern, value) + (unit.isEmpty() ? "" : " " + unit);
        }
    }

    public Report {
        measures = List.copyOf(measures);
    }

    /** Prints the report, stores it, and renews the table. */
    public void publish() throws IOException {
        System.out.println();
        System.out.println(title);
        measures.forEach(m -> System.out.printf("  %-52s %s%n", m.name(), m.text()));
        System.out.printf("  target: %s: %s%n%n", target, met ? "met" : "NOT met");
        Path file = ReportTable.results().resolve(name + ".json");
        Files.createDirectories(ReportTable.results());
        Files.writeString(file, toJson() + "\n");
        System.out.println(toJson());
        ReportTable.write();
    }

    String toJson() throws IOException {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeStringField("title", title);
            json.writeStringField("target", target);
            json.writeBooleanField("met", met);
            json.writeStringField("environment", environment);
            json.writeArrayFieldStart("measures");
            for (Measure measure : measures) {
                json.writeStartObject();
                json.writeStringField("name", measure.name());
                json.writeNumberField("value", measure.value());
                json.writeStringField("unit", measure.unit());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    static Report read(Path file) throws IOException {
        String name = "";
        String title = "";
        String target = "";
        String environment = "";
        boolean met = false;
        List<Measure> measures = new ArrayList<>();
        try (JsonParser json = JSON.createParser(file.toFile())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "name" -> name = json.getText();
                    case "title" -> title = json.getText();
                    case "target" -> target = json.getText();
                    case "environment" -> environment = json.getText();
                    case "met" -> met = json.getBooleanValue();
                    case "measures" -> readMeasures(json, measures);
                    default -> throw new IOException(file + " has a field " + field + ", which no report has");
                }
            }
        }
        return new Report(name, title, target, met, environment, measures);
    }

    private static void readMeasures(JsonParser json, List<Measure> measures) throws IOException {
        while (json.nextToken() == JsonToken.START_OBJECT) {
            String name = "";
            String unit = "";
            double value = Double.NaN;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "name" -> name = json.getText();
                    case "unit" -> unit = json.getText();
                    case "value" -> value = json.getDoubleValue();
                    default -> throw new IOException("a measure has a field " + field + ", which none has");
                }
            }
            measures.add(new Measure(name, value, unit));
        }
    }
}
