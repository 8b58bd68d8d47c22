package io.driftaware.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The psql client, from the PATH. */
final class Psql {
    private static final Pattern TIME = Pattern.compile("Time: ([0-9.]+) ms");

    private Psql() {}

    /** Runs one command and returns the seconds that psql's own \timing says it took. */
    static double timed(String url, String command) throws IOException, InterruptedException {
        Process psql = new ProcessBuilder(
                        "psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", "\\timing on", "-c", command)
                .redirectErrorStream(true)
                .start();
        String output = new String(psql.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher time = TIME.matcher(output);
        if (psql.waitFor() != 0 || !time.find()) {
            throw new IllegalStateException("psql: " + output);
        }
        return Double.parseDouble(time.group(1)) / 1_000;
    }
}
