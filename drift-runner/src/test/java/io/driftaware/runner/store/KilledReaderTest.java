package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** A process that reads and is killed without warning, again and again, while rows are written. */
class KilledReaderTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final String DECIDED = "INSERT INTO decided SELECT %d WHERE %1$d > 0 RETURNING pg_sleep(0.01)";

    /** Checks until it is killed; what it decides is how many rows it was told of. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) throws SQLException {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(arguments[0]);
            VectorKind kind = VectorKind.valueOf(arguments[1]);
            while (true) {
                try (CheckSession session = CheckSession.open(source)) {
                    if (session.claim()) {
                        Intake intake =
                                Intake.start(session, new Intake.Settings(NOW, ZoneOffset.UTC, kind, Scoring.NONE, 5));
                        session.write(connection -> {
                            decide(connection, intake.finish(connection).tally());
                            return null;
                        });
                    }
                }
            }
        }
    }

    static void decide(Connection connection, Tally tally) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(DECIDED.formatted(ReadingOnceContract.flags(tally)));
        }
    }

    @Test
    @Timeout(60)
    void counts_no_row_twice_and_loses_none() throws Exception {
        db.execute("CREATE TABLE decided (rows bigint)");
        LogRows some = new LogRows(3, NOW, db.vectorKind() == io.driftaware.testdb.VectorKind.VECTOR);
        for (int life = 0; life < 3; life++) {
            Process reader = start();
            try (Connection connection = db.dataSource().getConnection()) {
                long before = db.count("SELECT count(*) FROM decided");
                // Until it has decided a few times, and then in the middle of something.
                while (reader.isAlive() && db.count("SELECT count(*) FROM decided") < before + 3 + life) {
                    some.some(connection);
                }
                for (int i = 0; i < 10 + 7 * life; i++) {
                    some.some(connection);
                }
            } finally {
                assertThat(reader.isAlive()).isTrue();
                reader.destroyForcibly().waitFor();
            }
        }
        // The server notices a moment later that its client has gone, and lets go of the lead.
        CheckReading last = new CheckReading(db, NOW);
        while (last.read((connection, taken) -> decide(connection, taken.tally()))
                .isEmpty()) {
            Thread.onSpinWait();
        }

        new Ledger(db).assertBalanced();
        assertThat(db.count("SELECT sum(rows) FROM decided"))
                .isEqualTo(
                        db.count(
                                """
                                SELECT count(*) FROM interaction_log
                                WHERE refusal_flag IS NOT NULL AND timestamp >= '2026-03-03T12:00Z'
                                """));
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        db.jdbcUrl(),
                        db.vectorKind().name())
                .inheritIO()
                .start();
    }
}
