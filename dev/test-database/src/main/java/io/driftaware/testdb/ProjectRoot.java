package io.driftaware.testdb;

import java.nio.file.Files;
import java.nio.file.Path;

/** The project's root folder: system property {@code drift.root} (set by the build), else looked for upwards. */
final class ProjectRoot {
    private ProjectRoot() {}

    static Path find() {
        String property = System.getProperty("drift.root");
        if (property != null) {
            return Path.of(property);
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("setup_database.sql"))) {
                return folder;
            }
        }
        return start;
    }
}
