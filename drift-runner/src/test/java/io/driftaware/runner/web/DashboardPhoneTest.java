package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** Every page on a phone of 360 pixels: nothing sticks out, and everything that is pressed can be hit with a finger. */
@Tag("browser")
class DashboardPhoneTest {
    @RegisterExtension
    static final TestDatabase drifting = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final int WIDTH = 360;

    private static DashboardPage phone;
    private static Watched drifted;

    @BeforeAll
    static void open() throws Exception {
        phone = DashboardPage.open(500, 900, true);
        phone.browser().phone(WIDTH, 740);
        drifted = new Watched(drifting).drifted();
    }

    @AfterAll
    static void close() {
        if (phone != null) {
            phone.close();
        }
        if (drifted != null) {
            drifted.close();
        }
    }

    private static void fits(String name) throws Exception {
        assertThat(phone.run("return innerWidth").asInt()).as(name).isEqualTo(WIDTH);
        assertThat(phone.run("return document.documentElement.scrollWidth").asInt())
                .as(name)
                .isEqualTo(WIDTH);
        phone.nothingSticksOut();
        // 44 pixels, as WCAG 2.5.5 has it: room for a finger.
        assertThat(phone.run(
                                """
                                const dialog = document.querySelector('dialog[open]');
                                return [...(dialog || document).querySelectorAll('a, button, summary, input, select')]
                                  .filter((one) => one.checkVisibility() && !one.matches('.skip')).map((one) => [one, one.getBoundingClientRect()])
                                  .filter(([, box]) => box.height < 44 || box.width < 44)
                                  .map(([one, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`).join('\\n');
                                """)
                        .asText())
                .as("what is too small for a finger: " + name)
                .isEmpty();
        phone.keepPicture("phone-" + name);
    }

    @Test
    void every_stream_that_drifted_or_did_not() throws Exception {
        for (WatchedStream stream : WatchedStream.values()) {
            phone.load(drifted.guardedUrl() + "/#" + stream.label());
            fits(stream.label());
            phone.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
            fits(stream.label() + " in full");
            phone.run("document.querySelector('#stream').scrollIntoView({ behavior: 'instant' })");
            phone.keepPicture("phone-scrolled-" + stream.label());
        }
        assertThat(phone.run("return matchMedia('(prefers-color-scheme: dark)').matches")
                        .asBoolean())
                .isTrue();
        phone.isSound(drifted.guardedUrl());
    }

    @Test
    void texts_of_users_break_where_they_must() throws Exception {
        drifting.execute("CREATE TABLE kept AS SELECT id, user_query FROM interaction_log");
        drifting.execute(
                "UPDATE interaction_log SET user_query = repeat('unbroken', 60) WHERE refusal_flag OR retrieval_hits = 0");
        drifted.answersGrowOld();
        try {
            for (String stream : List.of("refusals", "coverage", "query_embeddings")) {
                phone.load(drifted.url() + "/#" + stream);
                phone.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
                fits("long " + stream);
            }
        } finally {
            drifting.execute("UPDATE interaction_log i SET user_query = k.user_query FROM kept k WHERE k.id = i.id");
            drifting.execute("DROP TABLE kept");
            drifted.answersGrowOld();
        }
    }

    @Test
    void every_dialog() throws Exception {
        phone.load(drifted.guardedUrl());
        phone.browser().click("#unlock");
        fits("token");
        phone.run("document.querySelector('dialog').close()");
        phone.browser().click("[data-key=new-normal]");
        phone.await("document.querySelector('.effects')");
        fits("accept");
        phone.accessible();
    }

    @Test
    void healthy_stuck_unproven_learning_and_empty() throws Exception {
        try (Watched watched = new Watched(db).healthy()) {
            phone.load(watched.url());
            fits("healthy");
            watched.clock().advance(Duration.ofDays(3));
            watched.answersGrowOld();
            phone.load(watched.url());
            fits("stuck");
        }
        try (Watched watched = new Watched(db).unproven()) {
            phone.load(watched.url());
            fits("unproven");
        }
        try (Watched watched = new Watched(db).learning()) {
            phone.load(watched.url());
            fits("learning");
        }
        try (Watched watched = new Watched(db)) {
            phone.load(watched.url());
            fits("empty");
        }
    }

    @Test
    void a_database_that_is_away() throws Exception {
        PGSimpleDataSource nowhere = new PGSimpleDataSource();
        nowhere.setURL("jdbc:postgresql://127.0.0.1:1/none");
        Health failing = new Health(true, false, "failing", Optional.empty(), Optional.of("no database"));
        Views views = new Views(nowhere, MonitorConfig.defaults(), () -> failing, InstantSource.system());
        try (MonitorServer server = MonitorServer.start(
                "127.0.0.1", 0, new CollectorRegistry(), () -> failing, new Dashboard(views, List.of()))) {
            phone.load("http://localhost:" + server.port());
            fits("away");
        }
    }
}
