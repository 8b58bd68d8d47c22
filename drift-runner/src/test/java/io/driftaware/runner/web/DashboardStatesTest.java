package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** What the page says of a monitor in every state it can be in. */
class DashboardStatesTest extends DriftedDashboard {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    @Test
    void a_drifted_monitor_says_what_since_when_how_sure_which_queries_and_what_was_done() throws Exception {
        page.load(drifted.url());
        page.await("document.querySelectorAll('.story').length === 3");
        page.await("[...document.querySelectorAll('.story')].some((one) => one.innerText.includes('began about'))");

        assertThat(page.text("h1")).isEqualTo("Queries, refusals and coverage have drifted.");
        assertThat(page.text(".story"))
                .startsWith("Queries")
                .contains("At least", "are not as before")
                .contains("Since when", "proven 4 Mar")
                .contains("How sure", "once in", "at most")
                .contains("For example", "about topic 2")
                .contains("Done", "logged that re-indexing is due");
        assertThat(page.text(".story:nth-of-type(2)"))
                .startsWith("Refusals")
                .contains("began about 28 Feb", "proven 4 Mar");
        assertThat(page.text("#streams")).contains("Documents", "INSUFFICIENT", "0 of 50", "rows that are needed");
        assertThat(page.text("#stream"))
                .contains("Over time", "What drifted", "In two dimensions", "Evidence against its budget", "Segments");
        assertThat(page.run("return document.querySelectorAll('.scatter .novel').length")
                        .asInt())
                .isGreaterThan(20);
        page.isSound(drifted.url());

        page.browser().go(drifted.url() + "/#refusals");
        page.await("document.querySelector('#stream-title').textContent === 'Refusals'");
        page.settled();
        assertThat(page.text("#stream")).contains("The queries behind it", "queries that were refused");
        page.browser().go(drifted.url() + "/#coverage");
        page.await("document.querySelector('#stream-title').textContent === 'Coverage'");
        page.settled();
        assertThat(page.text("#stream")).contains("Queries that no document is near", "no hit");
        page.isSound(drifted.url());
    }

    /** As they were stored before episodes of embeddings said which way they were judged; their evidence is deleted with time. */
    @Test
    void an_old_episode_of_embeddings_is_shown_without_values() throws Exception {
        String of = " WHERE stream = 'query_embeddings'";
        String id = drifting.value("SELECT id FROM drift_episodes" + of);
        drifting.execute(
                "UPDATE drift_episodes SET details = details - 'measure' || jsonb_build_object('kept', details -> 'measure')"
                        + of);
        drifting.execute("CREATE TABLE kept AS SELECT * FROM drift_evidence" + of);
        drifting.execute("DELETE FROM drift_evidence" + of);
        try {
            drifted.answersGrowOld();
            page.load(drifted.url());
            assertThat(page.text(".story"))
                    .startsWith("Queries")
                    .contains("At least", "are not as before", "by evidence that is no longer kept")
                    .doesNotContain("by its threshold alone", "null", "undefined", "NaN");
            page.run("document.querySelector('[data-key=episode-" + id + "]').open = true");
            assertThat(page.text("[data-key=episode-" + id + "] .episode-line"))
                    .contains("Queries", "–")
                    .doesNotContain("not as before", "%", "distance");
            assertThat(page.text("[data-key=episode-" + id + "] .episode-body"))
                    .doesNotContain("Shown by", "null", "undefined", "NaN");
            page.isSound(drifted.url());
        } finally {
            drifting.execute(
                    "UPDATE drift_episodes SET details = details || jsonb_build_object('measure', details -> 'kept')"
                            + of);
            drifting.execute("INSERT INTO drift_evidence SELECT * FROM kept");
            drifting.execute("DROP TABLE kept");
            drifted.answersGrowOld();
        }
    }

    @Test
    void a_leader_that_is_stuck_does_not_look_healthy_through_one_that_follows() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            watched.clock().advance(Duration.ofDays(3));
            page.load(watched.url());

