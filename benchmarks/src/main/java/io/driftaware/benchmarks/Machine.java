package io.driftaware.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Locale;
import javax.sql.DataSource;

/** What a benchmark ran on. */
public final class Machine {
    private static final Path STATUS = Path.of("/proc/self/status");

    private Machine() {}

    /** One line for the report; a load above the number of cores says that other work had its share of the time. */
    static String describe(DataSource database) throws SQLException {
        try (var connection = database.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        """
                        SELECT current_setting('server_version'),
                               (SELECT format_type(atttypid, NULL) FROM pg_attribute
                                WHERE attrelid = 'embeddings_log'::regclass AND attname = 'embedding')
                        """)) {
            row.next();
            return String.format(
                    Locale.ROOT,
                    "%s, PostgreSQL %s, embeddings as %s, load %.1f at the end",
                    describe(),
                    row.getString(1).replaceFirst(" .*", ""),
                    row.getString(2),
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        }
    }

    /** One line for the report of a benchmark without a database. */
    public static String describe() {
        return "%s, %d cores, Java %s"
                .formatted(
                        LocalDate.now(Clock.systemUTC()),
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version().feature());
    }

    /** The most memory this process has held, in MB; 0 where the system does not say. */
    static long peakMegabytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
