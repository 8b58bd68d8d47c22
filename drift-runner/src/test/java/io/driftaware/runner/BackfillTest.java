package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** A year of history that was in the logs before the first check. */
class BackfillTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final int INTERACTIONS = 3_000;
    private static final int EMBEDDINGS = 1_500;
    private static final int SCORES = INTERACTIONS / 3;

    /** Flags and scores of an interaction are read by themselves. */
    private static final long ROWS = 2 * INTERACTIONS + EMBEDDINGS + SCORES;

    /** The profiles that checks make of the history: the same in every test, and made in the first that asks. */
    private static @Nullable String ofChecksAlone;

    @BeforeEach
    void history() {
        db.reset();
        boolean vector = db.vectorKind() == VectorKind.VECTOR;
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, refusal_flag, toxicity_flag, user_feedback_score, segment, retrieval_hits)
                SELECT TIMESTAMPTZ '2026-03-04 11:00Z' - LEAST(i, 2000) * INTERVAL '26 minutes'
                       - GREATEST(i - 2000, 0) * INTERVAL '8 hours', i %% 7 = 0, i %% 50 = 0,
                       CASE WHEN i %% 2 = 0 THEN i %% 101 / 100.0 END, CASE WHEN i %% 5 = 0 THEN 'shop' END, i %% 4
                FROM generate_series(1, %d) AS i;
                INSERT INTO embeddings_log (timestamp, type, embedding, embedding_dim, embedding_model)
                SELECT TIMESTAMPTZ '2026-03-04 11:00Z' - LEAST(i, 1000) * INTERVAL '52 minutes'
                       - GREATEST(i - 1000, 0) * INTERVAL '16 hours', 'query',
                       ('%s' || i %% 10 || ',1,0%s')::%s, 3, 'm'
                FROM generate_series(1, %d) AS i;
                INSERT INTO feedback_log (timestamp, interaction_id, score, source)
                SELECT timestamp, interaction_id, 0.75, 'judge' FROM interaction_log WHERE id %% 3 = 0;
                """
                        .formatted(
                                INTERACTIONS,
                                vector ? "[" : "{",
                                vector ? "]" : "}",
                                vector ? "vector" : "real[]",
                                EMBEDDINGS));
    }

    private static MonitorConfig config() {
        return MonitorConfig.builder().embeddingDim(3).minimumSamples(20).build();
    }

    private static Backfill backfill() {
        return new Backfill(db.dataSource(), config(), () -> NOW);
    }

    private static DriftMonitor monitor(Instant now) {
        return DriftMonitor.builder(db.pool())
                .config(config())
                .clock(new FixedClock(now))
                .build();
    }

    private static String profiles() {
        return db.value(
                """
                SELECT md5(string_agg(concat_ws(' ', stream, embedding_model, segment, bucket_start, bucket_seconds, row_count,
                                                md5(body)), E'\\n'
                                      ORDER BY stream, embedding_model, segment, bucket_start, bucket_seconds))
                FROM drift_profiles
                """);
    }

    /** What the reading of a check makes of the same rows, to which a backfill owes nothing. */
    private static void assertThatProfilesAreThoseOfACheck() {
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles WHERE stream = 'interactions' AND segment = ''"))
                .isEqualTo(INTERACTIONS);
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles WHERE stream = 'query_embeddings'"))
                .isEqualTo(EMBEDDINGS);
        assertThat(db.count("SELECT count(*) FROM drift_feedback_state")).isEqualTo(INTERACTIONS / 2 + SCORES);
        String filled = checkedAndRolledUp();
        if (ofChecksAlone == null) {
            forgetWhatWasRead();
            ofChecksAlone = checkedAndRolledUp();
        }
        assertThat(filled).isEqualTo(ofChecksAlone);
    }

    /** The profiles, once checks have rolled up what there is to. */
    private static String checkedAndRolledUp() {
        try (DriftMonitor monitor = monitor(NOW.plusSeconds(60))) {
            long before = -1;
            for (long days = 0; days > before; days = daysOfProfiles()) {
                before = days;
                monitor.checkOnce();
            }
        }
        assertThat(daysOfProfiles()).isGreaterThan(300);
        return profiles();
    }

    private static long daysOfProfiles() {
        return db.count("SELECT count(*) FROM drift_profiles WHERE bucket_seconds = 86400");
    }

    private static void forgetWhatWasRead() {
        db.execute("TRUNCATE drift_profiles, drift_scored_profiles, drift_feedback_state, drift_feedback_changes,"
                + " drift_checkpoints, drift_monitor_state, drift_baselines, drift_evidence CASCADE");
    }

    @Test
    void it_gets_profiles_and_says_how_far_it_is() {
        List<Backfill.Progress> told = new ArrayList<>();
        Backfill.Result result = backfill().run(0, told::add);

        assertThat(result.rows()).isEqualTo(ROWS);
        assertThat(result.failures()).isEmpty();
        assertThat(told.get(0)).isEqualTo(new Backfill.Progress(0, ROWS));
        assertThat(told.get(told.size() - 1)).isEqualTo(new Backfill.Progress(ROWS, ROWS));
        assertThat(backfill().run(0, progress -> {}).rows())
                .as("nothing is left")
                .isZero();
        assertThatProfilesAreThoseOfACheck();
    }

    @Test
    void the_first_check_says_the_same_with_it_and_without_it() {
        backfill().run(0, progress -> {});
        CheckReport with;
        try (DriftMonitor monitor = monitor(NOW)) {
            with = monitor.checkOnce();
        }
        String learned = baselines();
        assertThat(learned).contains("refusals", "feedback", "coverage");
        forgetWhatWasRead();
        try (DriftMonitor monitor = monitor(NOW)) {
            CheckReport without = monitor.checkOnce();
            assertThat(with.verdict()).isEqualTo(without.verdict());
            assertThat(with.classic()).isEqualTo(without.classic());
        }
        assertThat(learned).isEqualTo(baselines());
    }

    private static String baselines() {
        return String.valueOf(
                db.value("SELECT string_agg(stream || ' ' || rows_from || ' ' || row_count || ' ' || md5(body), ', '"
                        + " ORDER BY stream) FROM drift_baselines"));
    }

    @Test
    void at_a_pace_it_reads_in_small_steps_and_the_same() {
        List<Backfill.Progress> told = new ArrayList<>();
        backfill().run(2_000, told::add);
        assertThat(told).hasSizeGreaterThanOrEqualTo(3);
        assertThatProfilesAreThoseOfACheck();
    }

    @Test
    void a_connection_that_is_cut_loses_and_doubles_nothing() {
        assertThatThrownBy(() -> backfill().run(1_000, progress -> {
                    if (progress.rows() > 0) {
                        db.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
                    }
                }))
                .isInstanceOf(DriftMonitorException.class);
        List<Backfill.Progress> told = new ArrayList<>();
        backfill().run(0, told::add);
        assertThat(told.get(0).of()).isBetween(1L, ROWS - 1);
        assertThatProfilesAreThoseOfACheck();
    }

    /** Fills until it is killed. */
    static final class Filler {
        private Filler() {}

        public static void main(String[] arguments) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(arguments[0]);
            new Backfill(source, config(), () -> NOW).run(600, progress -> {});
        }
    }

    @Test
    @Timeout(60)
    void a_process_that_is_killed_goes_on_where_it_was() throws Exception {
        long before = 0;
        for (int life = 0; life < 2; life++) {
            Process filler = start();
            try {
                while (filler.isAlive() && read() <= before) {
                    Thread.onSpinWait();
                }
            } finally {
                assertThat(filler.isAlive()).as("killed in the middle").isTrue();
                filler.destroyForcibly().waitFor();
            }
            before = read();
        }
        assertThat(backfill().run(0, progress -> {}).rows()).isBetween(1L, ROWS - 1);
        assertThatProfilesAreThoseOfACheck();
    }

    private static long read() {
        return db.count("SELECT COALESCE(sum(row_count), 0) FROM drift_profiles");
    }

    private static Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Filler.class.getName(),
                        db.jdbcUrl())
                .inheritIO()
                .start();
    }

    @Test
    void a_monitor_checks_meanwhile_and_every_row_counts_once() {
        AtomicInteger checks = new AtomicInteger();
        try (DriftMonitor monitor = monitor(NOW)) {
            backfill().run(1_000, progress -> {
                if (progress.rows() > 0 && checks.get() < 2) {
                    // The backlog is read by the check: from then on there is nothing to do.
                    assertThat(monitor.checkOnce().at()).isAfterOrEqualTo(NOW);
                    checks.incrementAndGet();
                }
            });
        }
        assertThat(checks.get()).isPositive();
        assertThatProfilesAreThoseOfACheck();
    }

    @Test
    @Timeout(60)
    void a_check_that_is_due_while_rows_are_read_waits_for_them_and_is_made() throws Exception {
        List<Instant> at = new ArrayList<>();
        FixedClock clock = new FixedClock(NOW);
        Thread filling = new Thread(() -> backfill().run(0, progress -> {}), "filling");
        try (DriftMonitor monitor =
                DriftMonitor.builder(db.pool()).config(config()).clock(clock).build()) {
            filling.start();
            while (filling.isAlive() || at.size() < 3) {
                clock.advance(Duration.ofMinutes(15));
                at.add(monitor.checkOnce().at());
                assertThat(at.get(at.size() - 1)).isEqualTo(clock.instant());
            }
        } finally {
            filling.join();
        }
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles WHERE stream = 'interactions' AND segment = ''"))
                .isEqualTo(INTERACTIONS);
    }
}