            assertThat(page.text("h1")).isEqualTo("The last check was 3 days ago.");
            assertThat(page.text("#summary")).contains("not known", "Then no drift was found.");
            assertThat(page.text("#problem")).contains("The checks have stopped.");
            page.isSound(watched.url());
        }
    }

    @Test
    void a_stream_that_could_not_be_read_is_not_one_that_lacks_data() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            db.execute(
                    "UPDATE drift_monitor_state SET value = jsonb_set(jsonb_set(value, '{streams,3,findings}', '[]'),"
                            + " '{streams,3,verdict}', '\"INSUFFICIENT\"') WHERE value #>> '{streams,3,stream}' = 'refusals'");
            page.load(watched.url());

            assertThat(page.text("h1")).isEqualTo("Refusals could not be read.");
            assertThat(page.text("#summary"))
                    .contains("4 of 7 streams are compared, 2 lack data, 1 could not be read (refusals).");
            assertThat(page.text("#monitor")).contains("leader");
        }
    }

    @Test
    void a_healthy_monitor_is_calm() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            page.load(watched.url());

            assertThat(page.text("h1")).isEqualTo("No drift.");
            assertThat(page.text("#summary")).startsWith("5 of 7 streams are compared, 2 lack data.");
            assertThat(page.text("#open-episodes")).isEmpty();
            assertThat(page.text("#episodes")).contains("There has been none.");
            assertThat(page.text("#baselines")).contains("in use", "2,400");
            page.isSound(watched.url());
        }
    }

    @Test
    void a_value_beyond_its_limit_without_the_evidence_is_marked_as_a_check_does() throws Exception {
        try (Watched watched = new Watched(db).unproven()) {
            page.load(watched.url());

            assertThat(page.text("h1")).isEqualTo("No drift.");
            assertThat(page.text("#summary")).endsWith("Beyond the limit, unproven: refusals.");
            assertThat(page.text("#streams [data-key=stream-refusals] .chip")).isEqualTo("✓ OK, unproven");
            assertThat(page.text("#streams [data-key=stream-toxicity] .chip")).isEqualTo("✓ OK");
            // Before those that are within theirs.
            assertThat(page.text("#stream-title")).isEqualTo("Refusals");
            assertThat(page.text("#stream .chip")).isEqualTo("✓ OK, unproven");
            assertThat(page.text("#stream .reason")).contains("beyond its limit", "of what an alarm needs");
            page.keepPicture("unproven");
            page.isSound(watched.url());
        }
    }

    @Test
    void a_young_monitor_says_what_it_lacks_and_not_that_all_is_well() throws Exception {
        try (Watched watched = new Watched(db).learning()) {
            page.load(watched.url());

            assertThat(page.text("h1")).isEqualTo("Too little data to judge yet.");
            assertThat(page.text("#summary")).contains("learning what is usual");
            assertThat(page.text("#streams"))
                    .contains("LEARNING", "30 of 1,000")
                    .doesNotContain("OK");
            page.isSound(watched.url());
        }
    }

    @Test
    void an_empty_database_and_a_monitor_without_a_check_are_said_to_be_so() throws Exception {
        try (Watched watched = new Watched(db)) {
            page.load(watched.url());

            assertThat(page.text("h1")).isEqualTo("No check has been made yet.");
            assertThat(page.text("#streams")).contains("appear with the first check");
            page.isSound(watched.url());
        }
        try (Watched watched = new Watched(db).checked()) {
            page.load(watched.url());
            assertThat(page.text("h1")).isEqualTo("Too little data to judge yet.");
            page.isSound(watched.url());
        }
    }

    @Test
    void a_database_that_is_away_is_said_to_be_and_why() throws Exception {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        Health failing = new Health(true, false, "failing", Optional.empty(), Optional.of("no database"));
        Views views = new Views(nowhere, MonitorConfig.defaults(), () -> failing, InstantSource.system());
        try (MonitorServer server = MonitorServer.start(
                "127.0.0.1", 0, new CollectorRegistry(), () -> failing, new Dashboard(views, List.of()))) {
            String url = "http://localhost:" + server.port();
            page.load(url);

            assertThat(page.text("h1")).isEqualTo("The monitor’s data cannot be read.");
            assertThat(page.text("#problem")).contains("start PostgreSQL", "tried again");
            assertThat(page.text("#summary")).contains("not known");
            page.isSound(url);
        }
    }

    @Test
    void a_database_that_goes_away_leaves_what_was_known_and_says_that_it_is_old() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            page.load(watched.url());
            db.execute("ALTER TABLE drift_monitor_state RENAME TO away");
            try {
                watched.answersGrowOld();
                page.run("document.dispatchEvent(new Event('visibilitychange'))");
                page.await("document.querySelector('#problem').innerText.includes('not up to date')");
                assertThat(page.text("h1")).isEqualTo("No drift.");
                assertThat(page.text("#problem")).contains("schema is missing");
            } finally {
                db.execute("ALTER TABLE away RENAME TO drift_monitor_state");
            }
        }
    }
}
