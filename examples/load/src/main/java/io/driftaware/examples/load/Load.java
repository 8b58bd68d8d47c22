package io.driftaware.examples.load;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.FlushResult;
import io.driftaware.logging.LoggerStats;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * Logs what comes on standard input through the SDK and prints {@code stats()} as one line of JSON.
 *
 * <pre>
 * mvn -q -pl examples/load -am -DskipTests package
 * export DATABASE_URL=postgresql://user:password@localhost:5432/app
 * java -cp "examples/load/target/classes:$(cat examples/load/target/classpath)" \
 *     io.driftaware.examples.load.Load --dimension 3 &lt; rows.txt
 * </pre>
 *
 * <p>{@link Lines} says what a line looks like. With {@code --raw-f32} the input is vectors of little-endian 32-bit floats,
 * one after the other, all of one type. Exit code 0 when every row is in the database, 1 when not, 2 for a wrong call.
 */
public final class Load {
    private static final int LOOK_EVERY = 256;

    private Load() {}

    /** {@code --help} explains the options. */
    public static void main(String[] args) throws IOException {
        System.exit(run(args, System.getenv(), System.in, System.out, System.err));
    }

    static int run(String[] args, Map<String, String> env, InputStream in, PrintStream out, PrintStream err)
            throws IOException {
        Options options;
        DatabaseAddress address;
        try {
            options = Options.parse(args);
            if (options.help()) {
                out.print(Options.HELP);
                return 0;
            }
            address = DatabaseAddress.parse(env.get("DATABASE_URL"));
        } catch (IllegalArgumentException e) {
            err.println("load: " + e.getMessage());
            return 2;
        }
        return load(options, address, in, out, err);
    }

    private static int load(Options options, DatabaseAddress address, InputStream in, PrintStream out, PrintStream err)
            throws IOException {
        DriftLogger logger = DriftLogger.builder(address.dataSource())
                .embeddingModel(options.model(), options.dimension())
                .queueCapacity(options.queue())
                .closeTimeout(options.timeout())
                .build();
        boolean complete;
        long unreadable;
        try (logger) {
            Rows rows = options.rawF32() ? new RawVectors(in, options) : new Lines(in, err);
            int lookEvery = Math.max(1, Math.min(LOOK_EVERY, options.queue() / 4));
            long logged = 0;
            while (rows.logNext(logger)) {
                if (++logged % lookEvery == 0 && !options.drop()) {
                    waitForRoom(logger, options);
                }
            }
            FlushResult result = logger.flush(options.timeout());
            result.lastError().ifPresent(e -> err.println("load: " + e));
            complete = result.complete();
            unreadable = rows.unreadable();
        }
        LoggerStats stats = logger.stats();
        out.println(json(stats));
        boolean all = complete && unreadable == 0 && stats.droppedTotal() == 0 && stats.rejectedTotal() == 0;
        return all ? 0 : 1;
    }

    /** A file can wait, unlike an application: keep half of the queue free when it looks, as long as rows do get written. */
    private static void waitForRoom(DriftLogger logger, Options options) {
        while (logger.stats().pending() > options.queue() / 2) {
            long before = logger.stats().written();
            long end = System.nanoTime() + options.timeout().toNanos();
            while (logger.stats().written() == before) {
                if (System.nanoTime() > end) {
                    return;
                }
                logger.flush(Options.A_MOMENT);
            }
        }
    }

    static String json(LoggerStats stats) {
        return "{\"accepted\":%d,\"written\":%d,\"pending\":%d,\"dropped\":%s,\"rejected\":%s}"
                .formatted(
                        stats.accepted(),
                        stats.written(),
                        stats.pending(),
                        json(stats.dropped()),
                        json(stats.rejected()));
    }

    /** The SDK's reasons are plain words. */
    private static String json(SortedMap<String, Long> counts) {
        return counts.entrySet().stream()
                .map(e -> "\"" + e.getKey() + "\":" + e.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }
}
