package io.driftaware.runner;

import java.util.List;

/**
 * The configuration cannot be used. Every problem found is listed, each as one line that names the setting, its value
 * (never a secret one) and the remedy.
 */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(String.join(" | ", problems));
        this.problems = List.copyOf(problems);
    }

    /** The problems, one line each, at least one. */
    public List<String> problems() {
        return problems;
    }
}
