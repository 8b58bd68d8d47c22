package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.UncoveredQueries;
import io.driftaware.runner.store.UserErasure;
import io.driftaware.runner.store.UserErasure.Erased;
import io.driftaware.runner.store.Window;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user whose queries the monitor has quoted, in baselines, events, episodes and its last report, leaves no text behind. */
final class UserErasureTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final int USUAL_TOPICS = 20;

    private final DriftMonitor monitor = DriftMonitor.builder(db.pool())
            .config(MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).build())
            .clock(new FixedClock(NOW))
            .build();

    /** Of the usual topics one is theirs, and the new one is. */
    @BeforeEach
    void drift_that_is_explained_in_their_words() {
        db.reset();
        Random random = new Random(7);
        TopicTraffic traffic = new TopicTraffic(db, USUAL_TOPICS + 1, 11);
        traffic.log(
                2_000,
                NOW.minus(DAY.multipliedBy(36)),
                DAY.multipliedBy(5),
                i -> random.nextInt(USUAL_TOPICS),
                i -> false,
                i -> i % 4 == 0 ? 0.8 : null);
        traffic.log(
                700,
                NOW.minus(DAY.multipliedBy(7)),
                DAY.multipliedBy(7),
                i -> random.nextInt(5) == 0 ? USUAL_TOPICS : random.nextInt(USUAL_TOPICS),
                i -> false,
                i -> i % 4 == 0 ? 0.8 : null);
        monitor.checkOnce();
        db.execute("UPDATE interaction_log SET user_id = 'theirs' WHERE user_query ~ ' topic (3|20)$'");
    }

    private static Erased erase(boolean trial) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            return session.write(connection -> trial
                    ? UserErasure.tried(connection, List.of("theirs"))
                    : UserErasure.run(connection, List.of("theirs")));
        }
    }

    /** Every table that has the words somewhere in a row. */
    private static List<String> tablesThatQuoteThem() {
        List<String> found = new ArrayList<>();
        String tables = db.value("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class"
                + " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace");
        for (String table : tables.split(",")) {
            if (db.count("SELECT count(*) FROM " + table + " t WHERE t::text ~ 'about topic (3|20)[^0-9]'") > 0) {
                found.add(table);
            }
        }
        return found;
    }

    @Test
    void nothing_quotes_them_afterwards() throws SQLException {
        assertThat(tablesThatQuoteThem())
                .containsExactly(
                        "drift_baselines", "drift_episodes", "drift_events", "drift_monitor_state", "interaction_log");
        long others = db.count("SELECT count(*) FROM interaction_log WHERE user_id IS NULL");
        long theirs = db.count("SELECT count(*) FROM interaction_log WHERE user_id IS NOT NULL");

        Erased erased = erase(false);

        assertThat(tablesThatQuoteThem()).isEmpty();
        assertThat(erased.interactions()).isEqualTo(theirs).isPositive();
        assertThat(erased.embeddings()).isEqualTo(theirs);
        assertThat(erased.feedbackStates()).isPositive();
        assertThat(erased.texts()).isPositive();
        assertThat(db.count("SELECT count(*) FROM interaction_log")).isEqualTo(others);
        assertThat(db.count("SELECT count(*) FROM embeddings_log")).isEqualTo(others);
        assertThat(db.count("SELECT count(*) FROM drift_feedback_state s WHERE NOT EXISTS"
                        + " (SELECT FROM interaction_log i WHERE i.id = s.interaction_row)"))
                .isZero();
        assertThat(db.value("SELECT details::text FROM drift_episodes")).contains("[ERASED]", "about topic ");
    }

    @Test
    void what_coverage_quotes_of_them_goes_too() throws SQLException {
        db.execute("INSERT INTO interaction_log (timestamp, user_id, user_query, retrieval_hits) VALUES"
                + " ('2026-03-04 11:00Z', 'theirs', '  of mine, with spaces around ', 0),"
                + " ('2026-03-04 11:00Z', 'theirs', NULL, 0),"
                + " ('2026-03-04 11:00Z', 'others', ' of somebody else ', 0)");
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            List<String> quoted =
                    session.read(connection -> UncoveredQueries.latest(connection, new Window(NOW.minus(DAY), NOW), 0));
            assertThat(quoted).hasSize(3).contains("of mine, with spaces around", "of somebody else");
            db.execute("INSERT INTO drift_events (kind, details) VALUES ('quoting', '{\"examples\": [\""
                    + String.join("\", \"", quoted) + "\"]}')");
        }
        erase(false);
        assertThat(db.value("SELECT details->>'examples' FROM drift_events WHERE kind = 'quoting'"))
                .contains("of somebody else")
                .matches("[^E]*(\\[ERASED]\"[^E]*){2}");
    }

    @Test
    void the_vectors_that_a_baseline_was_made_of_are_counted() throws SQLException {
        Erased erased = erase(false);
        assertThat(erased.baselines()).hasSize(1);
        erased.baselines().forEach((baseline, vectors) -> {
            assertThat(baseline.stream().label()).isEqualTo("query_embeddings");
            assertThat(vectors).isBetween(1, (int) erased.embeddings());
        });
    }

    @Test
    void the_monitor_goes_on_and_counts_what_it_counted() throws SQLException {
        long counted = db.count("SELECT sum(row_count) FROM drift_profiles WHERE segment = ''");
        erase(false);
        CheckReport report = monitor.checkOnce();
        assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles WHERE segment = ''"))
                .isEqualTo(counted);
        assertThat(tablesThatQuoteThem()).isEmpty();
    }

    @Test
    void a_trial_tells_the_same_numbers_and_changes_nothing() throws SQLException {
        String before = everything();
        Erased trial = erase(true);
        assertThat(everything()).isEqualTo(before);
        assertThat(trial).usingRecursiveComparison().isEqualTo(erase(false));
        assertThat(erase(false))
                .extracting(Erased::interactions, Erased::embeddings, Erased::texts)
                .containsOnly(0L);
    }

    private static String everything() {
        return db.value(
                "SELECT concat_ws('|', (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM interaction_log t),"
                        + " (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM embeddings_log t),"
                        + " (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM drift_events t),"
                        + " (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM drift_episodes t),"
                        + " (SELECT md5(string_agg(t::text, '' ORDER BY key)) FROM drift_monitor_state t),"
                        + " (SELECT md5(string_agg(t::text, '' ORDER BY interaction_row)) FROM drift_feedback_state t))");
    }
}
