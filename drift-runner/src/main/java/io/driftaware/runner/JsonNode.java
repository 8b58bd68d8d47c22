package io.driftaware.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One JSON object that was read. A field that is missing or of another kind is an error of the whole text. */
record JsonNode(Map<String, @Nullable Object> fields) {
    private static final JsonFactory JSON = new JsonFactory();

    @SuppressWarnings("unchecked")
    private JsonNode(@Nullable Object value) {
        this((Map<String, @Nullable Object>) Objects.requireNonNull(value));
    }

    /**
     * Reads one object.
     *
     * @throws IOException if it is no JSON
     */
    static JsonNode of(String text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            return new JsonNode(tree(parser));
        }
    }

    @Nullable
    Object get(String name) {
        return fields.get(name);
    }

    JsonNode node(String name) {
        return new JsonNode(get(name));
    }

    List<JsonNode> nodes(String name) {
        return ((List<?>) required(name)).stream().<JsonNode>map(JsonNode::new).toList();
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

    List<String> texts(String name) {
        return ((List<?>) required(name)).stream().map(String.class::cast).toList();
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
}
