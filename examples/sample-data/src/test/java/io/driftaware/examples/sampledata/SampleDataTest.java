package io.driftaware.examples.sampledata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.Detection;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import io.prometheus.client.CollectorRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SampleDataTest {
    private static final int DIMENSION = 1536;
    private static final Duration LATER = Duration.ofHours(6);

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.withSchema(DIMENSION).vectorKind(VectorKind.ARRAY);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final InstantSource clock = InstantSource.system();

    @BeforeEach
    void empty() {
        DATABASE.reset();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 20_261_122})
    void the_drift_scenario_drifts_everywhere_by_the_limits_alone(long seed) throws SQLException {
        generate("--scenario", "drift", "--seed", Long.toString(seed));

        assertThat(drifting(check(clock, Detection.THRESHOLD)))
                .containsExactly("query_embeddings", "refusals", "toxicity", "feedback");
    }

    /** Two hundred rows are too few for a frozen baseline, and for rates to be proven within the budget of false alarms. */
    @ParameterizedTest
    @ValueSource(longs = {1, 42, 20_261_122})
    void the_drift_scenario_is_found_provisionally(long seed) throws SQLException {
        generate("--scenario", "drift", "--seed", Long.toString(seed));

        CheckReport report = check(clock);
        assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(drifting(report)).contains("query_embeddings");
        assertThat(report.streams().get(0).reason()).contains("provisional");
    }

    @ParameterizedTest
    @CsvSource({"drift, DRIFT", "baseline, OK"})
    void fewer_recent_rows_say_the_same(String scenario, Verdict verdict) throws SQLException {
        generate("--scenario", scenario, "--recent-interactions", "150");

        CheckReport report = check(clock);
        assertThat(report.verdict()).isEqualTo(verdict);
        assertThat(report.streams().get(0).recentSamples()).isEqualTo(150);
        assertThat(report.streams().get(0).baselineSamples()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 20_261_122})
    void the_baseline_scenario_drifts_nowhere(long seed) throws SQLException {
        generate("--scenario", "baseline", "--seed", Long.toString(seed));

        CheckReport report = check(clock);
        assertThat(drifting(report)).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.OK);
        assertThat(report.classic().refusalRate()).isEqualTo(0.02);
        assertThat(report.classic().toxicityRate()).isEqualTo(0.01);
    }

    @Test
    void in_the_mixed_scenario_satisfaction_drops_and_refusals_reach_the_limit_without_passing_it()
            throws SQLException {
        generate("--scenario", "mixed");

        CheckReport report = check(clock);
        assertThat(drifting(report)).contains("feedback").doesNotContain("refusals", "toxicity");
        assertThat(report.classic().refusalRate()).isEqualTo(0.05);
        assertThat(report.classic().toxicityRate()).isEqualTo(0.015);
    }

    @ParameterizedTest
    @CsvSource({"drift, DRIFT", "baseline, OK"})
    void a_check_some_hours_later_says_the_same(String scenario, Verdict verdict) throws SQLException {
        generate("--scenario", scenario);

        CheckReport report = check(InstantSource.offset(clock, LATER));
        assertThat(report.verdict()).isEqualTo(verdict);
        assertThat(report.streams())
                .filteredOn(stream -> stream.stream().equals("query_embeddings"))
                .allSatisfy(stream -> {
                    assertThat(stream.recentSamples()).isEqualTo(200);
                    assertThat(stream.baselineSamples()).isEqualTo(200);
                });
    }

    @Test
    void the_defaults_write_fifty_documents_and_two_hundred_interactions_in_each_period() throws SQLException {
        generate();

        assertThat(DATABASE.count("SELECT count(*) FROM documents")).isEqualTo(50);
        assertThat(
                        DATABASE.count(
                                "SELECT count(*) FROM embeddings_log WHERE type = 'doc' AND ref_id IN (SELECT id FROM documents)"))
                .isEqualTo(50);
        assertThat(DATABASE.count("SELECT count(*) FROM embeddings_log WHERE type = 'query'"))
                .isEqualTo(400);
        assertThat(
                        DATABASE.count(
                                "SELECT count(*) FROM interaction_log i JOIN embeddings_log e USING (interaction_id, timestamp)"))
                .isEqualTo(400);
        assertThat(printed())
                .contains("Documents: 50")
                .containsPattern("Baseline +200 +0\\.020 +0\\.010 +0\\.80[01]")
                .containsPattern("Recent +200 +0\\.020 +0\\.010 +0\\.80[01]")
                .containsPattern("music +100");
    }

    @Test
    void a_second_run_adds_rows_of_equal_content() throws SQLException {
        generate("--interactions", "10", "--documents", "5");
        generate("--interactions", "10", "--documents", "5");

        assertThat(DATABASE.count("SELECT count(*) FROM documents")).isEqualTo(10);
        assertThat(DATABASE.count("SELECT count(*) FROM interaction_log")).isEqualTo(40);
        assertThat(DATABASE.count("SELECT count(*) FROM embeddings_log")).isEqualTo(50);
        assertThat(DATABASE.count("SELECT count(DISTINCT embedding) FROM embeddings_log"))
                .isEqualTo(25);
    }

    @Test
    void cleaning_removes_what_was_generated_and_leaves_the_rows_of_others_alone() throws SQLException {
        DATABASE.execute(
                """
                INSERT INTO documents (source, title, content, embedding, metadata)
                VALUES ('own.txt', 'own', 'own', array_fill(0.1::real, ARRAY[1536]), '{"topic": "own"}');
                INSERT INTO interaction_log (user_query, model_response, refusal_flag, toxicity_flag, user_feedback_score)
                VALUES ('own', 'own', false, false, 0.9);
                INSERT INTO embeddings_log (type, embedding) VALUES ('query', array_fill(0.1::real, ARRAY[1536]));
                INSERT INTO feedback_log (interaction_id, score) SELECT interaction_id, 0.5 FROM interaction_log
                """);
        generate("--scenario", "drift");
        DATABASE.execute(
                "INSERT INTO feedback_log (interaction_id, score) SELECT interaction_id, 0.7 FROM interaction_log LIMIT 20");

        generate("--clean", "--documents", "3", "--interactions", "10");

        assertThat(DATABASE.count("SELECT count(*) FROM documents")).isEqualTo(4);
        assertThat(DATABASE.count("SELECT count(*) FROM interaction_log")).isEqualTo(21);
        assertThat(DATABASE.count("SELECT count(*) FROM embeddings_log")).isEqualTo(24);
        assertThat(DATABASE.count("SELECT count(*) FROM feedback_log f JOIN interaction_log USING (interaction_id)"))
                .isEqualTo(DATABASE.count("SELECT count(*) FROM feedback_log"))
                .isPositive();
        assertThat(DATABASE.count("SELECT count(*) FROM interaction_log WHERE user_query = 'own'"))
                .isEqualTo(1);
    }

    @Test
    void with_stats_only_nothing_is_written_or_deleted() throws SQLException {
        generate("--interactions", "10", "--documents", "5");
        printed.reset();

        generate("--stats-only", "--clean");

        assertThat(DATABASE.count("SELECT count(*) FROM interaction_log")).isEqualTo(20);
        assertThat(printed()).startsWith(System.lineSeparator() + "Documents: 5");
    }

    @Test
    void the_statistics_of_an_empty_database_show_no_numbers_that_do_not_exist() throws SQLException {
        generate("--stats-only");

        assertThat(printed()).contains("Documents: 0").doesNotContain("NaN", "null", "0.000");
    }

    @Test
    void more_interactions_than_the_queue_holds_are_all_written() throws SQLException {
        generate("--interactions", "3000", "--documents", "0");

        assertThat(DATABASE.count("SELECT count(*) FROM interaction_log")).isEqualTo(6000);
        assertThat(DATABASE.count("SELECT count(*) FROM embeddings_log")).isEqualTo(6000);
    }

    @Test
    void another_dimension_than_the_tables_is_refused_with_the_remedy() {
        SampleData program = new SampleData(DATABASE.dataSource(), 384, clock, new PrintStream(printed));

        assertThatThrownBy(() -> program.run(options()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("EMBEDDING_DIM=1536");
        assertThat(DATABASE.count("SELECT count(*) FROM interaction_log")).isZero();
    }

    private void generate(String... arguments) throws SQLException {
        new SampleData(DATABASE.dataSource(), DIMENSION, clock, new PrintStream(printed, true, StandardCharsets.UTF_8))
                .run(options(arguments));
    }

    private static SampleDataOptions options(String... arguments) {
        SampleDataOptions options = new SampleDataOptions(parsed -> 0);
        int exitCode = new CommandLine(options)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
        assertThat(exitCode).isZero();
        return options;
    }

    private static CheckReport check(InstantSource clock) {
        return check(clock, Detection.CALIBRATED);
    }

    private static CheckReport check(InstantSource clock, Detection detection) {
        try (DriftMonitor monitor = DriftMonitor.builder(DATABASE.dataSource())
                .config(MonitorConfig.builder()
                        .embeddingDim(DIMENSION)
                        .detection(detection)
                        .build())
                .registry(new CollectorRegistry())
                .clock(clock)
                .build()) {
            return monitor.checkOnce();
        }
    }

    private static List<String> drifting(CheckReport report) {
        return report.streams().stream()
                .filter(stream -> stream.verdict() == Verdict.DRIFT)
                .map(CheckReport.StreamReport::stream)
                .toList();
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
