package io.driftaware.examples.monitor;

import io.driftaware.logging.DriftLogger;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.prometheus.client.CollectorRegistry;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** What the pages take for granted: an application has it. Nothing of it is ever run. */
@SuppressWarnings({"NullAway", "unused"})
abstract class PageContext {
    static final Pattern CUSTOMER_NUMBER = Pattern.compile("K-[0-9]{7}");

    DataSource dataSource;
    DriftLogger logger;
    UUID id;
    String question;
    String answer;
    float[] vector;
    String userId;
    byte[] key;
    Path folder;
    DriftMonitor monitor;
    MonitorConfig config;
    CollectorRegistry registry;
    String token;
}
