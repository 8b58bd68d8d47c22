package io.driftaware.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Project;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A dashboard as it lies in the project. */
record Dashboard(String name, JsonNode json) {
    private static final String FOLDER = "deploy/grafana/dashboards";
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((?:(.+), )?(\\w+)\\)");

    static List<Dashboard> all() {
        return Project.files(FOLDER, ".json").stream()
                .map(Path::getFileName)
                .map(file -> new Dashboard(file.toString(), Project.json(FOLDER + "/" + file)))
                .toList();
    }

    /** One query of a panel, or of an annotation. */
    record Query(String where, String expression, boolean instant, String legend, String unit) {
        @Override
        public String toString() {
            return where + ": " + expression;
        }
    }

    /** A variable whose values are those of a label. */
    record LabelVariable(String name, String selector, String label) {}

    /** Every panel but the titles of rows. */
    List<JsonNode> panels() {
        return stream(json.get("panels"))
                .filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }

    List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode panel : panels()) {
            String unit = panel.at("/fieldConfig/defaults/unit").asText();
            for (JsonNode target : panel.get("targets")) {
                queries.add(new Query(
                        name + ", " + panel.get("title").asText() + " "
                                + target.get("refId").asText(),
                        withVariables(target.get("expr").asText()),
                        target.get("instant").asBoolean(),
                        target.get("legendFormat").asText(),
                        unit));
            }
        }
        return queries;
    }

    List<Query> annotations() {
        return stream(json.at("/annotations/list"))
                .filter(annotation -> annotation.has("expr"))
                .map(annotation -> new Query(
                        name + ", annotation " + annotation.get("name").asText(),
                        withVariables(annotation.get("expr").asText()),
                        false,
                        annotation.get("titleFormat").asText()
                                + annotation.get("textFormat").asText(),
                        "none"))
                .toList();
    }

    List<LabelVariable> labelVariables() {
        List<LabelVariable> found = new ArrayList<>();
        for (JsonNode variable : json.at("/templating/list")) {
            if (variable.get("type").asText().equals("query")) {
                String query = variable.at("/query/query").asText();
                Matcher parts = LABEL_VALUES.matcher(query);
                if (!parts.matches()) {
                    throw new AssertionError(name + ": variable " + variable.get("name") + " asks " + query);
                }
                found.add(new LabelVariable(
                        variable.get("name").asText(), withVariables(parts.group(1)), parts.group(2)));
            }
        }
        return found;
    }

    /** Every variable at All, as a person sees the page first. */
    private String withVariables(String expression) {
        String replaced = expression.replace("$__rate_interval", "10s");
        for (JsonNode variable : json.at("/templating/list")) {
            if (variable.has("allValue")) {
                replaced = replaced.replace(
                        "$" + variable.get("name").asText(),
                        variable.get("allValue").asText());
            }
        }
        if (replaced.contains("$")) {
            throw new AssertionError(name + " has no variable for " + replaced);
        }
        return replaced;
    }

    static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Override
    public String toString() {
        return name;
    }
}
