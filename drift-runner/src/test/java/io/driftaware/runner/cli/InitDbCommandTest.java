package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InitDbCommandTest {
    @RegisterExtension
    static final TestDatabase db =
            TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY).partitioned("month");

    private static CommandLineRun initDb() {
        return CommandLineRun.of(
                Map.of("DATABASE_URL", db.url(), "DRIFT_PARTITION", "month", "DRIFT_PGVECTOR", "off"), "init-db");
    }

    @Test
    void what_the_script_warns_of_and_leaves_for_the_next_time_is_shown() throws SQLException {
        db.execute("DROP TABLE interaction_log_before;"
                + "INSERT INTO interaction_log (timestamp) VALUES (now() - interval '1 year')");
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM interaction_log");
            CommandLineRun run = initDb();
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out().lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .startsWith("Warning: interaction_log is in use: history stays in interaction_log_default");
            reader.rollback();
        }
        assertThat(initDb().out()).hasLineCount(1);
        assertThat(db.count("SELECT count(*) FROM interaction_log_before")).isEqualTo(1);
    }
}
