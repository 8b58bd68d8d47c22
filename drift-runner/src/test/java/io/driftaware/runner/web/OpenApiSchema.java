package io.driftaware.runner.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds an answer against what an OpenAPI document says of it: as much of JSON Schema as the document uses. */
final class OpenApiSchema {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;

    OpenApiSchema(String document) {
        this.document = parse(document);
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text + " is no JSON", e);
        }
    }

    /** Those that can be read. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        document.get("paths").properties().forEach(path -> {
            if (path.getValue().has("get")) {
                paths.add(path.getKey());
            }
        });
        return paths;
    }

    /** Those that can be written to. */
    List<String> steps() {
        List<String> paths = new ArrayList<>();
        document.get("paths").properties().forEach(path -> {
            if (path.getValue().has("post")) {
                paths.add(path.getKey());
            }
        });
        return paths;
    }

    /** What is wrong with an answer; nothing if all is well. */
    List<String> faults(String path, int status, String body) {
        return faults("get", path, status, body);
    }

    List<String> faults(String method, String path, int status, String body) {
        JsonNode schema = document.at("/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method
                + "/responses/" + status + "/content/application~1json/schema");
        List<String> faults = new ArrayList<>();
        if (schema.isMissingNode()) {
            faults.add(path + " is not said to answer " + status);
        } else {
            check("$", schema, parse(body), faults);
        }
        return faults;
    }

    private void check(String at, JsonNode schema, JsonNode value, List<String> faults) {
        if (schema.has("$ref")) {
            check(at, document.at(schema.get("$ref").asText().substring(1)), value, faults);
        } else if (schema.has("anyOf")) {
            List<String> all = new ArrayList<>();
            boolean one = false;
            for (JsonNode choice : schema.get("anyOf")) {
                List<String> own = new ArrayList<>();
                check(at, choice, value, own);
                one |= own.isEmpty();
                all.addAll(own);
            }
            if (!one) {
                faults.addAll(all);
            }
        } else {
            type(at, schema, value, faults);
            if (value.isObject() && schema.has("properties")) {
                object(at, schema, value, faults);
            }
            for (int i = 0; value.isArray() && i < value.size(); i++) {
                check(at + "[" + i + "]", schema.get("items"), value.get(i), faults);
            }
        }
    }

    private static void type(String at, JsonNode schema, JsonNode value, List<String> faults) {
        String type =
                switch (value.getNodeType()) {
                    case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
                    default -> value.getNodeType().name().toLowerCase(Locale.ROOT);
                };
        String allowed = schema.get("type").toString();
        if (!allowed.contains("\"" + type + "\"") && !(type.equals("integer") && allowed.contains("\"number\""))) {
            faults.add(at + " is a " + type + ", not " + allowed);
        }
        if (schema.has("enum") && !schema.get("enum").toString().contains(value.toString())) {
            faults.add(at + " is " + value + ", none of " + schema.get("enum"));
        }
        if (schema.has("format") && value.isTextual()) {
            try {
                Instant.parse(value.asText());
            } catch (DateTimeParseException e) {
                faults.add(at + " is no time: " + value);
            }
        }
    }

    private void object(String at, JsonNode schema, JsonNode value, List<String> faults) {
        schema.get("required").forEach(name -> {
            if (!value.has(name.asText())) {
                faults.add(at + " lacks " + name);
            }
        });
        value.properties().forEach(field -> {
            JsonNode known = schema.get("properties").get(field.getKey());
            if (known == null) {
                faults.add(at + " has " + field.getKey() + ", of which nothing is said");
            } else {
                check(at + "." + field.getKey(), known, field.getValue(), faults);
            }
        });
    }
}
