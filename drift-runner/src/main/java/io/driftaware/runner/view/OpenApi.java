package io.driftaware.runner.view;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.driftaware.runner.action.Signature;
import io.driftaware.runner.store.WatchedStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The OpenAPI document of the JSON API, made from the records that the answers are made from. */
public final class OpenApi {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String PROBLEM = "Problem";

    private final Map<String, Class<?>> schemas = new LinkedHashMap<>();
    private final JsonGenerator json;

    private OpenApi(JsonGenerator json) {
        this.json = json;
    }

    /** What went wrong, in one line with the remedy. */
    public record Problem(@Says("in one line, with the remedy") String error) {}

    /** The document, JSON of OpenAPI 3.1. */
    public static String document() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            new OpenApi(json).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }

    private record Parameter(
            String name,
            String in,
            String type,
            String description,
            @Nullable Integer least,
            @Nullable Integer most,
            boolean required) {
        Parameter(
                String name,
                String in,
                String type,
                String description,
                @Nullable Integer least,
                @Nullable Integer most) {
            this(name, in, type, description, least, most, in.equals("path"));
        }

        static Parameter needed(String name, String description) {
            return new Parameter(name, "query", "string", description, null, null, true);
        }
    }

    private static final Parameter BEFORE =
            new Parameter("before", "query", "integer", "the page's end: next of the page before", 1, null);
    private static final Parameter LIMIT =
            new Parameter("limit", "query", "integer", "entries of a page; 20 unless given", 1, 100);
    private static final Parameter STREAM = new Parameter("stream", "path", "string", "name of a stream", null, null);

    private void write() throws IOException {
        json.writeStartObject();
        json.writeStringField("openapi", "3.1.0");
        json.writeObjectFieldStart("info");
        json.writeStringField("title", "Drift-Aware monitor");
        json.writeStringField("version", "1");
        json.writeStringField(
                "description",
                "What the monitor has found, read-only; the actions that it asked for, and what people decide. Fields are added within version 1, never taken away or given another"
                        + " meaning. Times are ISO 8601 in UTC. Every field is always there; what does not exist is null."
                        + " Texts and names that came from users are shown to those with the token of DRIFT_READ_TOKEN or"
                        + " DRIFT_API_TOKEN, or while neither is set to callers on loopback; to others they are withheld.");
        json.writeObjectFieldStart("license");
        json.writeStringField("name", "MIT");
        json.writeStringField("identifier", "MIT");
        json.writeEndObject();
        json.writeEndObject();
        json.writeObjectFieldStart("paths");
        path("/api/v1/overview", "How everything stands", Overview.class, false);
        path(
                "/api/v1/streams/{stream}/series",
                "A stream over time",
                Series.class,
                false,
                STREAM,
                new Parameter(
                        "from", "query", "string", "start, ISO 8601; 38 days before the end unless given", null, null),
                new Parameter("to", "query", "string", "end, ISO 8601; now unless given", null, null),
                new Parameter("points", "query", "integer", "most points; 180 unless given", 10, 1_000));
        path(
                "/api/v1/streams/{stream}",
                "What drifted in a stream by the last check",
                StreamDetail.class,
                true,
                STREAM);
        path(
                "/api/v1/streams/{stream}/picture",
                "Embeddings of a stream in two dimensions",
                Picture.class,
                false,
                STREAM);
        path("/api/v1/streams/{stream}/segments", "The segments of a stream", SegmentTable.class, false, STREAM);
        path(
                "/api/v1/streams/{stream}/examples",
                "The queries behind refusals, toxicity and feedback",
                Examples.class,
                false,
                STREAM);
        path("/api/v1/coverage", "Queries that no document is near", Coverage.class, false);
        path(
                "/api/v1/episodes",
                "Episodes, the latest first",
                Episodes.class,
                false,
                BEFORE,
                LIMIT,
                new Parameter("open", "query", "boolean", "true for those that last alone", null, null));
        path(
                "/api/v1/episodes/{id}",
                "One episode",
                Episodes.Episode.class,
                true,
                new Parameter("id", "path", "integer", "number of the episode", 1, null));
        path("/api/v1/baselines", "Baselines, the latest first", Baselines.class, false, BEFORE, LIMIT);
        path(
                "/api/v1/streams/{stream}/proposal",
                "What it would mean to make the rows of a stretch the new normal",
                Proposal.class,
                false,
                STREAM,
                new Parameter(
                        "from",
                        "query",
                        "string",
                        "start, ISO 8601; seven days before the end unless given",
                        null,
                        null),
                new Parameter("to", "query", "string", "end, ISO 8601; now unless given", null, null));
        acceptance();
        actions();
        json.writeEndObject();
        json.writeObjectFieldStart("components");
        json.writeObjectFieldStart("securitySchemes");
        json.writeObjectFieldStart("readToken");
        json.writeStringField("type", "http");
        json.writeStringField("scheme", "bearer");
        json.writeEndObject();
        json.writeObjectFieldStart("apiToken");
        json.writeStringField("type", "http");
        json.writeStringField("scheme", "bearer");
        json.writeEndObject();
        json.writeObjectFieldStart("signature");
        json.writeStringField("type", "apiKey");
        json.writeStringField("in", "header");
        json.writeStringField("name", Signature.HEADER);
        json.writeStringField("description", "as a webhook's own, with DRIFT_WEBHOOK_SECRET; see docs/actions.md");
        json.writeEndObject();
        json.writeEndObject();
        schemas.put(PROBLEM, Problem.class);
        json.writeObjectFieldStart("schemas");
        List<String> written = new ArrayList<>();
        while (written.size() < schemas.size()) {
            for (Map.Entry<String, Class<?>> schema : new LinkedHashMap<>(schemas).entrySet()) {
                if (!written.contains(schema.getKey())) {
                    written.add(schema.getKey());
                    schema(schema.getKey(), schema.getValue());
                }
            }
        }
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    /** What {@code web.BaselinesApi} answers. */
    private void acceptance() throws IOException {
        Parameter replaces = Parameter.needed(
                "replaces",
                "number of the baseline that was in use when this was decided, or none: if another one is by now, nothing is changed");
        schemas.put(name(AcceptedBaseline.Working.class), AcceptedBaseline.Working.class);
        json.writeObjectFieldStart("/api/v1/baselines/accept");
        operation(
                "post",
                "Makes the rows of a stretch the new normal, once, however often it is asked for",
                "apiToken",
                AcceptedBaseline.class,
                List.of("202", "400", "409"),
                Parameter.needed("stream", "name of a stream"),
                Parameter.needed("from", "start, ISO 8601"),
                Parameter.needed("to", "end, ISO 8601; not in the future"),
                replaces);
        json.writeEndObject();
        json.writeObjectFieldStart("/api/v1/baselines/{id}/accept");
        operation(
                "post",
                "Puts a candidate, or one that was retired, into use",
                "apiToken",
                AcceptedBaseline.class,
                List.of("202", "400", "404", "409"),
                new Parameter("id", "path", "integer", "number of the baseline", 1, null),
                replaces);
        json.writeEndObject();
    }

    /** What {@code web.ActionsApi} answers. */
    private void actions() throws IOException {
        json.writeObjectFieldStart("/api/v1/actions");
        operation(
                "get",
                "Actions that were asked for, the latest first",
                "apiToken",
                ActionList.Actions.class,
                List.of("400"),
                BEFORE,
                new Parameter("limit", "query", "integer", "entries of a page; 50 unless given, 200 at most", 1, null));
        json.writeEndObject();
        Parameter id = new Parameter("id", "path", "integer", "number of the action", 1, null);
        step("/{id}/approve", "Lets an action that waits run once", "apiToken", ActionList.Step.class, id);
        step("/{id}/reject", "Keeps an action that waits from running", "apiToken", ActionList.Step.class, id);
        step("/pause", "Lets no action run", "apiToken", ActionList.Paused.class);
        step("/resume", "Lets actions run again", "apiToken", ActionList.Paused.class);
        step("/status", "What the receiver of a webhook says of its work", "signature", ActionList.Told.class);
    }

    private void step(String path, String summary, String by, Class<?> answer, Parameter... parameters)
            throws IOException {
        json.writeObjectFieldStart("/api/v1/actions" + path);
        List<String> problems =
                switch (path) {
                    case "/pause", "/resume" -> List.of();
                    case "/status" -> List.of("400", "404", "409", "413");
                    default -> List.of("404", "409");
                };
        operation("post", summary, by, answer, problems, parameters);
        json.writeEndObject();
    }

    private void operation(
            String method, String summary, String by, Class<?> answer, List<String> problems, Parameter... parameters)
            throws IOException {
        json.writeObjectFieldStart(method);
        json.writeStringField("summary", summary);
        json.writeArrayFieldStart("security");
        json.writeStartObject();
        json.writeArrayFieldStart(by);
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        asked(summary, answer, parameters);
        for (String status : problems) {
            answer(
                    status,
                    switch (status) {
                        case "202" -> "it takes longer, and goes on: ask again, the same is not done twice";
                        case "400" -> "a parameter, or the body, cannot be used";
                        case "404" -> "there is none of this number";
                        case "409" -> "it is in a state that this does not start from; the error says in which";
                        default -> "the body is too long";
                    },
                    status.equals("202") ? name(AcceptedBaseline.Working.class) : PROBLEM);
        }
        answer("401", "the token or the signature is not the right one", PROBLEM);
        answer("403", "this is switched off: no token, or no key, is set", PROBLEM);
        answer("500", "it could not be answered; the log says why", PROBLEM);
        answer("503", "the database cannot be read or written", PROBLEM);
        json.writeEndObject();
        json.writeEndObject();
        schemas.put(name(answer), answer);
    }

    private void path(String path, String summary, Class<?> answer, boolean mayBeMissing, Parameter... parameters)
            throws IOException {
        json.writeObjectFieldStart(path);
        json.writeObjectFieldStart("get");
        json.writeStringField("summary", summary);
        json.writeArrayFieldStart("security");
        json.writeStartObject();
        json.writeEndObject();
        json.writeStartObject();
        json.writeArrayFieldStart("readToken");
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        asked(summary, answer, parameters);
        if (parameters.length > 0) {
            answer("400", "a parameter cannot be used", PROBLEM);
        }
        if (mayBeMissing || path.contains("{")) {
            answer("404", "there is none", PROBLEM);
        }
        answer("401", "a token was given, and it is not the one of DRIFT_READ_TOKEN", PROBLEM);
        answer("500", "what is stored cannot be read; the log says why", PROBLEM);
        answer("503", "the database cannot be read, or too many ask at once", PROBLEM);
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        schemas.put(name(answer), answer);
    }

    /** What is asked with, and what comes of it; leaves the responses open. */
    private void asked(String summary, Class<?> answer, Parameter... parameters) throws IOException {
        json.writeArrayFieldStart("parameters");
        for (Parameter parameter : parameters) {
            parameter(parameter);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("responses");
        answer("200", summary, name(answer));
    }

    private void parameter(Parameter parameter) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", parameter.name());
        json.writeStringField("in", parameter.in());
        json.writeBooleanField("required", parameter.required());
        json.writeStringField("description", parameter.description());
        json.writeObjectFieldStart("schema");
        json.writeStringField("type", parameter.type());
        if (parameter.least() != null) {
            json.writeNumberField("minimum", parameter.least());
        }
        if (parameter.most() != null) {
            json.writeNumberField("maximum", parameter.most());
        }
        if (parameter.name().equals("stream")) {
            json.writeArrayFieldStart("enum");
            for (WatchedStream stream : WatchedStream.values()) {
                json.writeString(stream.label());
            }
            json.writeEndArray();
        } else if (parameter.name().equals("from") || parameter.name().equals("to")) {
            json.writeStringField("format", "date-time");
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void answer(String status, String description, String schema) throws IOException {
        json.writeObjectFieldStart(status);
        json.writeStringField("description", description);
        json.writeObjectFieldStart("content");
        json.writeObjectFieldStart("application/json");
        json.writeObjectFieldStart("schema");
        json.writeStringField("$ref", "#/components/schemas/" + schema);
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void schema(String name, Class<?> record) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("type", "object");
        json.writeArrayFieldStart("required");
        for (RecordComponent component : ViewJson.components(record)) {
            json.writeString(ViewJson.name(component));
        }
        json.writeEndArray();
        json.writeObjectFieldStart("properties");
        for (RecordComponent component : ViewJson.components(record)) {
            json.writeObjectFieldStart(ViewJson.name(component));
            Says says = component.getAnnotation(Says.class);
            if (says == null) {
                throw new IllegalStateException(component + " of " + record + " does not say what it is");
            }
            json.writeStringField("description", says.value());
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            type(component.getAnnotatedType(), component.getType(), nullable, says.oneOf());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void type(AnnotatedType type, Class<?> raw, boolean nullable, String[] words) throws IOException {
        if (raw.isRecord()) {
            reference(raw, nullable);
        } else if (List.class.isAssignableFrom(raw)) {
            json.writeStringField("type", "array");
            json.writeObjectFieldStart("items");
            AnnotatedType item = ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments()[0];
            type(item, rawType(item), false, new String[0]);
            json.writeEndObject();
        } else {
            String name =
                    switch (raw.getSimpleName()) {
                        case "double", "Double" -> "number";
                        case "long", "Long", "int", "Integer" -> "integer";
                        case "boolean" -> "boolean";
                        default -> "string";
                    };
            types(name, nullable);
            if (raw == Instant.class) {
                json.writeStringField("format", "date-time");
            }
            if (words.length > 0) {
                json.writeArrayFieldStart("enum");
                for (String word : words) {
                    json.writeString(word);
                }
                if (nullable) {
                    json.writeNull();
                }
                json.writeEndArray();
            }
        }
    }

    private void types(String name, boolean nullable) throws IOException {
        if (nullable) {
            json.writeArrayFieldStart("type");
            json.writeString(name);
            json.writeString("null");
            json.writeEndArray();
        } else {
            json.writeStringField("type", name);
        }
    }

    private void reference(Class<?> record, boolean nullable) throws IOException {
        schemas.putIfAbsent(name(record), record);
        String reference = "#/components/schemas/" + name(record);
        if (!nullable) {
            json.writeStringField("$ref", reference);
            return;
        }
        json.writeArrayFieldStart("anyOf");
        json.writeStartObject();
        json.writeStringField("$ref", reference);
        json.writeEndObject();
        json.writeStartObject();
        json.writeStringField("type", "null");
        json.writeEndObject();
        json.writeEndArray();
    }

    private static Class<?> rawType(AnnotatedType type) {
        return type instanceof AnnotatedParameterizedType ? List.class : (Class<?>) type.getType();
    }

    /** {@code Episode} of {@code Episodes.Episode}; a nested name that another one has too takes its outer's in front. */
    private static String name(Class<?> record) {
        Class<?> outer = record.getEnclosingClass();
        boolean common = List.of("Row", "Entry", "Segment", "Cluster", "Query", "Point", "Dot", "Stretch", "Action")
                .contains(record.getSimpleName());
        return common && outer != null ? outer.getSimpleName() + record.getSimpleName() : record.getSimpleName();
    }
}
