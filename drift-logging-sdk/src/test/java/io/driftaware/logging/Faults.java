package io.driftaware.logging;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The named points at which a test causes faults. Each that is hit is logged, and a test in which a point was armed and never
 * hit fails, whatever else it says: it has shown nothing of that fault. JUnit finds this class by itself, so that no test can
 * forget it; tests run one after the other.
 */
public final class Faults implements BeforeEachCallback, AfterEachCallback {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final Map<String, Long> HITS = new TreeMap<>();

    /** Something is to happen at that point. */
    static synchronized void armed(Enum<?> point) {
        HITS.putIfAbsent(nameOf(point), 0L);
    }

    /** Not any more, and the test goes on without: for points that are drawn at random. */
    static synchronized void disarmed(Enum<?> point) {
        HITS.remove(nameOf(point), 0L);
    }

    /** It has happened there. */
    static synchronized void hit(Enum<?> point) {
        if (HITS.merge(nameOf(point), 1L, Long::sum) == 1) {
            LOG.info("fault at {}", nameOf(point));
        }
    }

    private static String nameOf(Enum<?> point) {
        return point.getDeclaringClass().getSimpleName() + "." + point.name();
    }

    private static synchronized void forget() {
        HITS.clear();
    }

    /** Fails if a point was armed and never hit. */
    static synchronized void check() {
        HITS.forEach((point, hits) -> {
            if (hits == 0) {
                throw new AssertionError("the fault at " + point + " was armed and never hit: this run shows nothing");
            }
        });
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        forget();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            if (context.getExecutionException().isEmpty()) {
                check();
            }
        } finally {
            forget();
        }
    }
}
