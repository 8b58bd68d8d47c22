package io.driftaware.deploy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's files. */
public final class Project {
    /** Refuses a key that stands twice. */
    public static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Path ROOT = Path.of(System.getProperty("drift.root", ".."));

    private Project() {}

    /** A file or folder of the project; it need not exist. */
    public static Path path(String name) {
        return ROOT.resolve(name).toAbsolutePath().normalize();
    }

    /** The text of a file. */
    public static String text(String name) {
        return text(path(name));
    }

    /** The text of a file. */
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A JSON file. */
    public static JsonNode json(String name) {
        return parsed(JSON, text(name), name);
    }

    /** A YAML file of one document. */
    public static JsonNode yaml(String name) {
        return parsed(YAML, text(name), name);
    }

    /** YAML that a program wrote; the name is for the message. */
    public static JsonNode parsedYaml(String text, String name) {
        return parsed(YAML, text, name);
    }

    /** The files of a folder whose names end so, in order. */
    public static List<Path> files(String folder, String ending) {
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parsed(ObjectMapper mapper, String text, String name) {
        try {
            return mapper.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
