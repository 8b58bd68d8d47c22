package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.TopicTraffic;
import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person does with the page, by mouse, by keyboard and with a token. */
class DashboardUseTest extends DriftedDashboard {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    @Test
    void what_has_not_changed_is_left_alone() throws Exception {
        page.load(drifted.url() + "/#refusals");
        page.await("document.querySelector('#stream-title').textContent === 'Refusals'");
        page.settled();
        page.run("document.querySelector('#stream svg.chart').focus()");
        page.browser().type("\uE012");
        String read = page.text("#stream .readout");
        assertThat(read).contains("95 % interval");
        page.run(
                "window.before = document.querySelector('.story'); document.querySelector('#stream svg.chart').dataset.mark = 'same'");
        page.halfAMinuteLater(drifted);

        assertThat(page.text("#stream .readout")).isEqualTo(read);
        assertThat(page.run(
                                "return [document.activeElement.dataset.mark, document.querySelector('.story') === window.before,"
                                        + " document.querySelector('#stream .readout').getAttribute('aria-live')].join(' ')")
                        .asText())
                .isEqualTo("same true polite");
    }

    @Test
    void what_became_of_an_action_is_shown_before_the_next_check() throws Exception {
        page.load(drifted.url());
        page.await("document.querySelectorAll('.story').length === 3");
        drifting.execute("UPDATE drift_actions SET state = 'FAILED', last_error = 'no route' WHERE id = 1");
        try {
            page.halfAMinuteLater(drifted);
            page.await("document.querySelector('.story').innerText.includes('no route')");
        } finally {
            drifting.execute("UPDATE drift_actions SET state = 'SUCCEEDED', last_error = NULL WHERE id = 1");
            drifted.answersGrowOld();
        }
    }

    @Test
    void an_address_that_is_no_stream_shows_the_worst_one() throws Exception {
        page.load(drifted.url() + "/#%");
        assertThat(page.text("h1")).isEqualTo("Queries, refusals and coverage have drifted.");
        assertThat(page.browser().complaints()).isEmpty();
    }

    @Test
    void the_keyboard_is_enough() throws Exception {
        page.load(drifted.url());
        page.browser().type("\uE004");
        assertThat(page.run("return document.activeElement.className").asText()).isEqualTo("skip");
        page.run("document.querySelector('[data-key=stream-toxicity]').focus()");
        page.browser().type("\uE007");
        page.await("document.querySelector('#stream-title').textContent === 'Toxicity'");
        page.settled();
        page.run("document.querySelector('#stream svg.chart').focus()");
        page.browser().type("\uE012");
        page.browser().type("\uE012");
        assertThat(page.text("#stream .readout")).contains("rows", "95 % interval");
    }

    @Test
    void a_typed_token_shows_texts_and_is_kept_in_the_page_alone() throws Exception {
        page.load(drifted.guardedUrl());
        assertThat(page.text("main"))
                .contains("Texts and names are withheld from here.")
                .doesNotContain("about topic");
        page.browser().click("#unlock");
        page.browser().type(Watched.TOKEN + "\uE007");
        page.await("!document.querySelector('dialog').open");
        page.await("document.querySelector('main').innerText.includes('about topic')");
        page.settled();
        assertThat(page.run("return JSON.stringify([localStorage, sessionStorage, document.cookie])")
                        .asText())
                .doesNotContain(Watched.TOKEN);
        assertThat(page.browser().requests()).noneMatch(url -> url.contains(Watched.TOKEN));
        page.run("location.reload()");
        page.settled();
        assertThat(page.run("return document.querySelector('#unlock').hidden").asBoolean())
                .isFalse();
    }

    @Test
    void a_wrong_token_is_refused_in_the_dialog() throws Exception {
        try (Watched watched = new Watched(db).learning()) {
            page.load(watched.guardedUrl());
            page.browser().click("#unlock");
            page.browser().type("wrong\uE007");
            page.await("document.querySelector('dialog .error').textContent.includes('not the one')");
            page.accessible();
        }
    }

    @Test
    void an_action_that_waits_is_approved_with_a_token_that_fits() throws Exception {
        drifting.execute("UPDATE drift_actions SET state = 'AWAITING_APPROVAL' WHERE id = 1");
        try (FrontOfActions front = new FrontOfActions(
                drifted.url(),
                "a-token-for-actions",
                path -> drifting.execute("UPDATE drift_actions SET state = 'APPROVED' WHERE id = 1"))) {
            drifted.answersGrowOld();
            page.load(front.url() + "/#toxicity");
            assertThat(page.text(".story")).contains("waits for approval", "Approve", "Reject");

            page.browser().click("[data-key=approve-1]");
            page.browser().type("wrong\uE007");
            page.await("document.querySelector('dialog .error').textContent.includes('not for actions')");
            assertThat(front.taken()).isEmpty();
            page.run("document.querySelector('#token').value = ''");
            page.browser().click("#token");
            page.browser().type("a-token-for-actions\uE007");
            page.await("!document.querySelector('dialog').open");
            page.await("document.querySelector('.story').innerText.includes('approved')");
            assertThat(front.taken()).containsExactly("/api/v1/actions/1/approve");
        } finally {
            drifting.execute("UPDATE drift_actions SET state = 'SUCCEEDED' WHERE id = 1");
            drifted.answersGrowOld();
        }
    }
}
