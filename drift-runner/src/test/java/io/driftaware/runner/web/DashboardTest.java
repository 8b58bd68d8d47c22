package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** The page as a person has it, in a real browser. */
class DashboardTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final String LOADED =
            "document.body.dataset.ready === 'yes' && !document.querySelector('#stream[aria-busy]')";

    @RegisterExtension
    static final TestDatabase drifting = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static Browser browser;
    private static Watched drifted;

    @BeforeAll
    static void open() throws Exception {
        browser = Browser.open(1_280, 1_000, false);
        drifted = new Watched(drifting).drifted();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
        if (drifted != null) {
            drifted.close();
        }
    }

    private static void load(String url) throws Exception {
        browser.go("about:blank");
        browser.requests();
        browser.complaints();
        browser.go(url);
        browser.await(LOADED);
    }

    /** Nothing in the console, nothing asked of anybody else, nothing that hinders people with a disability. */
    private static void isSound(String origin) throws Exception {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isNotEmpty().allSatisfy(url -> assertThat(url)
                .startsWith(origin));
        assertThat(browser.run("return document.documentElement.scrollWidth <= window.innerWidth + 1")
                        .asBoolean())
                .as("nothing sticks out to the right")
                .isTrue();
        accessible();
        keepPicture();
    }

    /** For whoever wants to see what the tests see: {@code -Ddrift.dashboard.pictures=FOLDER}. */
    private static void keepPicture() throws Exception {
        String folder = System.getProperty("drift.dashboard.pictures", "");
        if (!folder.isEmpty()) {
            String name = browser.text("h1").replaceAll("\\W+", "-")
                    + browser.run("return location.hash.slice(1)").asText()
                    + browser.run("return innerWidth").asText() + ".png";
            browser.screenshot(Path.of(folder, name));
        }
    }

    private static void accessible() throws Exception {
        assertThat(browser.accessibilityProblems()).isEmpty();
    }

    @Test
    void a_drifted_monitor_says_what_since_when_how_sure_which_queries_and_what_was_done() throws Exception {
        load(drifted.url());
        browser.await("document.querySelectorAll('.story').length === 3");
        browser.await("[...document.querySelectorAll('.story')].some((one) => one.innerText.includes('began about'))");

        assertThat(browser.text("h1")).isEqualTo("Queries, refusals and coverage have drifted.");
        assertThat(browser.text(".story"))
                .startsWith("Queries")
                .contains("At least", "are not as before")
                .contains("Since when", "proven 4 Mar")
                .contains("How sure", "once in", "at most")
                .contains("For example", "about topic 2")
                .contains("Done", "logged that re-indexing is due");
        assertThat(browser.text(".story:nth-of-type(2)"))
                .startsWith("Refusals")
                .contains("began about 28 Feb", "proven 4 Mar");
        assertThat(browser.text("#streams")).contains("Documents", "INSUFFICIENT", "0 of 50", "rows that are needed");
        assertThat(browser.text("#stream"))
                .contains("Over time", "What drifted", "In two dimensions", "Evidence against its budget", "Segments");
        assertThat(browser.run("return document.querySelectorAll('.scatter .novel').length")
                        .asInt())
                .isGreaterThan(20);
        isSound(drifted.url());

        browser.go(drifted.url() + "/#refusals");
        browser.await("document.querySelector('#stream-title').textContent === 'Refusals'");
        browser.await(LOADED);
        assertThat(browser.text("#stream")).contains("The queries behind it", "queries that were refused");
        browser.go(drifted.url() + "/#coverage");
        browser.await("document.querySelector('#stream-title').textContent === 'Coverage'");
        browser.await(LOADED);
        assertThat(browser.text("#stream")).contains("Queries that no document is near", "no hit");
        isSound(drifted.url());
    }

    @Test
    void html_and_scripts_in_queries_and_segments_are_shown_as_the_text_that_they_are() throws Exception {
        for (String stream : List.of("query_embeddings", "refusals", "coverage", "feedback")) {
            load(drifted.url() + "/#" + stream);
            browser.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
            assertThat(browser.text("main")).as(stream).contains(Watched.HOSTILE);
            assertThat(browser.run("return document.querySelectorAll('main img, main script').length")
                            .asInt())
                    .isZero();
            assertThat(browser.run("return document.title").asText()).endsWith("Drift-Aware");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** The functions of the page, fed by hand. */
    private static String inPage(String script, Object... arguments) throws Exception {
        browser.run("window.given = arguments", arguments);
        return browser.runAsync("const done = arguments[arguments.length - 1]; (async () => {" + script
                        + "})().then(done, (failure) => done(`failed: ${failure}`));")
                .asText();
    }

    @Test
    void values_of_episodes_are_told_in_the_quantity_that_they_were_judged_in() throws Exception {
        load(drifted.url());
        String told = inPage(
                """
                const { measured } = await import('/assets/episodes.js');
                return [['rate', 'share', 0.12, 0.05], ['rise', 'share', 0.12, 0.02], ['drop', 'score', 0.08, 0.05],
                  ['drifted_share', 'share', 0.07, 0.01], ['distance', 'distance', 0.62, 0.1], [null, null, 0.62, 0.1]]
                  .map(([measure, unit, value, threshold]) => measured({ measure, unit, threshold, opened_value: value })).join('|');
                """);
        assertThat(told.replace('\u00a0', ' ').split("\\|", -1))
                .containsExactly(
                        "12.0 % against a limit of 5.0 %",
                        "12.0 points more than in the baseline, acts from 2.0 points",
                        "0.080 less than in the baseline, acts from 0.050",
                        "at least 7.0 % not as before, acts from 1.0 %",
                        "cosine distance 0.6200, acts from 0.1000",
                        "");
        assertThat(browser.text("#episodes"))
                .contains("more than in the baseline")
                .doesNotContain("null");
    }

    /** A flag that is held against its limit, before a baseline is learned. */
    @Test
    void a_rate_above_its_limit_is_not_told_as_a_change() throws Exception {
        load(drifted.url());
        String told = inPage(
                        """
                const { story } = await import('/assets/episodes.js');
                const stream = { verdict: 'DRIFT', headline: { value: 0.07, before: null, threshold: 0.05, unit: 'share', worse: 'higher',
                  detectable: null, label: 'of answers refuse', measure: 'rate' } };
                const episode = { id: 1, stream: 'refusals', opened_at: '2026-03-04T12:00:00Z', opened_value: 0.07, threshold: 0.05,
                  measure: 'rate', unit: 'share', began_about: null, drifted: null, actions: [],
                  proof: { hypothesis: 'limit', ratio: 1.1, chance_once_in_days: 1461, alarm_once_in_days: 600, beyond: 'limit', baseline_risk: 0 } };
                const overview = { generated_at: '2026-03-04T12:00:00Z', monitor: { false_alarm_days: 30 } };
                return story(episode, stream, {}, overview, () => {}, () => {}).textContent;
                """)
                .replace('\u00a0', ' ');
        assertThat(told)
                .contains("7.0 % of answers refuse (limit 5.0 %)")
                .contains(
                        "a rate within its limit would look like this once in 4 years at most (an alarm: once in 600 days)")
                .doesNotContain("not as before", "began", "chance", "baseline");
    }

    @Test
    void an_action_comes_with_what_it_did_for_this_drift() throws Exception {
        load(drifted.url());
        String told = inPage(
                """
                const { story } = await import('/assets/episodes.js');
                const episode = { id: 1, stream: 'refusals', opened_at: '2026-03-04T12:00:00Z', opened_value: 0.07, threshold: 0.05,
                  measure: 'rate', unit: 'share', began_about: null, drifted: null, proof: null,
                  actions: ['VERIFIED', 'INEFFECTIVE', 'UNCLEAR', null].map((outcome, i) => ({ id: i, action: 'command', kind: 'retrain',
                    state: 'SUCCEEDED', updated_at: '2026-03-04T12:00:00Z', due: null, detail: 'job ' + i, outcome })) };
                const overview = { generated_at: '2026-03-04T12:00:00Z', monitor: { false_alarm_days: 30 } };
                const page = story(episode, null, {}, overview, () => {}, () => {});
                return [...page.querySelectorAll('.action')].map((line) => line.textContent).join('|');
                """);
        assertThat(told.split("\\|"))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("job 0, and the drift ended after it"),
                        line -> assertThat(line)
                                .endsWith("job 1, but the drift lasted beyond the time that it may take"),
                        line -> assertThat(line).endsWith("job 2, but whether it helped is not known"),
                        line -> assertThat(line).endsWith("job 3"));
    }

    @Test
    void the_labels_of_an_axis_are_the_values_that_they_stand_at() throws Exception {
        load(drifted.url());
        String labels = inPage(
                        """
                const { ticks } = await import('/assets/chart.js');
                return [[0, 0.1, 'share'], [0, 0.007, 'share'], [0, 0.9, 'share'], [0, 9, 'ratio'], [0.7, 0.79, 'score']].map(([low, high, unit]) =>
                  ticks(low, high, 4, unit).map((tick) => tick.label).join(' ')).join('|');
                """)
                .replace('\u00a0', ' ');
        assertThat(labels.split("\\|"))
                .containsExactly(
                        "0.0 % 2.5 % 5.0 % 7.5 % 10.0 %",
                        "0.0 % 0.2 % 0.4 % 0.6 %", "0 % 25 % 50 % 75 %", "0.0 2.5 5.0 7.5", "0.700 0.725 0.750 0.775");
    }

    /** In March the last Sunday has 23 hours there, in October 25. */
    @Test
    void days_begin_at_midnight_when_the_clocks_are_changed() throws Exception {
        browser.timeZone("Europe/Berlin");
        try {
            load(drifted.url());
            String hours = inPage(
                    """
                    const { timeTicks } = await import('/assets/chart.js');
                    const at = (text) => Date.parse(text);
                    return [['2026-03-25T10:00:00Z', '2026-04-05T10:00:00Z', 12], ['2026-10-20T10:00:00Z', '2026-11-02T10:00:00Z', 7],
                      ['2026-03-29T00:00:00Z', '2026-03-30T12:00:00Z', 6]].map(([from, to, most]) =>
                        timeTicks(at(from), at(to), most).found.map((tick) => new Date(tick).getHours()).join(' ')).join('|');
                    """);
            assertThat(hours.split("\\|")).containsExactly("0 0 0 0 0 0 0 0 0 0 0", "0 0 0 0 0 0", "6 12 18 0 6 12");
        } finally {
            browser.timeZone("");
        }
    }

    /** A half minute goes by: an overview that says the same, at another time. */
    private static void halfAMinuteLater() throws Exception {
        browser.await("(window.waited = window.waited || performance.now(), performance.now() - window.waited > 3200)");
        browser.run(
                "window.waited = 0; performance.clearResourceTimings(); document.dispatchEvent(new Event('visibilitychange'))");
        browser.await("performance.getEntriesByType('resource').some((one) => one.name.includes('open=true'))");
        // Two turns of the event loop after the answers.
        browser.runAsync("setTimeout(arguments[arguments.length - 1], 300)");
    }

    @Test
    void what_has_not_changed_is_left_alone() throws Exception {
        load(drifted.url() + "/#refusals");
        browser.await("document.querySelector('#stream-title').textContent === 'Refusals'");
        browser.await(LOADED);
        browser.run("document.querySelector('#stream svg.chart').focus()");
        browser.type("\uE012");
        String read = browser.text("#stream .readout");
        assertThat(read).contains("95 % interval");
        browser.run(
                "window.before = document.querySelector('.story'); document.querySelector('#stream svg.chart').dataset.mark = 'same'");
        halfAMinuteLater();

        assertThat(browser.text("#stream .readout")).isEqualTo(read);
        assertThat(browser.run(
                                "return [document.activeElement.dataset.mark, document.querySelector('.story') === window.before,"
                                        + " document.querySelector('#stream .readout').getAttribute('aria-live')].join(' ')")
                        .asText())
                .isEqualTo("same true polite");
    }

    @Test
    void what_became_of_an_action_is_shown_before_the_next_check() throws Exception {
        load(drifted.url());
        browser.await("document.querySelectorAll('.story').length === 3");
        drifting.execute("UPDATE drift_actions SET state = 'FAILED', last_error = 'no route' WHERE id = 1");
        try {
            halfAMinuteLater();
            browser.await("document.querySelector('.story').innerText.includes('no route')");
        } finally {
            drifting.execute("UPDATE drift_actions SET state = 'SUCCEEDED', last_error = NULL WHERE id = 1");
        }
    }

    @Test
    void an_address_that_is_no_stream_shows_the_worst_one() throws Exception {
        load(drifted.url() + "/#%");
        assertThat(browser.text("h1")).isEqualTo("Queries, refusals and coverage have drifted.");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void a_leader_that_is_stuck_does_not_look_healthy_through_one_that_follows() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            watched.clock().advance(Duration.ofDays(3));
            load(watched.url());

            assertThat(browser.text("h1")).isEqualTo("The last check was 3 days ago.");
            assertThat(browser.text("#summary")).contains("not known", "Then no drift was found.");
            assertThat(browser.text("#problem")).contains("The checks have stopped.");
            isSound(watched.url());
        }
    }

    @Test
    void a_stream_that_could_not_be_read_is_not_one_that_lacks_data() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            db.execute(
                    "UPDATE drift_monitor_state SET value = jsonb_set(jsonb_set(value, '{streams,3,findings}', '[]'),"
                            + " '{streams,3,verdict}', '\"INSUFFICIENT\"') WHERE value #>> '{streams,3,stream}' = 'refusals'");
            load(watched.url());

            assertThat(browser.text("h1")).isEqualTo("Refusals could not be read.");
            assertThat(browser.text("#summary"))
                    .contains("4 of 7 streams are compared, 2 lack data, 1 could not be read (refusals).");
            assertThat(browser.text("#monitor")).contains("leader");
        }
    }

    @Test
    void a_healthy_monitor_is_calm() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            load(watched.url());

            assertThat(browser.text("h1")).isEqualTo("No drift.");
            assertThat(browser.text("#summary")).startsWith("5 of 7 streams are compared, 2 lack data.");
            assertThat(browser.text("#open-episodes")).isEmpty();
            assertThat(browser.text("#episodes")).contains("There has been none.");
            assertThat(browser.text("#baselines")).contains("in use", "2,400");
            isSound(watched.url());
        }
    }

    @Test
    void a_young_monitor_says_what_it_lacks_and_not_that_all_is_well() throws Exception {
        try (Watched watched = new Watched(db).learning()) {
            load(watched.url());

            assertThat(browser.text("h1")).isEqualTo("Too little data to judge yet.");
            assertThat(browser.text("#summary")).contains("learning what is usual");
            assertThat(browser.text("#streams"))
                    .contains("LEARNING", "30 of 1,000")
                    .doesNotContain("OK");
            isSound(watched.url());
        }
    }

    @Test
    void an_empty_database_and_a_monitor_without_a_check_are_said_to_be_so() throws Exception {
        try (Watched watched = new Watched(db)) {
            load(watched.url());

            assertThat(browser.text("h1")).isEqualTo("No check has been made yet.");
            assertThat(browser.text("#streams")).contains("appear with the first check");
            isSound(watched.url());
        }
        try (Watched watched = new Watched(db).checked()) {
            load(watched.url());
            assertThat(browser.text("h1")).isEqualTo("Too little data to judge yet.");
            isSound(watched.url());
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
            load(url);

            assertThat(browser.text("h1")).isEqualTo("The monitor’s data cannot be read.");
            assertThat(browser.text("#problem")).contains("start PostgreSQL", "tried again");
            assertThat(browser.text("#summary")).contains("not known");
            isSound(url);
        }
    }

    @Test
    void a_database_that_goes_away_leaves_what_was_known_and_says_that_it_is_old() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            load(watched.url());
            db.execute("ALTER TABLE drift_monitor_state RENAME TO away");
            try {
                // Longer than answers are shared, in the words of the page: as if half a minute had passed.
                browser.await(
                        "performance.now() > 0 && (window.waited ??= performance.now(), performance.now() - window.waited > 3200)");
                browser.run("document.dispatchEvent(new Event('visibilitychange'))");
                browser.await("document.querySelector('#problem').innerText.includes('not up to date')");
                assertThat(browser.text("h1")).isEqualTo("No drift.");
                assertThat(browser.text("#problem")).contains("schema is missing");
            } finally {
                db.execute("ALTER TABLE away RENAME TO drift_monitor_state");
            }
        }
    }

    @Test
    void the_keyboard_is_enough() throws Exception {
        load(drifted.url());
        browser.type("\uE004");
        assertThat(browser.run("return document.activeElement.className").asText())
                .isEqualTo("skip");
        browser.run("document.querySelector('[data-key=stream-toxicity]').focus()");
        browser.type("\uE007");
        browser.await("document.querySelector('#stream-title').textContent === 'Toxicity'");
        browser.await(LOADED);
        browser.run("document.querySelector('#stream svg.chart').focus()");
        browser.type("\uE012");
        browser.type("\uE012");
        assertThat(browser.text("#stream .readout")).contains("rows", "95 % interval");
    }

    @Test
    void it_fits_a_phone_and_the_dark() throws Exception {
        try (Browser phone = Browser.open(500, 900, true)) {
            Browser before = browser;
            browser = phone;
            try {
                load(drifted.url());
                // Chromium opens no window narrower than 500: a phone's width is emulated.
                assertThat(browser.run("return matchMedia('(prefers-color-scheme: dark)').matches")
                                .asBoolean())
                        .isTrue();
                isSound(drifted.url());
            } finally {
                browser = before;
            }
        }
    }

    @Test
    void a_typed_token_shows_texts_and_is_kept_in_the_page_alone() throws Exception {
        load(drifted.guardedUrl());
        assertThat(browser.text("main"))
                .contains("Texts and names are withheld from here.")
                .doesNotContain("about topic");
        browser.click("#unlock");
        browser.type(Watched.TOKEN + "\uE007");
        browser.await("!document.querySelector('dialog').open");
        browser.await("document.querySelector('main').innerText.includes('about topic')");
        browser.await(LOADED);
        assertThat(browser.run("return JSON.stringify([localStorage, sessionStorage, document.cookie])")
                        .asText())
                .doesNotContain(Watched.TOKEN);
        assertThat(browser.requests()).noneMatch(url -> url.contains(Watched.TOKEN));
        browser.run("location.reload()");
        browser.await(LOADED);
        assertThat(browser.run("return document.querySelector('#unlock').hidden")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void a_wrong_token_is_refused_in_the_dialog() throws Exception {
        try (Watched watched = new Watched(db).learning()) {
            load(watched.guardedUrl());
            browser.click("#unlock");
            browser.type("wrong\uE007");
            browser.await("document.querySelector('dialog .error').textContent.includes('not the one')");
            accessible();
        }
    }

    @Test
    void an_action_that_waits_is_approved_with_a_token_that_fits() throws Exception {
        drifting.execute("UPDATE drift_actions SET state = 'AWAITING_APPROVAL' WHERE id = 1");
        try (FrontOfActions front = new FrontOfActions(
                drifted.url(),
                "a-token-for-actions",
                path -> drifting.execute("UPDATE drift_actions SET state = 'APPROVED' WHERE id = 1"))) {
            // Answers are shared for three seconds: one that nobody has asked for yet.
            load(front.url() + "/");
            browser.await("(window.waited ??= performance.now(), performance.now() - window.waited > 3200)");
            load(front.url() + "/#toxicity");
            assertThat(browser.text(".story")).contains("waits for approval", "Approve", "Reject");

            browser.click("[data-key=approve-1]");
            browser.type("wrong\uE007");
            browser.await("document.querySelector('dialog .error').textContent.includes('not for actions')");
            assertThat(front.taken()).isEmpty();
            browser.run("document.querySelector('#token').value = ''");
            browser.click("#token");
            browser.type("a-token-for-actions\uE007");
            browser.await("!document.querySelector('dialog').open");
            browser.await("document.querySelector('.story').innerText.includes('approved')");
            assertThat(front.taken()).containsExactly("/api/v1/actions/1/approve");
        } finally {
            drifting.execute("UPDATE drift_actions SET state = 'SUCCEEDED' WHERE id = 1");
        }
    }

    /** Counted as they go over the wire: compressed, every file and every answer of the first view. */
    @Test
    void all_of_it_is_less_than_300_kB() throws Exception {
        load(drifted.url());
        JsonNode bytes = browser.run(
                """
                const all = [performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')];
                return all.map((one) => one.transferSize).reduce((a, b) => a + b, 0);
                """);
        assertThat(bytes.asInt()).isBetween(10_000, 300_000);
    }

    @Test
    void the_browser_keeps_the_policy() throws IOException, InterruptedException {
        try (Watched watched = new Watched(db)) {
            browser.go(watched.url());
            JsonNode refused = browser.runAsync(
                    """
                    const done = arguments[arguments.length - 1];
                    document.addEventListener('securitypolicyviolation', (event) => done(event.violatedDirective));
                    const script = document.createElement('script');
                    script.textContent = 'window.owned = true';
                    document.body.append(script);
                    """);
            assertThat(refused.asText()).startsWith("script-src");
            assertThat(browser.run("return window.owned === undefined").asBoolean())
                    .isTrue();
            browser.complaints();
        }
    }
}
