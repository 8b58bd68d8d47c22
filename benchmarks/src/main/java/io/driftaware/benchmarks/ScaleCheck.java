package io.driftaware.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.runner.Detection;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.prometheus.client.CollectorRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.DataSource;

/** Times the checks of a monitor that lives in a JVM of its own: catching up, with nothing new, with a thousand rows. */
final class ScaleCheck {
    static final String CATCH_UP = "catch-up";
    static final String STEADY = "steady";

    private static final int CHECKS = 9;
    private static final int NEW_INTERACTIONS = 800;
    private static final int NEW_EMBEDDINGS = 200;

    private ScaleCheck() {}

    public static void main(String[] arguments) throws Exception {
        var pool = new HikariConfig();
        pool.setJdbcUrl(arguments[0]);
        pool.setMaximumPoolSize(3);
        boolean catchesUp = arguments[1].equals(CATCH_UP);
        var config = MonitorConfig.builder()
                .embeddingDim(ScaleRows.DIMENSION)
                .detection(catchesUp ? Detection.THRESHOLD : Detection.CALIBRATED)
                .build();
        try (var dataSource = new HikariDataSource(pool);
                var monitor = DriftMonitor.builder(dataSource)
                        .config(config)
                        .registry(new CollectorRegistry())
                        .build()) {
            System.out.println("first=" + seconds(monitor::checkOnce));
            if (!catchesUp) {
                steady(dataSource, monitor);
            }
            System.out.println("peak=" + Machine.peakMegabytes());
        }
    }

    private static void steady(DataSource dataSource, DriftMonitor monitor) throws SQLException {
        // A baseline is learned and its live buckets are scored in the checks before; the classes are warm then, too.
        System.out.println("second=" + seconds(monitor::checkOnce));
        double[] nothing = new double[CHECKS];
        double[] thousand = new double[CHECKS];
        for (int i = 0; i < CHECKS; i++) {
            nothing[i] = seconds(monitor::checkOnce);
        }
        for (int i = 0; i < CHECKS; i++) {
            insert(dataSource);
            thousand[i] = seconds(monitor::checkOnce);
        }
        print("nothing", nothing);
        print("thousand", thousand);
    }

    private static void print(String name, double[] seconds) {
        Arrays.sort(seconds);
        System.out.println(name + "=" + seconds[seconds.length / 2]);
        System.out.println(name + "-worst=" + seconds[seconds.length - 1]);
    }

    /** Rows of the last minutes, as an application would have written them since the check before. */
    private static void insert(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    INSERT INTO interaction_log (timestamp, user_query, refusal_flag, toxicity_flag)
                    SELECT now() - interval '1 second' * (i %% 900), 'new', i %% 50 = 0, false
                    FROM generate_series(1, %d) AS i
                    """
                            .formatted(NEW_INTERACTIONS));
            statement.execute(
                    """
                    INSERT INTO embeddings_log (timestamp, type, embedding, embedding_model)
                    SELECT now() - interval '1 second' * (a.i %% 900), 'query', a.v, 'all-MiniLM-L6-v2'
                    FROM scale_pool a WHERE a.i < %d
                    """
                            .formatted(NEW_EMBEDDINGS));
        }
    }

    private static double seconds(Runnable check) {
        long start = System.nanoTime();
        check.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
