package io.driftaware.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A text file of the corpus: {@code #} comments, {@code title = ...}, {@code slot NAME = a | b}, and lines under a
 * {@code [section]}.
 */
record TopicFile(Map<String, String> settings, Map<String, List<String>> slots, Map<String, List<String>> sections) {

    static TopicFile read(String resource) {
        try (InputStream in = TopicFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + resource);
            }
            return parse(new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TopicFile parse(String text) {
        TopicFile file = new TopicFile(new HashMap<>(), new HashMap<>(), new HashMap<>());
        List<String> section = null;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                section = new ArrayList<>();
                file.sections.put(line.substring(1, line.length() - 1), section);
            } else if (section != null) {
                section.add(line);
            } else {
                file.addSetting(line.split("=", 2));
            }
        }
        return file;
    }

    private void addSetting(String[] nameAndValue) {
        String name = nameAndValue[0].strip();
        String value = nameAndValue[1].strip();
        if (name.startsWith("slot ")) {
            slots.put(
                    name.substring("slot ".length()).strip(),
                    Arrays.stream(value.split("\\|")).map(String::strip).toList());
        } else {
            settings.put(name, value);
        }
    }

    List<String> section(String name) {
        List<String> lines = sections.get(name);
        if (lines == null) {
            throw new IllegalArgumentException("the file has no section [" + name + "]");
        }
        return List.copyOf(lines);
    }
}
