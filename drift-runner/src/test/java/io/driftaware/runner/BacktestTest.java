package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.BacktestReport.Fired;
import io.driftaware.runner.BacktestReport.Replay;
import io.driftaware.runner.BacktestReport.WouldDo;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Five days with a check every three hours: from the third day on some topics are new, and refusals rise. */
class BacktestTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    private static final Duration BETWEEN_CHECKS = Duration.ofHours(3);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Instant END = START.plus(DAY.multipliedBy(5));
    private static final int KNOWN_TOPICS = 20;
    private static final List<Seen> WHAT_HAPPENED = new ArrayList<>();

    /** When an episode began and ended. */
    private record Seen(String stream, Instant openedAt, boolean closed) {}

    @BeforeAll
    static void daysOfChecks() {
        Random random = new Random(5);
        TopicTraffic traffic = new TopicTraffic(db, KNOWN_TOPICS + 3, 11);
        traffic.log(
                2_000,
                START.minus(DAY.multipliedBy(36)),
                DAY.multipliedBy(5),
                i -> random.nextInt(KNOWN_TOPICS),
                i -> random.nextDouble() < 0.02,
                i -> 0.8);
        FixedClock clock = new FixedClock(START);
        try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
                .config(settings().build())
                .clock(clock)
                .build()) {
            for (Instant at = START; at.isBefore(END); at = at.plus(BETWEEN_CHECKS)) {
                boolean drifted = !at.isBefore(START.plus(DAY.multipliedBy(2)));
                traffic.log(
                        36,
                        at,
                        BETWEEN_CHECKS,
                        i -> drifted && random.nextDouble() < 0.2 ? KNOWN_TOPICS + i % 3 : random.nextInt(KNOWN_TOPICS),
                        i -> random.nextDouble() < (drifted ? 0.2 : 0.02),
                        i -> 0.8);
                clock.advance(BETWEEN_CHECKS);
                monitor.checkOnce();
            }
        }
        String happened = db.value(
                """
                SELECT string_agg(concat_ws(' ', stream, extract(epoch FROM opened_at)::bigint, closed_at IS NOT NULL), ',' ORDER BY id)
                FROM drift_episodes
                """);
        for (String row : String.valueOf(happened).split(",")) {
            String[] parts = row.split(" ");
            WHAT_HAPPENED.add(
                    new Seen(parts[0], Instant.ofEpochSecond(Long.parseLong(parts[1])), parts[2].equals("t")));
        }
        assertThat(WHAT_HAPPENED).extracting(Seen::stream).containsExactlyInAnyOrder("query_embeddings", "refusals");
    }

    private static MonitorConfigBuilder settings() {
        return MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).checkInterval(BETWEEN_CHECKS);
    }

    @Test
    void with_the_settings_of_the_time_it_tells_what_happened() {
        Replay replay = replay(settings().build());

        assertThat(replay.checks()).isEqualTo(5 * 8);
        assertThat(seen(replay)).containsExactlyElementsOf(WHAT_HAPPENED);
        assertThat(replay.episodes()).allSatisfy(episode -> {
            assertThat(episode.reason()).contains("evidence 1.");
            assertThat(episode.value()).isGreaterThan(episode.threshold());
        });
        assertThat(replay.episodes())
                .flatExtracting(Fired::actions)
                .extracting(WouldDo::kind, WouldDo::action, WouldDo::keptBack)
                .hasSize(2)
                .allMatch(action -> action.toList().get(1).equals("log"));
    }

    @Test
    void the_profiles_alone_tell_the_same_where_nobody_watched() {
        assertThat(db.count("SELECT count(*) FROM drift_evidence")).isPositive();
        db.execute("CREATE TABLE kept AS TABLE drift_evidence");
        db.execute("DELETE FROM drift_evidence");
        try {
            assertThat(seen(replay(settings().build()))).containsExactlyElementsOf(WHAT_HAPPENED);
        } finally {
            db.execute("INSERT INTO drift_evidence SELECT * FROM kept");
            db.execute("DROP TABLE kept");
        }
    }

    @Test
    void with_a_higher_limit_and_for_the_classic_rule_it_tells_another_story() {
        Map<String, MonitorConfig> settings = new LinkedHashMap<>();
        settings.put(
                "tolerant",
                settings().refusalRateThreshold(0.5).embeddingMinShare(0.5).build());
        settings.put("classic", settings().detection(Detection.THRESHOLD).build());
        BacktestReport report = new Backtest(db.dataSource(), START, END).run(settings);

        assertThat(report.replays()).extracting(Replay::settings).containsExactly("tolerant", "classic");
        assertThat(report.replays().get(0).episodes()).extracting(Fired::stream).doesNotContain("query_embeddings");
        assertThat(report.replays().get(1).episodes()).extracting(Fired::stream).contains("refusals");
        assertThat(BacktestText.of(report))
                .contains("What would have fired from 2026-03-02 00:00 to 2026-03-07 00:00 UTC")
                .containsPattern("classic   40 checks, [0-9]+ episodes?; nothing could be said of ")
                .contains("-> retrain by log");
        assertThat(report.toJson()).contains("\"settings\":\"classic\",\"checks\":40");
    }

    @Test
    void it_changes_nothing_and_leaves_no_table_behind() {
        String sums =
                """
                SELECT string_agg(t.name || (xpath('/row/sum/text()', query_to_xml(
                           format('SELECT md5(coalesce(string_agg(t::text, '','' ORDER BY t::text), '''')) AS sum FROM %I t', t.name),
                           false, true, '')))[1]::text, ' ' ORDER BY t.name)
                FROM (SELECT c.relname AS name FROM pg_class c
                      WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace) t
                """;
        String before = db.value(sums);
        replay(settings().build());

        assertThat(db.value(sums)).isEqualTo(before).contains("drift_episodes");
        assertThat(db.count("SELECT count(*) FROM pg_class WHERE relpersistence = 't'"))
                .isZero();
    }

    private static Replay replay(MonitorConfig config) {
        return new Backtest(db.dataSource(), START, END)
                .run(Map.of("settings", config))
                .replays()
                .get(0);
    }

    private static List<Seen> seen(Replay replay) {
        return replay.episodes().stream()
                .map(episode -> new Seen(episode.stream(), episode.openedAt(), episode.closedAt() != null))
                .toList();
    }
}
