package io.driftaware.examples.load;

import java.time.Duration;
import java.util.Set;

/** What the command line says. */
record Options(
        boolean help,
        int dimension,
        String model,
        boolean rawF32,
        String type,
        int queue,
        Duration timeout,
        boolean drop) {
    static final Duration A_MOMENT = Duration.ofMillis(5);

    static final String HELP =
            """
            Logs rows from standard input through the SDK and prints its stats() as JSON. DATABASE_URL says where to.

              --dimension D    how many values a vector has; others are rejected and counted (1536)
              --model NAME     the embedding model's name (load-test)
              --raw-f32        input is little-endian 32-bit floats, D to a vector, instead of lines
              --type TYPE      with --raw-f32: query (the default), doc or response
              --queue N        events that wait in memory at most (10000)
              --drop           do not wait for the database, drop when the queue is full, as an application does
              --timeout S      seconds to wait for the database without progress, and at the end (60)
              --help           this text

            A line has fields divided by tabs, and an empty field means unknown:
              query|doc|response  V1,V2,..  [TIMESTAMP]
              interaction  QUERY  [RESPONSE]  [REFUSAL true|false]  [TOXIC true|false]  [FEEDBACK 0..1]  [TIMESTAMP]
            Exit code: 0 every row is stored, 1 some are not (the JSON says why), 2 wrong call.
            """;

    private static final Set<String> TYPES = Set.of("query", "doc", "response");

    Options {
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException("--type is '" + type + "': give query, doc or response");
        }
    }

    static Options parse(String[] args) {
        boolean help = false;
        int dimension = 1536;
        String model = "load-test";
        boolean rawF32 = false;
        String type = "query";
        int queue = 10_000;
        int timeout = 60;
        boolean drop = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--help", "-h" -> help = true;
                case "--raw-f32" -> rawF32 = true;
                case "--drop" -> drop = true;
                case "--dimension" -> dimension = number(args, i++, 16_000);
                case "--queue" -> queue = number(args, i++, 1 << 20);
                case "--timeout" -> timeout = number(args, i++, 86_400);
                case "--model" -> model = value(args, i++);
                case "--type" -> type = value(args, i++);
                default -> throw new IllegalArgumentException("unknown option '" + args[i] + "': see --help");
            }
        }
        return new Options(help, dimension, model, rawF32, type, queue, Duration.ofSeconds(timeout), drop);
    }

    private static String value(String[] args, int option) {
        if (option + 1 >= args.length) {
            throw new IllegalArgumentException(args[option] + " needs a value: see --help");
        }
        return args[option + 1];
    }

    private static int number(String[] args, int option, int largest) {
        String text = value(args, option);
        if (!text.matches("\\d{1,8}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > largest) {
            throw new IllegalArgumentException(
                    args[option] + " is '" + text + "': give a whole number from 1 to " + largest);
        }
        return Integer.parseInt(text);
    }
}
