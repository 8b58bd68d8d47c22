package io.driftaware.benchmarks;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Runs a main class in a JVM with its own heap; what it prints on standard output are its results. */
final class ChildJvm {
    private ChildJvm() {}

    static Properties run(String heap, Class<?> main, String... arguments) throws IOException, InterruptedException {
        System.out.println("running " + main.getSimpleName() + " with " + heap);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(heap);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(main.getSimpleName() + " failed: " + output);
        }
        Properties results = new Properties();
        results.load(new StringReader(output));
        return results;
    }
}
