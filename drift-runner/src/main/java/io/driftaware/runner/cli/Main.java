package io.driftaware.runner.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The program {@code java -jar drift-runner-VERSION-all.jar}. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = new Session(System.getenv(), Path.of(".env"), out, err).execute(args);
        out.flush();
        err.flush();
        System.exit(code);
    }
}
