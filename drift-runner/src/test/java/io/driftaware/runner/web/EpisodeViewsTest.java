package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Series;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is said of an episode is what was computed, in the quantity that it was computed in. */
class EpisodeViewsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant TURNED = Watched.NOW.minus(Duration.ofDays(4));

    private static Watched drifted;

    @BeforeAll
    static void drift() throws IOException {
        drifted = new Watched(db).drifted();
    }

    @AfterAll
    static void stop() {
        drifted.close();
    }

    @BeforeEach
    void keep() {
        db.execute("CREATE TABLE kept_drift_episodes AS SELECT * FROM drift_episodes");
        db.execute("CREATE TABLE kept_drift_baselines AS SELECT * FROM drift_baselines");
    }

    @AfterEach
    void putBack() {
        db.execute(
                "UPDATE drift_episodes e SET hypothesis = k.hypothesis, threshold = k.threshold, details = k.details,"
                        + " opened_at = k.opened_at, opened_value = k.opened_value FROM kept_drift_episodes k WHERE k.id = e.id");
        db.execute("UPDATE drift_baselines b SET rows_to = k.rows_to FROM kept_drift_baselines k WHERE k.id = b.id");
        db.execute("DROP TABLE kept_drift_episodes, kept_drift_baselines");
    }

    /** Views that remember nothing of another test. */
    private static Views views(MonitorConfig config) {
        return new Views(db.dataSource(), config, drifted.monitor()::health, drifted.clock());
    }

    private static Views views() {
        return views(
                MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).build());
    }

    private static Episode episode(String stream) throws SQLException {
        return episode(views(), stream);
    }

    private static Episode episode(Views views, String stream) throws SQLException {
        return views.episodes(null, 20, true).episodes().stream()
                .filter(one -> one.stream().equals(stream))
                .findFirst()
                .orElseThrow();
    }

    private static void proven(String stream, String hypothesis) {
        db.execute("UPDATE drift_episodes SET hypothesis = '" + hypothesis + "' WHERE stream = '" + stream + "'");
    }

    private static void isAboutTheTurn(Instant began) {
        assertThat(began).isBetween(TURNED.minus(Duration.ofHours(12)), TURNED.plus(Duration.ofHours(24)));
    }

    @Test
    void the_beginning_is_the_same_whatever_stretch_is_looked_at() throws Exception {
        proven("refusals", "baseline");
        Instant began = episode("refusals").beganAbout();
        isAboutTheTurn(began);
        for (int days : new int[] {2, 7, 38, 400}) {
            Series series = views().series(
                            WatchedStream.REFUSALS,
                            new Views.Stretch(Watched.NOW.minus(Duration.ofDays(days)), Watched.NOW),
                            180);
            assertThat(series.beganAbout()).as(days + " days").isEqualTo(began);
        }
    }

    /** Rows after the proof are those of a drift that goes on: what they do is not its beginning. */
    @Test
    void a_rise_after_the_proof_is_not_its_beginning() throws Exception {
        proven("refusals", "baseline");
        Instant proof = TURNED.minus(Duration.ofHours(12));
        db.execute("UPDATE drift_episodes SET opened_at = '" + proof + "' WHERE stream = 'refusals'");
        Instant began = episode("refusals").beganAbout();
        assertThat(began == null || began.isBefore(proof)).as("%s", began).isTrue();
    }

    @Test
    void a_limit_that_the_baseline_was_above_already_has_no_beginning() throws Exception {
        proven("refusals", "limit");
        db.execute("UPDATE drift_episodes SET threshold = 0.001 WHERE stream = 'refusals'");
        assertThat(episode("refusals").beganAbout()).isNull();
        db.execute("UPDATE drift_episodes SET threshold = 0.05 WHERE stream = 'refusals'");
        isAboutTheTurn(episode("refusals").beganAbout());
    }

    @Test
    void what_was_so_from_the_first_row_after_the_baseline_did_not_begin_there() throws Exception {
        proven("refusals", "baseline");
        // Wherever the rows begin: by chance a later one of them often looks the likeliest beginning.
        for (int hours = 2; hours <= 48; hours += 2) {
            db.execute("UPDATE drift_baselines SET rows_to = '" + TURNED.plus(Duration.ofHours(hours)) + "'");
            assertThat(episode("refusals").beganAbout()).as(hours + " hours").isNull();
        }
    }

    /** The windows of embeddings see mixes of topics shift, with no more novel rows than before. */
    @Test
    void embeddings_have_a_beginning_only_where_the_novel_rows_are_what_was_proven() throws Exception {
        // The first check of a baseline has a window's evidence of it, and none of novel rows yet.
        String evidence =
                "UPDATE drift_evidence SET hypothesis = '%s' WHERE stream = 'query_embeddings' AND hypothesis = '%s'";
        db.execute(evidence.formatted("novelty", "window"));
        proven("query_embeddings", "novelty");
        try {
            isAboutTheTurn(episode("query_embeddings").beganAbout());
        } finally {
            db.execute(evidence.formatted("window", "novelty"));
        }
        proven("query_embeddings", "window");
        assertThat(episode("query_embeddings").beganAbout()).isNull();
        db.execute("UPDATE drift_episodes SET hypothesis = NULL WHERE stream = 'refusals'");
        assertThat(episode("refusals").beganAbout()).isNull();
    }

    @Test
    void values_come_with_what_they_are() throws Exception {
        proven("refusals", "baseline");
        assertThat(episode("refusals")).returns("rise", Episode::measure).returns("share", Episode::unit);
        proven("refusals", "limit");
        assertThat(episode("refusals")).returns("rate", Episode::measure).returns("share", Episode::unit);
        assertThat(episode("coverage")).returns("rise", Episode::measure);
        assertThat(episode("query_embeddings"))
                .returns("drifted_share", Episode::measure)
                .returns("share", Episode::unit);
        db.execute("UPDATE drift_episodes SET details = details || '{\"measure\": \"distance\"}'");
        assertThat(episode("query_embeddings"))
                .returns("distance", Episode::measure)
                .returns("distance", Episode::unit);
        db.execute("UPDATE drift_episodes SET details = details - 'measure'");
        assertThat(episode("query_embeddings")).returns(null, Episode::measure).returns(null, Episode::unit);
    }

    /** As they were stored before episodes of embeddings said which way they were judged. */
    @Test
    void an_old_episode_of_embeddings_has_values_of_which_nothing_is_said() throws Exception {
        db.execute("UPDATE drift_episodes SET details = details - 'measure' WHERE stream = 'query_embeddings'");
        for (String hypothesis : List.of("novelty", "window")) {
            proven("query_embeddings", hypothesis);
            assertThat(episode("query_embeddings"))
                    .returns(null, Episode::measure)
                    .returns(null, Episode::unit)
                    .returns(hypothesis, Episode::hypothesis);
        }
        // Thresholds alone only ever held cosine distances of embeddings against each other.
        db.execute("UPDATE drift_episodes SET hypothesis = NULL WHERE stream = 'query_embeddings'");
        assertThat(episode("query_embeddings"))
                .returns("distance", Episode::measure)
                .returns(null, Episode::proof);
    }

    @Test
    void evidence_that_is_no_longer_kept_is_not_a_threshold_alone() throws Exception {
        db.execute("CREATE TABLE kept_drift_evidence AS SELECT * FROM drift_evidence");
        db.execute("DELETE FROM drift_evidence");
        try {
            assertThat(episode("coverage"))
                    .returns(null, Episode::proof)
                    .satisfies(episode -> assertThat(episode.hypothesis()).isNotNull());
        } finally {
            db.execute("INSERT INTO drift_evidence SELECT * FROM kept_drift_evidence");
            db.execute("DROP TABLE kept_drift_evidence");
        }
    }

    @Test
    void a_proof_says_what_was_exceeded_and_the_risk_of_a_learned_limit() throws Exception {
        assertThat(episode("coverage").proof()).isNotNull().satisfies(proof -> {
            assertThat(proof.beyond()).isEqualTo("baseline");
            assertThat(proof.baselineRisk()).isEqualTo(0.01);
            assertThat(proof.alarmOnceInDays()).isCloseTo(600, within(1e-6));
        });
        proven("refusals", "limit");
        assertThat(episode("refusals").proof()).isNotNull().satisfies(proof -> {
            assertThat(proof.beyond()).isEqualTo("limit");
            assertThat(proof.baselineRisk()).isZero();
        });
        proven("query_embeddings", "window");
        assertThat(episode("query_embeddings").proof()).isNotNull().satisfies(proof -> {
            assertThat(proof.beyond()).isEqualTo("baseline");
            assertThat(proof.baselineRisk()).isZero();
            assertThat(proof.alarmOnceInDays()).isCloseTo(600, within(1e-6));
        });
    }

    @Test
    void a_budget_that_is_changed_later_changes_no_proof() throws Exception {
        Views others = views(MonitorConfig.builder()
                .embeddingDim(TopicTraffic.DIMENSION)
                .falseAlarmDays(30)
                .build());
        assertThat(episode(others, "coverage").proof())
                .isEqualTo(episode("coverage").proof());
    }
}
