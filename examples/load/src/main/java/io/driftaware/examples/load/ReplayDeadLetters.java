package io.driftaware.examples.load;

import io.driftaware.logging.DeadLetters;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Says what the dead letters in a logger's folder were refused for, or writes them to the database once that is mended:
 *
 * <pre>
 * export DATABASE_URL=postgresql://user:password@localhost:5432/app
 * java -cp "examples/load/target/classes:$(cat examples/load/target/classpath)" \
 *     io.driftaware.examples.load.ReplayDeadLetters list|replay FOLDER
 * </pre>
 *
 * <p>Exit code 0 when no dead letter is left, 1 when one is or the database fails, 2 for a wrong call.
 */
public final class ReplayDeadLetters {
    private static final String USAGE = "usage: ReplayDeadLetters list|replay FOLDER, with DATABASE_URL set for replay";

    private ReplayDeadLetters() {}

    /** What to do, and the folder. */
    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    static int run(String[] args, Map<String, String> env, PrintStream out, PrintStream err) {
        if (args.length != 2 || !args[0].equals("list") && !args[0].equals("replay")) {
            err.println(USAGE);
            return 2;
        }
        Path folder = Path.of(args[1]);
        if (!Files.isDirectory(folder)) {
            err.println(folder + " is no folder: name the logger's spoolDirectory");
            return 2;
        }
        try {
            if (args[0].equals("replay")) {
                DatabaseAddress address = DatabaseAddress.parse(env.get("DATABASE_URL"));
                out.println(DeadLetters.replay(folder, address.dataSource()));
            }
            Map<String, Long> left = DeadLetters.reasons(folder);
            left.forEach((reason, count) -> out.println(count + "  " + reason));
            return left.isEmpty() ? 0 : 1;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            err.println(e.getMessage());
            return 1;
        }
    }
}
