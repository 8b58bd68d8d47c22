package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From drift of the embeddings to new vectors, by what {@code DRIFT_ACTIONS=reindex} sets up. */
@Timeout(120)
class ReindexEpisodeTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4).vectorKind(VectorKind.ARRAY);

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private final FixedClock clock = new FixedClock(START);
    private final FakeOpenAi fake = FakeOpenAi.start();

    @BeforeEach
    void queries_that_have_turned_elsewhere() {
        db.reset();
        RawRows rows = new RawRows(db);
        rows.embeddings(100, START.minus(Duration.ofDays(37)), WEEK, "query", 4, 0, "old");
        rows.embeddings(100, START.minus(WEEK), WEEK, "query", 4, 1, "old");
        db.execute("INSERT INTO documents (source, content, embedding)"
                + " SELECT 's' || n, 'text ' || n, '{1,0,0,0}' FROM generate_series(1, 9) n");
    }

    @AfterEach
    void close() {
        fake.close();
    }

    private DriftMonitor monitor(List<String> actions, String key) {
        return DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(4)
                        .detection(Detection.THRESHOLD)
                        .actions(actions)
                        .actionSettings(Map.of(
                                "DRIFT_REINDEX_MODEL",
                                "new-model-4",
                                "DRIFT_REINDEX_BATCH",
                                "4",
                                "OPENAI_BASE_URL",
                                fake.url().toString(),
                                "OPENAI_API_KEY",
                                key))
                        .build())
                .clock(clock)
                .build();
    }

    private static String state() {
        return db.value("SELECT state FROM drift_actions");
    }

    @Test
    void an_episode_ends_with_every_document_re_embedded_once() throws Exception {
        fake.failNext(FakeOpenAi.Fault.TOO_MANY);
        try (DriftMonitor monitor = monitor(List.of("reindex"), FakeOpenAi.KEY)) {
            CheckReport report = monitor.checkOnce();
            assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
            Eventually.isTrue("the action has succeeded", () -> {
                clock.advance(Duration.ofSeconds(5));
                monitor.checkOnce();
                return state().equals("SUCCEEDED");
            });
        }
        assertThat(db.value("SELECT string_agg(action || ' ' || kind || ' ' || state, ', ') FROM drift_actions"))
                .isEqualTo("reindex reindex SUCCEEDED");
        assertThat(db.value("SELECT result FROM drift_actions"))
                .startsWith("DONE to new-model-4 (4 dimensions): 9 embedded, 0 reused, 0 to do");
        assertThat(db.value("SELECT value ->> 'run' FROM drift_monitor_state WHERE key = 'reindex'"))
                .isEqualTo(db.value("SELECT idempotency_key::text FROM drift_actions"));
        assertThat(fake.embedded.get()).isEqualTo(9);
        assertThat(db.count("SELECT count(*) FROM documents WHERE embedding_model = 'new-model-4'"
                        + " AND embedding <> '{1,0,0,0}' AND content_hash = md5(content)"))
                .isEqualTo(9);
    }

    @Test
    void unless_it_is_named_nothing_is_asked_and_nothing_is_written() {
        try (DriftMonitor monitor = monitor(List.of("log"), FakeOpenAi.KEY)) {
            assertThat(monitor.checkOnce().verdict()).isEqualTo(Verdict.DRIFT);
        }
        assertThat(fake.requests.get()).isZero();
        assertThat(db.count("SELECT count(*) FROM documents WHERE embedding = '{1,0,0,0}'"))
                .isEqualTo(9);
    }

    @Test
    void a_key_that_is_refused_fails_the_action_and_stands_nowhere() throws Exception {
        String key = "sk-other-geheim";
        try (DriftMonitor monitor = monitor(List.of("reindex"), key)) {
            Eventually.isTrue("the action has failed", () -> {
                clock.advance(Duration.ofSeconds(5));
                monitor.checkOnce();
                return "FAILED".equals(state());
            });
        }
        assertThat(db.value("SELECT string_agg(a::text, ' ') FROM drift_actions a"))
                .contains("the server answered 401 invalid_api_key")
                .doesNotContain("geheim");
        assertThat(db.value("SELECT string_agg(s::text, ' ') FROM drift_monitor_state s"))
                .doesNotContain("geheim");
    }
}
