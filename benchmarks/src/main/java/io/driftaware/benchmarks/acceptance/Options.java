package io.driftaware.benchmarks.acceptance;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the command was called with.
 *
 * @param data folder, null for none
 */
record Options(
        @Nullable Path data,
        long seed,
        boolean json,
        boolean fast,
        boolean write,
        Set<String> groups,
        Set<String> known) {

    /** Null, after a line on standard error, if the arguments make no sense. */
    static @Nullable Options parse(String[] arguments) {
        Path data = null;
        long seed = 1;
        Set<String> switches = new HashSet<>();
        Set<String> groups = new HashSet<>();
        Set<String> known = new HashSet<>();
        try {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--data" -> data = Path.of(arguments[++i]);
                    case "--seed" -> seed = Long.parseLong(arguments[++i]);
                    case "--groups" -> groups.addAll(Arrays.asList(arguments[++i].split(",")));
                    case "--known" -> known.addAll(Arrays.asList(arguments[++i].split(",")));
                    case "--json", "--fast", "--write" -> switches.add(arguments[i]);
                    default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
                }
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            return refused("the last argument needs a value");
        } catch (IllegalArgumentException e) {
            return refused(e.getMessage());
        }
        if (data != null && !Files.isDirectory(data)) {
            return refused("--data " + data + " is no folder");
        }
        return new Options(
                data,
                seed,
                switches.contains("--json"),
                switches.contains("--fast"),
                switches.contains("--write"),
                Set.copyOf(groups),
                Set.copyOf(known));
    }

    private static @Nullable Options refused(@Nullable String why) {
        System.err.println("acceptance: " + why);
        return null;
    }
}
