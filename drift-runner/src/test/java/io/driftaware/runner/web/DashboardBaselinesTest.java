package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.BaselineAdmin;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A person makes what drifted the new normal, in the browser. */
@Tag("browser")
class DashboardBaselinesTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static DashboardPage page;

    private Watched watched;

    @BeforeAll
    static void open() throws Exception {
        page = DashboardPage.open();
    }

    @AfterAll
    static void close() {
        if (page != null) {
            page.close();
        }
    }

    @BeforeEach
    void drift() throws IOException {
        watched = new Watched(db).drifted();
    }

    @AfterEach
    void stop() {
        watched.close();
    }

    private static String inUse(String stream) {
        return db.value("SELECT id FROM drift_baselines WHERE stream = '" + stream
                + "' AND accepted_at IS NOT NULL AND retired_at IS NULL");
    }

    /** Somebody who decides without the page. */
    private BaselineAdmin commandLine() {
        return new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), watched.clock());
    }

    private static long candidateOf(BaselineAdmin admin) {
        return admin.fit("refusals", Watched.NOW.minus(Duration.ofDays(3)), Watched.NOW)
                .id();
    }

    private static void type(String token) throws Exception {
        page.run("document.querySelector('#token').value = ''; document.querySelector('#token').focus()");
        page.browser().type(token + "\uE007");
    }

    @Test
    void a_stretch_becomes_the_new_normal_after_it_was_said_what_that_means() throws Exception {
        String before = inUse("refusals");
        String episode = db.value("SELECT id FROM drift_episodes WHERE stream = 'refusals'");
        page.load(watched.guardedUrl() + "/#refusals");
        page.browser().click("[data-key=accept-" + episode + "]");
        page.await("document.querySelector('.effects')");

        assertThat(page.run(
                                "return [document.querySelector('#accept-stream').value,"
                                        + " document.querySelector('#accept-stretch').selectedOptions[0].textContent].join('|')")
                        .asText())
                .startsWith("refusals|since it began, about 28 Feb");
        page.run("const one = document.querySelector('#accept-stretch'); one.selectedIndex = 2;"
                + " one.dispatchEvent(new Event('change'))");
        page.await("document.querySelector('.meaning').innerText.includes('1 Mar')");
        assertThat(page.text(".meaning"))
                .contains("rows of refusals from 1 Mar", "become what recent rows are compared with")
                .contains("Baseline " + before + " (2,400 rows from", "is retired")
                .contains("Episode " + episode + ", proven 4 Mar", "is closed as accepted")
                .contains("evidence begins anew")
                .contains("Its limit stays as it is set (REFUSAL_RATE_THRESHOLD)");
        page.accessible();
        page.keepPicture("accept");

        type("wrong");
        page.await("document.querySelector('dialog .error[role=alert]').textContent.includes('DRIFT_API_TOKEN')");
        assertThat(inUse("refusals")).isEqualTo(before);
        page.accessible();

        type(Watched.TOKEN);
        page.await("document.querySelector('dialog .outcome')");
        String now = inUse("refusals");
        assertThat(now).isNotEqualTo(before);
        assertThat(page.text("dialog"))
                .contains("Baseline " + now + " of refusals is in use now")
                .contains("Baseline " + before + " is retired.", "Episode " + episode + " is closed.")
                .contains("The next check compares with it.");
        page.accessible();
        page.keepPicture("accepted");
        assertThat(page.run("return document.activeElement.textContent").asText())
                .isEqualTo("Close");
        page.browser().type("\uE007");
        page.await("!document.querySelector('dialog').open");
        assertThat(page.text("#baselines")).contains("retired", "Use again");
        page.await("![...document.querySelectorAll('.story')].some((one) => one.innerText.startsWith('Refusals'))");
        page.settled();
        page.isSound(watched.guardedUrl());

        watched.clock().advance(Duration.ofMinutes(15));
        watched.monitor().checkOnce();
        watched.answersGrowOld();
        page.load(watched.guardedUrl());
        assertThat(page.text("h1")).isEqualTo("Queries and coverage have drifted.");
    }

    @Test
    void two_clicks_are_one_decision() throws Exception {
        page.load(watched.guardedUrl() + "/#refusals");
        page.browser().click("[data-key=new-normal]");
        page.await("document.querySelector('.effects')");
        page.run(
                "document.querySelector('#token').value = arguments[0];"
                        + " const form = document.querySelector('dialog form');"
                        + " form.requestSubmit(); form.dispatchEvent(new Event('submit', { cancelable: true }))",
                Watched.TOKEN);
        page.await("document.querySelector('dialog .outcome')");
        assertThat(db.count("SELECT count(*) FROM drift_baselines WHERE stream = 'refusals'"))
                .isEqualTo(2);
        assertThat(page.browser().complaints()).isEmpty();
    }

    /** The work of the first request is over before the second comes, and finds nothing left to do. */
    @Test
    void what_took_longer_than_a_request_is_not_told_as_if_nothing_was_changed() throws Exception {
        page.load(watched.guardedUrl() + "/#refusals");
        page.browser().click("[data-key=new-normal]");
        page.await("document.querySelector('.effects')");
        page.run(
                """
                const real = window.fetch;
                window.fetch = async (path, options) => {
                  if (options.method !== 'POST') return real(path, options);
                  window.fetch = real;
                  await real(path, options);
                  return new Response(JSON.stringify({ state: 'working' }), { status: 202 });
                };
                """);
        type(Watched.TOKEN);
        page.await("document.querySelector('dialog .outcome')");
        assertThat(page.text("dialog"))
                .contains(
                        "Baseline " + inUse("refusals") + " of refusals is in use now",
                        "The next check compares with it.")
                .doesNotContain("Nothing was changed");
    }

    @Test
    void somebody_else_was_quicker_and_one_looks_again() throws Exception {
        page.load(watched.guardedUrl() + "/#refusals");
        page.browser().click("[data-key=new-normal]");
        page.await("document.querySelector('.effects')");
        BaselineAdmin other = new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), watched.clock());
        long theirs = other.accept("refusals", Watched.NOW.minus(Duration.ofDays(2)), Watched.NOW)
                .baseline()
                .id();
        page.run(
                """
                const real = window.fetch;
                window.fetch = async (path, options) => {
                  if (path.includes('/proposal')) await new Promise((done) => { window.letGo = done; });
                  return real(path, options);
                };
                """);

        type(Watched.TOKEN);
        page.await("document.querySelector('dialog .error[role=alert]').textContent.includes('look again')");
        page.await("window.letGo");
        assertThat(page.run("return document.querySelector('dialog [type=submit]').disabled")
                        .asBoolean())
                .as("nobody decides what is not known to them")
                .isTrue();
        page.run("window.letGo()");
        page.await("document.querySelector('.effects').innerText.includes('Baseline " + theirs + "')");
        assertThat(inUse("refusals")).isEqualTo(Long.toString(theirs));
        page.await("!document.querySelector('dialog [type=submit]').disabled");
        page.browser().click("dialog [type=submit]");
        page.await("document.querySelector('dialog .outcome')");
        assertThat(inUse("refusals")).isNotEqualTo(Long.toString(theirs));
    }

    @Test
    void what_makes_no_baseline_cannot_be_accepted() throws Exception {
        page.load(watched.guardedUrl() + "/#document_embeddings");
        page.browser().click("[data-key=new-normal]");
        page.await("document.querySelector('.meaning').innerText.includes('cannot be done')");
        assertThat(page.text(".meaning")).contains("document_embeddings has no rows that a check has read");
        assertThat(page.run("return document.querySelector('dialog [type=submit]').disabled")
                        .asBoolean())
                .isTrue();
        page.accessible();
    }

    @Test
    void a_candidate_is_put_into_use() throws Exception {
        String before = inUse("refusals");
        long candidate = candidateOf(commandLine());
        page.load(watched.guardedUrl());
        page.browser().click("[data-key=use-" + candidate + "]");
        page.await("document.querySelector('.effects')");
        assertThat(page.text("dialog"))
                .contains("Put baseline " + candidate + " into use", "Baseline " + before, "is retired");
        type(Watched.TOKEN);
        page.await("document.querySelector('dialog .outcome')");
        assertThat(inUse("refusals")).isEqualTo(Long.toString(candidate));
    }

    @Test
    void a_baseline_that_is_in_use_is_known_however_many_came_after_it() throws Exception {
        String before = inUse("refusals");
        db.execute("INSERT INTO drift_baselines (stream, rows_from, rows_to, row_count, body)"
                + " SELECT stream, rows_from, rows_to, row_count, body FROM drift_baselines, generate_series(1, 101)"
                + " WHERE stream = 'toxicity'");
        long candidate = candidateOf(commandLine());
        page.load(watched.guardedUrl());
        assertThat(page.text("#baselines")).containsPattern(before + "\\s+Refusals\\s+in use");
        page.browser().click("[data-key=use-" + candidate + "]");
        page.await("document.querySelector('.effects')");
        assertThat(page.text("dialog")).contains("Baseline " + before, "is retired");
        type(Watched.TOKEN);
        page.await("document.querySelector('dialog .outcome')");
        assertThat(inUse("refusals")).isEqualTo(Long.toString(candidate));
    }

    @Test
    void where_somebody_else_was_quicker_a_candidate_can_be_put_into_use_all_the_same() throws Exception {
        BaselineAdmin other = commandLine();
        long candidate = candidateOf(other);
        page.load(watched.guardedUrl());
        page.browser().click("[data-key=use-" + candidate + "]");
        page.await("document.querySelector('.effects')");
        long theirs = other.accept("refusals", Watched.NOW.minus(Duration.ofDays(2)), Watched.NOW)
                .baseline()
                .id();

        type(Watched.TOKEN);
        page.await("document.querySelector('dialog .error[role=alert]').textContent.includes('look again')");
        page.await("document.querySelector('.effects').innerText.includes('Baseline " + theirs + "')");
        page.await("!document.querySelector('dialog [type=submit]').disabled");
        page.browser().click("dialog [type=submit]");
        page.await("document.querySelector('dialog .outcome')");
        assertThat(inUse("refusals")).isEqualTo(Long.toString(candidate));
    }

    @Test
    void where_somebody_else_put_the_same_candidate_into_use_there_is_nothing_to_decide() throws Exception {
        BaselineAdmin other = commandLine();
        long candidate = candidateOf(other);
        page.load(watched.guardedUrl());
        other.accept(candidate);
        page.browser().click("[data-key=use-" + candidate + "]");

        page.await("document.querySelector('dialog .meaning').innerText.includes('in use already')");
        assertThat(page.run("return document.querySelector('dialog [type=submit]').disabled")
                        .asBoolean())
                .isTrue();
        assertThat(page.text("dialog")).doesNotContain("is retired");
        page.await("!document.querySelector('[data-key=use-" + candidate + "]')");
    }

    @Test
    void without_a_token_for_it_the_command_is_shown_and_no_button() throws Exception {
        page.load(watched.url());
        assertThat(page.text("#baselines"))
                .contains("baseline accept --stream NAME", "With DRIFT_API_TOKEN set there is a button for it here.");
        assertThat(page.run(
                                "return document.querySelectorAll('[data-key=new-normal], [data-key^=accept-], [data-key^=use-]').length")
                        .asInt())
                .isZero();
        page.isSound(watched.url());
    }
}
