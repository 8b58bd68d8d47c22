package io.driftaware.benchmarks.acceptance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.driftaware.benchmarks.acceptance.Figure.Share;
import io.driftaware.benchmarks.acceptance.Target.Outcome;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run found.
 *
 * @param run how
 * @param notes on the run as a whole
 * @param sections the tables
 */
record Result(Run run, List<String> notes, List<Section> sections) {

    private static final JsonFactory JSON = new JsonFactory();

    Result {
        notes = List.copyOf(notes);
        sections = List.copyOf(sections);
    }

    /** This result with the tables of a later run of some groups in the place of its own. */
    Result with(Result later) {
        Set<String> again = later.sections.stream().map(Section::group).collect(Collectors.toSet());
        List<Section> merged = new ArrayList<>(sections);
        merged.removeIf(
                section -> again.contains(section.group()) || section.group().equals(Dummies.GROUP));
        later.sections.stream()
                .filter(section -> !section.group().equals(Dummies.GROUP))
                .forEach(section -> merged.add(section.of(later.run)));
        if (!merged.isEmpty()) {
            merged.add(Dummies.in(merged));
        }
        merged.sort(Comparator.comparingInt(Section::number));
        List<String> both =
                Stream.concat(notes.stream(), later.notes.stream()).distinct().toList();
        return new Result(run, both, merged);
    }

    /** How many targets stand so. */
    long count(Outcome outcome) {
        return sections.stream().mapToLong(section -> section.count(outcome)).sum();
    }

    /** How many targets are missed, those of some groups left out. */
    long missedBut(Set<String> known) {
        return sections.stream()
                .filter(section -> !known.contains(section.group()))
                .mapToLong(section -> section.count(Outcome.MISSED))
                .sum();
    }

    /** Pages for people. */
    String toMarkdown() {
        return Tables.of(this);
    }

    /** The same for programs. */
    String toJson() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            write(json, run);
            for (Outcome outcome : Outcome.values()) {
                json.writeNumberField(key(outcome), count(outcome));
            }
            strings(json, "notes", notes);
            json.writeArrayFieldStart("sections");
            for (Section section : sections) {
                write(json, section);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Run run) throws IOException {
        json.writeStringField("data", run.data());
        json.writeNumberField("seed", run.seed());
        json.writeBooleanField("fast", run.fast());
        json.writeStringField("environment", run.environment());
    }

    private static void write(JsonGenerator json, Section section) throws IOException {
        json.writeStartObject();
        json.writeStringField("group", section.group());
        json.writeStringField("title", section.title());
        Run alone = section.run();
        if (alone != null) {
            json.writeObjectFieldStart("run");
            write(json, alone);
            json.writeEndObject();
        }
        strings(json, "notes", section.notes());
        json.writeArrayFieldStart("rows");
        for (Section.Row row : section.rows()) {
            json.writeStartObject();
            json.writeStringField("label", row.label());
            json.writeObjectFieldStart("figures");
            for (Map.Entry<String, Figure> figure : row.figures().entrySet()) {
                json.writeObjectFieldStart(figure.getKey());
                write(json, figure.getValue());
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeArrayFieldStart("targets");
            for (Target target : row.targets()) {
                json.writeStartObject();
                json.writeStringField("column", target.column());
                json.writeStringField("target", target.words());
                json.writeStringField("outcome", key(row.outcome(target)));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Figure figure) throws IOException {
        if (figure instanceof Share share) {
            json.writeNumberField("hits", share.hits());
            json.writeNumberField("trials", share.trials());
            json.writeNumberField("share", share.value());
            json.writeNumberField("low", share.low());
            json.writeNumberField("high", share.high());
        } else if (Double.isNaN(figure.value())) {
            json.writeNullField("value");
        } else {
            json.writeNumberField("value", figure.value());
        }
        if (figure instanceof Figure.Amount amount && !amount.unit().isEmpty()) {
            json.writeStringField("unit", amount.unit());
        }
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    static String key(Outcome outcome) {
        return switch (outcome) {
            case MET -> "met";
            case UNSURE -> "unsure";
            case MISSED -> "missed";
        };
    }
}
