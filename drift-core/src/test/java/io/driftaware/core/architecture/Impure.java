package io.driftaware.core.architecture;

import java.io.File;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Logger;

/** Everything that drift-core must not do, one class each: {@link PurityTest} must object to every one of them. */
final class Impure {

    private Impure() {}

    static final class ReadsFiles {
        boolean exists() {
            return new File("x").exists();
        }
    }

    static final class ReadsFilesByPath {
        boolean exists() {
            return java.nio.file.Files.exists(java.nio.file.Path.of("x"));
        }
    }

    static final class OpensSockets {
        Object address() {
            return java.net.InetAddress.getLoopbackAddress();
        }
    }

    static final class TalksToDatabases {
        Object drivers() {
            return java.sql.DriverManager.getDrivers();
        }
    }

    static final class ReadsTheTime {
        Instant now() {
            return Instant.now();
        }
    }

    static final class ReadsTheLocalTime {
        Object today() {
            return java.time.LocalDate.now(java.time.ZoneOffset.UTC);
        }
    }

    static final class ReadsTheSystemClock {
        long now() {
            return System.nanoTime();
        }
    }

    static final class HoldsAClock {
        Instant now(Clock clock) {
            return clock.instant();
        }
    }

    static final class StartsThreads {
        void start() {
            new Thread(() -> {}).start();
        }
    }

    static final class UsesConcurrency {
        int random() {
            return ThreadLocalRandom.current().nextInt();
        }
    }

    static final class DrawsWithoutSeed {
        double draw() {
            return new Random().nextDouble();
        }
    }

    static final class DrawsFromMath {
        double draw() {
            return Math.random();
        }
    }

    static final class DrawsIds {
        UUID draw() {
            return UUID.randomUUID();
        }
    }

    static final class Shuffles {
        void shuffle(java.util.List<String> list) {
            java.util.Collections.shuffle(list);
        }
    }

    static final class Logs {
        void log() {
            Logger.getLogger("x").info("y");
        }
    }

    static final class Prints {
        void print() {
            System.out.println("x");
        }
    }

    static final class ReadsProperties {
        Object property() {
            return System.getProperty("x");
        }
    }

    static final class RunsParallel {
        long count(java.util.List<String> list) {
            return list.parallelStream().count();
        }
    }
}
