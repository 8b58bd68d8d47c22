package io.driftaware.deploy.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.deploy.Project;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** docker-compose.yml with its merges and variables resolved. */
record ComposeFile(JsonNode json) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+):-([^}]*)}");

    /** @param variables as the shell that starts it would have them */
    static ComposeFile read(Map<String, String> variables) {
        String text =
                VARIABLE.matcher(Project.text("docker-compose.yml")).replaceAll(variable -> value(variable, variables));
        return new ComposeFile(Project.JSON.valueToTree(new Yaml().<Object>load(text)));
    }

    private static String value(MatchResult variable, Map<String, String> variables) {
        return Matcher.quoteReplacement(variables.getOrDefault(variable.group(1), variable.group(2)));
    }

    Map<String, JsonNode> services() {
        Map<String, JsonNode> services = new TreeMap<>();
        json.get("services").properties().forEach(service -> services.put(service.getKey(), service.getValue()));
        return services;
    }

    JsonNode service(String name) {
        return json.at("/services/" + name);
    }

    /** What a service has mounted: by the place in the container, the file of the project or the volume. */
    Map<String, String> mounts(String name) {
        Map<String, String> mounts = new LinkedHashMap<>();
        for (JsonNode volume : service(name).path("volumes")) {
            String[] parts = volume.asText().split(":");
            mounts.put(parts[1], parts[0]);
        }
        return mounts;
    }

    Map<String, String> environment(String name) {
        Map<String, String> environment = new LinkedHashMap<>();
        service(name)
                .path("environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));
        return environment;
    }

    /** The command line of a service of our image. */
    List<String> commandLine(String name, List<String> entrypointOfTheImage) {
        JsonNode own = service(name).path("entrypoint");
        List<String> words = new ArrayList<>(own.isMissingNode() ? entrypointOfTheImage : words(own));
        words.addAll(words(service(name).get("command")));
        return words;
    }

    static List<String> words(JsonNode array) {
        List<String> words = new ArrayList<>();
        array.forEach(word -> words.add(word.asText()));
        return words;
    }
}
