package io.driftaware.runner.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;

/**
 * One call of the program within the test's process.
 *
 * @param code exit code
 * @param out what stood on standard output
 * @param err what stood on standard error, without the log
 */
record CommandLineRun(int code, String out, String err) {
    static CommandLineRun of(Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Path none = Path.of("no-such-folder", ".env");
        int code = new Session(environment, none, new PrintWriter(out, true), new PrintWriter(err, true)).execute(args);
        return new CommandLineRun(code, out.toString(), err.toString());
    }
}
