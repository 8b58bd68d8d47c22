package io.driftaware.examples.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of a topic file and all sentences it stands for: {@code (a|b|)} is a choice, an empty one included, and
 * {@code {room}} is filled with each value of that slot. A slot that occurs twice gets two different values.
 */
record Template(String text, List<String> sentences) {
    private static final Pattern CHOICE = Pattern.compile("\\(([^()]*)\\)");
    private static final Pattern SLOT = Pattern.compile("\\{(\\w+)}");

    static Template of(String text, Map<String, List<String>> slots) {
        Set<String> sentences = new LinkedHashSet<>();
        for (String variant : choices(text)) {
            fill(variant, slots, Map.of(), sentences);
        }
        return new Template(text, List.copyOf(sentences));
    }

    private static List<String> choices(String text) {
        Matcher choice = CHOICE.matcher(text);
        if (!choice.find()) {
            return List.of(text);
        }
        List<String> variants = new ArrayList<>();
        for (String option : choice.group(1).split("\\|", -1)) {
            variants.addAll(choices(text.substring(0, choice.start()) + option + text.substring(choice.end())));
        }
        return variants;
    }

    private static void fill(
            String text, Map<String, List<String>> slots, Map<String, Set<String>> used, Set<String> sentences) {
        Matcher slot = SLOT.matcher(text);
        if (!slot.find()) {
            sentences.add(text.replaceAll("\\s+", " ").strip());
            return;
        }
        String name = slot.group(1);
        List<String> values = slots.get(name);
        if (values == null) {
            throw new IllegalArgumentException("unknown slot {" + name + "} in \"" + text + "\"");
        }
        Set<String> taken = used.getOrDefault(name, Set.of());
        for (String value : values) {
            if (!taken.contains(value)) {
                String filled = text.substring(0, slot.start()) + value + text.substring(slot.end());
                fill(filled, slots, with(used, name, value), sentences);
            }
        }
    }

    private static Map<String, Set<String>> with(Map<String, Set<String>> used, String name, String value) {
        Map<String, Set<String>> more = new HashMap<>(used);
        Set<String> values = new LinkedHashSet<>(used.getOrDefault(name, Set.of()));
        values.add(value);
        more.put(name, values);
        return more;
    }
}
