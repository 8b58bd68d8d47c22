package io.driftaware.deploy.monitoring;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.DriftLoggerMetrics;
import io.driftaware.runner.Health;
import io.driftaware.runner.web.MonitorServer;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.util.Optional;

/** An application that logs with the SDK and exposes the SDK's metrics. */
final class ShopApp implements AutoCloseable {
    private static final Health FINE = new Health(true, true, "ok", Optional.empty(), Optional.empty());

    private final DriftLogger logger;
    private final MonitorServer server;

    private ShopApp(DriftLogger logger, MonitorServer server) {
        this.logger = logger;
        this.server = server;
    }

    static ShopApp start(int port, DriftLogger logger) throws IOException {
        CollectorRegistry registry = new CollectorRegistry();
        new DriftLoggerMetrics(logger).register(registry);
        return new ShopApp(logger, MonitorServer.start("127.0.0.1", port, registry, () -> FINE));
    }

    DriftLogger logger() {
        return logger;
    }

    @Override
    public void close() {
        server.close();
        logger.close();
    }
}
