package io.driftaware.runner.cli;

import java.util.logging.Logger;
import org.slf4j.event.Level;

/**
 * Hands LOG_LEVEL to the standalone jar's logback.xml through system properties, which it reads when the first logger
 * is made; so no class that is loaded before may hold one. With another logging back end nothing happens.
 */
final class LogSetup {
    // Held, as java.util.logging forgets the level of a logger that nobody refers to.
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    private LogSetup() {}

    static void apply(Level level) {
        System.setProperty("drift.log.level", level.toString());
        System.setProperty("drift.log.level.others", others(level).toString());
        System.setProperty("drift.log.exceptions", level == Level.DEBUG ? "%ex" : "%nopex");
        // What the driver would log reaches us as exceptions.
        DRIVER.setLevel(java.util.logging.Level.OFF);
    }

    /** For a command that prints what a check found: the log leaves out the line that says the same. To be called before {@link #apply}. */
    static void withoutCheckLines() {
        System.setProperty("drift.log.level.checks", "WARN");
    }

    private static Level others(Level level) {
        return switch (level) {
            case TRACE, DEBUG -> Level.INFO;
            case INFO, WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
