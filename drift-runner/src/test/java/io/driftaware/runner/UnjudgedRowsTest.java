package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are read while their stream cannot be judged are judged later, once: the evidence is that of one reading. */
class UnjudgedRowsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final int TOPICS = 20;
    private static final int FAILING_CHECKS = 3;

    private FixedClock clock = new FixedClock(NOW);
    private Random random = new Random(7);
    private TopicTraffic traffic = new TopicTraffic(db, TOPICS + 1, 11);

    @BeforeEach
    void usualTraffic() {
        db.reset();
        clock = new FixedClock(NOW);
        random = new Random(7);
        traffic = new TopicTraffic(db, TOPICS + 1, 11);
        log(2_000, NOW.minus(DAY.multipliedBy(36)), DAY.multipliedBy(5));
        log(700, NOW.minus(DAY.multipliedBy(7)), DAY.multipliedBy(7));
        assertThat(check().verdict()).isEqualTo(Verdict.OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refusals", "feedback", "query_embeddings"})
    void a_baseline_that_cannot_be_read_for_a_while_costs_no_row(String stream) {
        String damage = "UPDATE drift_baselines SET body = substr(body, 1, 9) WHERE stream = '" + stream + "'";
        db.execute("CREATE TABLE sound AS SELECT id, body FROM drift_baselines");
        try {
            comesAndGoes(
                    stream,
                    damage,
                    "UPDATE drift_baselines b SET body = s.body FROM sound s WHERE s.id = b.id",
                    "baseline [0-9]+ of " + stream + " cannot be read: .*baseline accept --stream " + stream);
        } finally {
            db.execute("DROP TABLE sound");
        }
    }

    @Test
    void a_profile_that_cannot_be_read_for_a_while_costs_no_row() {
        String old = "stream = 'interactions' AND bucket_start < '2026-03-01T00:00Z'";
        db.execute("CREATE TABLE sound AS SELECT * FROM drift_profiles WHERE " + old);
        try {
            comesAndGoes(
                    "refusals",
                    "UPDATE drift_profiles SET body = substr(body, 1, 3) WHERE " + old,
                    "DELETE FROM drift_profiles WHERE " + old + "; INSERT INTO drift_profiles SELECT * FROM sound",
                    "comparing failed: .*");
        } finally {
            db.execute("DROP TABLE sound");
        }
    }

    private void comesAndGoes(String stream, String damage, String repair, String reason) {
        db.execute(damage);
        for (int i = 0; i < FAILING_CHECKS; i++) {
            someRows();
            StreamReport report = stream(check(), stream);
            assertThat(report.verdict()).isEqualTo(Verdict.INSUFFICIENT);
            assertThat(report.reason()).containsPattern(reason);
        }
        db.execute(repair);
        someRows();
        assertThat(stream(check(), stream).verdict()).isEqualTo(Verdict.OK);
        String found = evidence(stream);

        usualTraffic();
        for (int i = 0; i <= FAILING_CHECKS; i++) {
            someRows();
        }
        check();
        assertThat(found).contains("log_r").isEqualTo(evidence(stream));

        clock.advance(QUARTER);
        check();
        assertThat(evidence(stream)).as("a check later").isEqualTo(found);
        assertThat(db.value("SELECT count(*) FROM drift_monitor_state WHERE key = 'pending_tally'"))
                .isEqualTo("0");
    }

    @Test
    void the_other_streams_are_judged_meanwhile() {
        db.execute("UPDATE drift_baselines SET body = '\\x00' WHERE stream = 'refusals'");
        someRows();

        CheckReport report = check();

        assertThat(report.streams())
                .filteredOn(stream -> stream.verdict() == Verdict.INSUFFICIENT)
                .extracting(StreamReport::stream)
                .contains("refusals")
                .doesNotContain("toxicity", "feedback", "query_embeddings");
        assertThat(db.count("SELECT count(*) FROM drift_evidence WHERE stream = 'toxicity' AND checked_at = '"
                        + clock.instant() + "'"))
                .isPositive();
        assertThat(report.episodes()).isEmpty();
    }

    @Test
    void an_accepted_baseline_forgets_what_waited_for_the_one_before() {
        db.execute("UPDATE drift_baselines SET body = '\\x00' WHERE stream = 'refusals'");
        someRows();
        check();
        assertThat(db.value(
                        "SELECT value -> 'flags' ->> 'refusals' FROM drift_monitor_state WHERE key = 'pending_tally'"))
                .as("what waits")
                .isNotNull();

        new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), clock)
                .accept("refusals", NOW.minus(DAY.multipliedBy(37)), NOW);
        clock.advance(QUARTER);

        assertThat(stream(check(), "refusals").verdict()).isEqualTo(Verdict.OK);
        assertThat(db.count("SELECT count(*) FROM drift_evidence WHERE stream = 'refusals' AND deltas <> '{}' AND"
                        + " hypothesis <> 'window' AND checked_at = '" + clock.instant() + "'"))
                .isZero();
    }

    /** The last step of each sequence that steps at every check, without its time. */
    private static String evidence(String stream) {
        return db.value(
                """
                SELECT string_agg(hypothesis || ' log_r ' || log_r::text || ' log_e ' || log_e || ' ' || deltas, E'\\n'
                                  ORDER BY hypothesis)
                FROM (SELECT DISTINCT ON (hypothesis) * FROM drift_evidence WHERE stream = '%s' AND hypothesis <> 'window'
                      ORDER BY hypothesis, checked_at DESC) last
                """
                        .formatted(stream));
    }

    private void someRows() {
        log(60, clock.instant(), QUARTER);
        clock.advance(QUARTER);
    }

    private void log(int count, Instant from, Duration over) {
        traffic.log(
                count,
                from,
                over,
                i -> random.nextInt(TOPICS),
                i -> random.nextDouble() < 0.02,
                i -> random.nextDouble() < 0.8 ? 1.0 : 0.0);
    }

    /** By a monitor that remembers nothing, as after a restart. */
    private CheckReport check() {
        return DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(TopicTraffic.DIMENSION)
                        .build())
                .clock(clock)
                .build()
                .checkOnce();
    }

    private static StreamReport stream(CheckReport report, String name) {
        return report.streams().stream()
                .filter(stream -> stream.stream().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
