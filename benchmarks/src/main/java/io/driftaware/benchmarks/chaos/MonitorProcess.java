package io.driftaware.benchmarks.chaos;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.runner.Detection;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.WeeklyCaps;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** One monitor: NAME, JDBC address, file of the clock, address of the receiver, and what is broken or {@code nothing}. */
final class MonitorProcess {
    static final int DIMENSION = 8;
    private static final int POOL_SIZE = 3;

    private MonitorProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        PGSimpleDataSource direct = new PGSimpleDataSource();
        direct.setURL(arguments[1]);
        direct.setApplicationName(arguments[0]);
        direct.setConnectTimeout(5);
        direct.setTcpKeepAlive(true);
        DataSource source = Broken.of(arguments[4]).around(direct);
        HikariConfig settings = new HikariConfig();
        settings.setDataSource(source);
        settings.setMaximumPoolSize(POOL_SIZE);
        settings.setMinimumIdle(0);
        settings.setInitializationFailTimeout(-1);
        settings.setConnectionTimeout(5_000);
        // As the runner's own pool: one that asks its first connection, and is cut just then, never has another.
        settings.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try (HikariDataSource pool = new HikariDataSource(settings);
                DriftMonitor monitor = DriftMonitor.builder(pool)
                        .leadFrom(source)
                        .config(config(URI.create(arguments[3])))
                        .clock(new SharedClock(Path.of(arguments[2])))
                        .build()) {
            monitor.start();
            stop.await();
        }
        stopped.countDown();
    }

    static DriftMonitor alone(DataSource source, InstantSource clock) {
        return DriftMonitor.builder(source).config(config(null)).clock(clock).build();
    }

    private static MonitorConfig config(@Nullable URI receiver) {
        var config = MonitorConfig.builder()
                .embeddingDim(DIMENSION)
                .detection(Detection.THRESHOLD)
                .checkInterval(Duration.ofSeconds(1))
                .recentWindow(Duration.ofDays(1))
                .baseline(Duration.ofDays(2), Duration.ofDays(1))
                .minimumSamples(20)
                .coolDown(Duration.ofMinutes(1))
                .weeklyCaps(WeeklyCaps.of(WeeklyCaps.NO_LIMIT));
        if (receiver != null) {
            config.actions(List.of("webhook")).webhookUrl(receiver);
        }
        return config.build();
    }
}
