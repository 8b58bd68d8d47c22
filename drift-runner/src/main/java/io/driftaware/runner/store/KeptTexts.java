package io.driftaware.runner.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Set;

/**
 * Texts of rows that the monitor has copied into JSON of its own: {@code examples} in explanations, and the {@code texts} of a
 * baseline, by event id. No other string is touched, as a text may happen to be the name of a stream.
 */
final class KeptTexts {
    /** What stands where a text was. */
    static final String ERASED = "[ERASED]";

    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> PLACES = Set.of("examples", "texts");

    private final Set<String> erased;
    private long found;

    /** @param erased texts as {@link RowTexts} cuts them, and event ids */
    KeptTexts(Set<String> erased) {
        this.erased = erased;
    }

    /** How many texts were found so far. */
    long found() {
        return found;
    }

    /** The JSON without them; equal to what it was where there are none. */
    String without(String json) throws IOException {
        long before = found;
        StringWriter text = new StringWriter();
        try (JsonParser from = JSON.createParser(json);
                JsonGenerator to = JSON.createGenerator(text)) {
            // How deep within a place; 0 outside.
            int within = 0;
            String name = "";
            for (JsonToken token = from.nextToken(); token != null; token = from.nextToken()) {
                if (token.isStructStart()) {
                    within += within > 0 || PLACES.contains(name) ? 1 : 0;
                } else if (token.isStructEnd()) {
                    within -= within > 0 ? 1 : 0;
                }
                boolean erase = false;
                if (token == JsonToken.FIELD_NAME) {
                    name = from.currentName();
                    if (within > 0 && erased.contains(name)) {
                        found++;
                        from.nextToken();
                        from.skipChildren();
                        continue;
                    }
                } else {
                    erase = within > 0 && token == JsonToken.VALUE_STRING && erased.contains(from.getText());
                    name = "";
                }
                if (erase) {
                    found++;
                    to.writeString(ERASED);
                } else if (token.isNumeric()) {
                    to.writeNumber(from.getText());
                } else {
                    to.copyCurrentEvent(from);
                }
            }
        }
        return found == before ? json : text.toString();
    }
}
