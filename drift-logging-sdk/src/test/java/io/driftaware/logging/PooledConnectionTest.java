package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A HikariCP pool as the DataSource. */
final class PooledConnectionTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @Test
    void a_pool_lends_one_connection_and_gets_it_back_as_it_was() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(DB.dataSource());
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            try (DriftLogger logger =
                    DriftLogger.builder(pool).embeddingModel("m", 3).build()) {
                logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}));
                assertThat(logger.flush(LONG).complete()).isTrue();
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isEqualTo(1);
            }
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(connection.getNetworkTimeout()).isZero();
            }
        }
    }

    @Test
    void a_pool_that_is_closed_is_an_outage_and_no_crash() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(DB.dataSource());
        HikariDataSource pool = new HikariDataSource(config);
        pool.close();
        Heard heard = new Heard();
        try (DriftLogger logger = DriftLogger.builder(pool)
                .closeTimeout(Duration.ZERO)
                .listener(heard)
                .build()) {
            logger.log(Interaction.builder().build());
            Eventually.hold("told", () -> !heard.outages.isEmpty());
            assertThat(logger.stats().pending()).isEqualTo(1);
        }
    }
}
