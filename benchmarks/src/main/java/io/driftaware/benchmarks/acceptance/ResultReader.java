package io.driftaware.benchmarks.acceptance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.driftaware.benchmarks.acceptance.Figure.Amount;
import io.driftaware.benchmarks.acceptance.Figure.Share;
import io.driftaware.benchmarks.acceptance.Target.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what {@link Result#toJson()} wrote. Of a target only the words and the outcome are known then. */
final class ResultReader {
    private final JsonParser json;

    private ResultReader(JsonParser json) {
        this.json = json;
    }

    /** @throws IOException if it is no result, with what was found instead */
    static Result read(String text) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(text)) {
            json.nextToken();
            return new ResultReader(json).result();
        }
    }

    private Result result() throws IOException {
        Fields fields = new Fields();
        List<Section> sections = new ArrayList<>();
        object(name -> {
            if (name.equals("sections")) {
                array(() -> sections.add(section()));
            } else {
                fields.read(name);
            }
        });
        return new Result(fields.run(), fields.strings("notes"), sections);
    }

    private Section section() throws IOException {
        Fields fields = new Fields();
        Fields alone = new Fields();
        List<Section.Row> rows = new ArrayList<>();
        object(name -> {
            switch (name) {
                case "rows" -> array(() -> rows.add(row()));
                case "run" -> object(alone::read);
                default -> fields.read(name);
            }
        });
        return new Section(
                fields.text("group"),
                fields.text("title"),
                fields.strings("notes"),
                rows,
                alone.values.isEmpty() ? null : alone.run());
    }

    private Section.Row row() throws IOException {
        Fields fields = new Fields();
        Map<String, Figure> figures = new LinkedHashMap<>();
        List<Target> targets = new ArrayList<>();
        object(name -> {
            switch (name) {
                case "figures" -> object(column -> figures.put(column, figure()));
                case "targets" -> array(() -> targets.add(target()));
                default -> fields.read(name);
            }
        });
        return new Section.Row(fields.text("label"), figures, targets);
    }

    private Figure figure() throws IOException {
        Fields fields = new Fields();
        object(fields::read);
        return fields.values.containsKey("trials")
                ? new Share(Long.parseLong(fields.text("hits")), Long.parseLong(fields.text("trials")))
                : new Amount(
                        fields.values.get("value") instanceof String value ? Double.parseDouble(value) : Double.NaN,
                        fields.values.get("unit") instanceof String unit ? unit : "");
    }

    private Target target() throws IOException {
        Fields fields = new Fields();
        object(fields::read);
        String outcome = fields.text("outcome");
        return Target.recorded(
                fields.text("column"),
                fields.text("target"),
                Arrays.stream(Outcome.values())
                        .filter(one -> Result.key(one).equals(outcome))
                        .findFirst()
                        .orElseThrow(() -> new IOException("there is no outcome " + outcome)));
    }

    private interface OfName {
        void read(String name) throws IOException;
    }

    private interface OfElement {
        void read() throws IOException;
    }

    private void object(OfName ofName) throws IOException {
        require(JsonToken.START_OBJECT);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            ofName.read(name);
        }
    }

    private void array(OfElement ofElement) throws IOException {
        require(JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            ofElement.read();
        }
    }

    private void require(JsonToken token) throws IOException {
        if (json.currentToken() != token) {
            throw new IOException("at " + json.currentLocation().offsetDescription() + " is no " + token + " but "
                    + json.currentToken());
        }
    }

    /** The plain fields of an object: each a text, a list of texts, or null. */
    private final class Fields {
        final Map<String, @Nullable Object> values = new LinkedHashMap<>();

        void read(String name) throws IOException {
            if (json.currentToken() == JsonToken.START_ARRAY) {
                List<String> strings = new ArrayList<>();
                array(() -> strings.add(json.getText()));
                values.put(name, strings);
            } else {
                values.put(name, json.currentToken() == JsonToken.VALUE_NULL ? null : json.getText());
            }
        }

        String text(String name) throws IOException {
            if (values.get(name) instanceof String text) {
                return text;
            }
            throw new IOException("there is no " + name + " among " + values.keySet());
        }

        List<String> strings(String name) {
            return values.get(name) instanceof List<?> list
                    ? list.stream().map(String::valueOf).toList()
                    : List.of();
        }

        Run run() throws IOException {
            return new Run(
                    text("data"),
                    Long.parseLong(text("seed")),
                    Boolean.parseBoolean(text("fast")),
                    text("environment"));
        }
    }
}
