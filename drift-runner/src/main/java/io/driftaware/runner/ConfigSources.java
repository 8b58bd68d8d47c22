package io.driftaware.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds each setting's value, in the order of precedence, and collects everything that is wrong before it gives up. */
final class ConfigSources {
    private static final String OURS = "DRIFT_";
    private static final String TESTS = "DRIFT_TEST_";
    private static final String SUPABASE = "SUPABASE_";
    private static final Pattern SERVICE_HOST = Pattern.compile("(DRIFT_.*)_SERVICE_HOST");

    private record Source(String label, boolean typed, Map<String, String> values) {}

    private record Found(String value, Source source) {}

    private final Source commandLine;
    private final Source environment;
    private final Path dotEnv;
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    ConfigSources(Map<String, String> commandLine, Map<String, String> environment, Path dotEnv) {
        this.commandLine = new Source("command line", true, commandLine);
        this.environment = new Source("environment", false, environment);
        this.dotEnv = dotEnv;
    }

    MonitorConfig read() {
        List<Source> sources = List.of(commandLine, environment, new Source(dotEnv.toString(), false, fileValues()));
        reportUnknown(sources);
        reportUnused(sources);
        MonitorConfigBuilder builder = MonitorConfig.builder();
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = sources.size() - 1; i >= 0; i--) {
            all.putAll(sources.get(i).values());
        }
        for (Setting setting : Setting.values()) {
            Found found = find(setting, sources);
            if (found == null) {
                all.remove(setting.name());
            } else {
                all.put(setting.name(), found.value());
            }
            if (found != null && !givesWay(setting, found, sources)) {
                apply(setting, found, builder);
            }
        }
        builder.actionSettings(all);
        return builder.build(problems, notes);
    }

    private Map<String, String> fileValues() {
        try {
            return DotEnv.read(dotEnv);
        } catch (ConfigException e) {
            problems.addAll(e.problems());
            return Map.of();
        }
    }

    // An empty value counts as not set: that is how compose files and hosting consoles hand on what nobody filled in.
    private @Nullable Found find(Setting setting, List<Source> sources) {
        for (Source source : sources) {
            String value = source.values().getOrDefault(setting.name(), "").strip();
            String file = setting.secret()
                    ? source.values().getOrDefault(setting.fileName(), "").strip()
                    : "";
            if (!value.isEmpty() && !file.isEmpty()) {
                problems.add(setting.name() + " and " + setting.fileName() + " are both set (" + source.label()
                        + "); keep one");
                return null;
            }
            if (!value.isEmpty()) {
                return new Found(value, source);
            }
            if (!file.isEmpty()) {
                return secretFile(setting, file, source);
            }
        }
        return null;
    }

    private @Nullable Found secretFile(Setting setting, String file, Source source) {
        try {
            String value = Files.readString(Path.of(file)).strip();
            if (!value.isEmpty()) {
                return new Found(value, source);
            }
            problems.add(setting.fileName() + "=" + file + ": the file is empty; put the value into it");
        } catch (IOException | IllegalArgumentException e) {
            problems.add(setting.fileName() + "=" + file + ": cannot be read ("
                    + e.getClass().getSimpleName() + "); name a readable file");
        }
        return null;
    }

    // PORT is given by the platform; what a person types for this one start is meant.
    private boolean givesWay(Setting setting, Found found, List<Source> sources) {
        Setting rival = setting == Setting.PORT ? Setting.PROMETHEUS_PORT : Setting.PORT;
        if (setting != Setting.PORT && setting != Setting.PROMETHEUS_PORT) {
            return false;
        }
        Found other = find(rival, sources);
        if (other == null) {
            return false;
        }
        boolean typedAlone = found.source().typed() && !other.source().typed();
        boolean rivalTypedAlone = other.source().typed() && !found.source().typed();
        return setting == Setting.PORT ? rivalTypedAlone : !typedAlone;
    }

    private void apply(Setting setting, Found found, MonitorConfigBuilder builder) {
        try {
            setting.apply(builder, found.value());
        } catch (IllegalArgumentException e) {
            String shown = setting.secret() ? "" : "=" + found.value();
            problems.add(setting.name() + shown + " (" + found.source().label() + ") " + e.getMessage());
        }
    }

    private void reportUnknown(List<Source> sources) {
        List<String> known = knownNames();
        for (Source source : sources) {
            Set<String> services = servicePrefixes(source.values().keySet());
            for (String name : new TreeSet<>(source.values().keySet())) {
                boolean ours = source.typed() || name.startsWith(OURS);
                boolean foreign = name.startsWith(TESTS)
                        || name.startsWith(SUPABASE)
                        || services.stream().anyMatch(name::startsWith);
                if (ours && !foreign && !known.contains(name)) {
                    problems.add(name + " (" + source.label() + ") is not a setting; the nearest are "
                            + String.join(", ", Values.nearest(name, known)));
                }
            }
        }
    }

    // Kubernetes announces a service called drift-runner as DRIFT_RUNNER_SERVICE_HOST, DRIFT_RUNNER_PORT and so on.
    private static Set<String> servicePrefixes(Set<String> names) {
        Set<String> prefixes = new LinkedHashSet<>();
        for (String name : names) {
            var matcher = SERVICE_HOST.matcher(name);
            if (matcher.matches()) {
                prefixes.add(matcher.group(1) + "_SERVICE_");
                prefixes.add(matcher.group(1) + "_PORT");
            }
        }
        return prefixes;
    }

    private static List<String> knownNames() {
        Map<String, Setting> names = new LinkedHashMap<>();
        Arrays.stream(Setting.values()).forEach(setting -> {
            names.put(setting.name(), setting);
            if (setting.secret()) {
                names.put(setting.fileName(), setting);
            }
        });
        return List.copyOf(names.keySet());
    }

    private void reportUnused(List<Source> sources) {
        sources.stream()
                .flatMap(source -> source.values().keySet().stream())
                .filter(name -> name.startsWith(SUPABASE))
                .distinct()
                .sorted()
                .forEach(name -> notes.add(name + " is set and not used; the database is the one of DATABASE_URL"));
    }
}
