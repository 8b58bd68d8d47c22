package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.FixedClock;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.RawRows;
import io.driftaware.testdb.OwnServer;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** pg_dump here, psql there, into a cluster that was made for it; skipped where the tools are missing or too old. */
class DumpAndRestoreTest {
    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final String PROFILES =
            """
            SELECT string_agg(concat_ws(' ', stream, segment, embedding_model, EXTRACT(EPOCH FROM bucket_start), row_count, md5(body)),
                              E'\\n' ORDER BY stream, segment, embedding_model, bucket_start)
            FROM drift_profiles
            """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"none", "month"})
    void no_row_is_lost_or_doubled(String partition) throws Exception {
        try (TestDatabase source = TestDatabase.withSchema(3)
                        .vectorKind(VectorKind.ARRAY)
                        .partitioned(partition)
                        .open();
                OwnServer target = OwnServer.start()) {
            RawRows rows = new RawRows(source);
            write(rows, 40, Duration.ofDays(5));
            check(source.dataSource());
            write(rows, 30, Duration.ofDays(2));

            Path dump = folder.resolve("dump.sql");
            String said = run(List.of("pg_dump", "--no-owner", "--no-privileges", "-f", dump.toString(), source.url()));
            Assumptions.assumeTrue(said.isEmpty(), "needs a pg_dump of the server's version: " + said);
            assertThat(run(List.of(
                            "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", target.url(), "-f", dump.toString())))
                    .doesNotContain("ERROR");

            assertThatThrownBy(() -> check(target.dataSource()))
                    .isInstanceOf(DriftMonitorException.class)
                    .hasMessageContaining("restored into another cluster");
            assertThat(value(target.dataSource(), PROFILES)).isEqualTo(source.value(PROFILES));

            try (CheckSession session = CheckSession.open(target.dataSource())) {
                assertThat(session.write(Rebase::run)).startsWith("80 rows were read before");
            }
            check(target.dataSource());
            check(source.dataSource());
            assertThat(value(target.dataSource(), PROFILES)).isEqualTo(source.value(PROFILES));
            assertThat(value(target.dataSource(), "SELECT sum(row_count) FROM drift_profiles"))
                    .isEqualTo("140");
        }
    }

    private static void write(RawRows rows, int count, Duration ago) {
        rows.embeddings(count, NOW.minus(ago), Duration.ofDays(1), "query", 3, 1, "m");
        rows.interactions(
                count, NOW.minus(ago), Duration.ofDays(1), i -> i % 7 == 0, i -> null, i -> i % 2 == 0 ? 0.5 : null);
    }

    private static void check(DataSource source) {
        try (DriftMonitor monitor = DriftMonitor.builder(source)
                .config(MonitorConfig.builder().embeddingDim(3).build())
                .clock(new FixedClock(NOW))
                .build()) {
            monitor.checkOnce();
        }
    }

    private static String value(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** What it says when it fails; nothing when all went well. */
    private static String run(List<String> command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : "ERROR " + said;
        } catch (IOException e) {
            return "ERROR " + e.getMessage();
        }
    }
}
