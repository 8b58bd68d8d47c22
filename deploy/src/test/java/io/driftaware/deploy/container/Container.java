package io.driftaware.deploy.container;

import io.driftaware.deploy.Program;
import io.driftaware.testdb.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs a program in a root file system as a container engine does: that root alone and read-only, an empty /tmp, a user
 * that is nobody, no capabilities, an environment of its own. The network is the machine's.
 */
record Container(Path bubblewrap, Path root, Path logs) {
    static Container of(Path root, Path logs) throws InterruptedException {
        Container container = new Container(Tool.require("bwrap", "Debian's package bubblewrap"), root, logs);
        try (Program probe = Program.start(
                logs.resolve("probe.log"),
                Map.of(),
                List.of(container.bubblewrap.toString(), "--unshare-all", "--ro-bind", "/", "/", "true"))) {
            Assumptions.assumeTrue(
                    probe.exitCode() == 0, () -> "this machine forbids user namespaces: " + probe.output());
        }
        return container;
    }

    /** @param mounts files of this machine by the place where they are seen, read-only */
    Program start(String log, Map<String, String> environment, Map<String, Path> mounts, List<String> commandLine) {
        List<String> command = new ArrayList<>(List.of(bubblewrap.toString()));
        command.addAll(List.of("--unshare-all", "--share-net", "--die-with-parent", "--new-session"));
        command.addAll(List.of("--ro-bind", root.toString(), "/"));
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
        command.addAll(
                List.of("--uid", "65532", "--gid", "65532", "--cap-drop", "ALL", "--chdir", "/tmp", "--clearenv"));
        environment.forEach((name, value) -> command.addAll(List.of("--setenv", name, value)));
        mounts.forEach((place, file) -> {
            makePlace(place);
            command.addAll(List.of("--ro-bind", file.toString(), place));
        });
        command.addAll(commandLine);
        return Program.start(logs.resolve(log + ".log"), Map.of(), command);
    }

    /** An engine does so too. */
    private void makePlace(String place) {
        Path file = root.resolve(place.substring(1));
        try {
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
