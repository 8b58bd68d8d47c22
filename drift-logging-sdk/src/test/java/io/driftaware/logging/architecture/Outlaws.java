package io.driftaware.logging.architecture;

import com.zaxxer.hikari.HikariConfig;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.time.Instant;
import org.slf4j.helpers.NOPLogger;

/** Classes that the SDK must not have: {@link ArrowsTest} must object to every one of them. */
final class Outlaws {
    private Outlaws() {}

    /** Stands for the other modules, such as drift-core, which are not on this class path at all. */
    static final class UsesAnotherModule {
        Object other() {
            return TestDatabase.empty();
        }
    }

    static final class UsesAnotherLibrary {
        Object pool() {
            return new HikariConfig();
        }
    }

    static final class UsesThePrometheusClient {
        Object registry() {
            return new CollectorRegistry();
        }
    }

    static final class UsesSlf4jBeyondItsApi {
        Object logger() {
            return NOPLogger.NOP_LOGGER;
        }
    }

    static final class ReadsTheClock {
        Instant now() {
            return Instant.now();
        }
    }

    static final class Prints {
        void print() {
            System.out.println("x");
        }
    }
}
