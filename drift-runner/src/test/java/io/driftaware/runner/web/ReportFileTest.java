package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.runner.report.DriftReport;
import io.driftaware.runner.report.Wellformed;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Views;
import io.driftaware.testdb.TestDatabase;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The report of databases in every state: what it says, what it cannot be made to do, and how it looks in a real browser. */
class ReportFileTest {
    @RegisterExtension
    static final TestDatabase drifting = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant NOW = Watched.NOW;
    private static final Instant BEGINNING = NOW.minus(Views.USUAL_LENGTH);
    private static final String HOSTILE = "\"'><script>document.title='owned'</script>"
            + "<img src=\"http://192.0.2.1/x\" onerror=\"document.title='owned'\"/>]]>&#0;&quot;--></style>"
            + "\u202E\u2066txt\u0001\u001B[31m\u0000\uD83D\n\u05E9\u05DC\u05D5\u05DD ${jndi:x} javascript:alert(1)";

    private static DriftReport drift;

    @TempDir
    Path folder;

    @BeforeAll
    static void drift() throws Exception {
        try (Watched watched = new Watched(drifting)) {
            watched.drifted();
            drift = read(drifting, BEGINNING, NOW, NOW, true);
        }
    }

    private static DriftReport read(TestDatabase from, Instant start, Instant end, Instant now, boolean texts)
            throws SQLException {
        MonitorConfig config =
                MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).build();
        Health health = new Health(false, false, "not asked", Optional.empty(), Optional.empty());
        Views views = new Views(from.dataSource(), config, () -> health, InstantSource.fixed(end));
        return DriftReport.read(views, start, end, now, texts);
    }

    @Test
    void a_drift_is_told_in_a_sentence_and_then_in_full() throws Exception {
        Wellformed page = Wellformed.parse(drift.html());

        assertThat(page.text("h1")).isEqualTo("Queries, refusals and coverage have drifted.");
        assertThat(drift.sentence().replace('\u00A0', ' '))
                .startsWith("Queries, refusals and coverage have drifted. Since about 28 Feb 2026")
                .contains("would bring even the least certain once in ")
                .endsWith("Logged that re-indexing and retraining are due.");
        assertThat(page.text())
                .contains(
                        "How each stream stands",
                        "Over time",
                        "What drifted",
                        "New: rows unlike the baseline that resemble each other")
                .contains("about topic 2", "In two dimensions", "The queries behind it", "Evidence against its budget")
                .contains("Queries that no document is near", "tenant-1", "Episodes", "Baselines", "Freshness")
                .contains("began about 28 Feb 2026", "proven 4 Mar 2026 12:00", "an alarm: once in 600 days")
                .contains("logged that re-indexing is due")
                .containsPattern(
                        "rows, recent\\s*[0-9,]+ in [0-9]+.(days|hours)\\s*rows, baseline\\s*[0-9,]+ in [0-9]+.days")
                .doesNotContain("No monitor seems to run", "looks back");
    }

    /** As they were stored before episodes of embeddings said which way they were judged. */
    @Test
    void an_old_episode_of_embeddings_is_told_without_values() throws Exception {
        String known = "not as before, acts from";
        assertThat(Wellformed.parse(drift.html()).text().replace('\u00A0', ' ')).contains(known);
        drifting.execute(
                "UPDATE drift_episodes SET details = details || jsonb_build_object('kept', details -> 'measure')"
                        + " WHERE stream = 'query_embeddings'");
        drifting.execute("UPDATE drift_episodes SET details = details - 'measure' WHERE stream = 'query_embeddings'");
        try {
            assertThat(Wellformed.parse(
                                    read(drifting, BEGINNING, NOW, NOW, true).html())
                            .text()
                            .replace('\u00A0', ' '))
                    .contains("Episodes", "are not as before (limit")
                    .doesNotContain(known, "cosine distance 0", "null");
        } finally {
            drifting.execute(
                    "UPDATE drift_episodes SET details = details || jsonb_build_object('measure', details -> 'kept')"
                            + " WHERE stream = 'query_embeddings'");
        }
    }

    @Test
    void whatever_stands_in_a_text_becomes_text() throws Exception {
        Wellformed usual = Wellformed.parse(drift.html());
        DriftReport poisoned = (DriftReport) poisoned(drift);

        Wellformed page = Wellformed.parse(poisoned.html());

        assertThat(usual.names()).isSubsetOf(names()).contains("svg", "table", "@class");
        assertThat(page.names()).isSubsetOf(names());
        assertThat(page.text())
                .contains("<script>document.title='owned'</script>")
                .contains("\uFFFD\uFFFDtxt\uFFFD\uFFFD[31m\uFFFD\uFFFD \u05E9\u05DC\u05D5\u05DD");
        assertThat(page.values("href")).isNotEmpty().allSatisfy(href -> assertThat(href)
                .matches("(?s)#.*|data:,"));
    }

    private static List<String> names() {
        return List.of(
                ("a article b bdi body caption circle dd details div dl dt footer g h1 h2 h3 h4 head header html li line link"
                                + " main meta ol p path rect section span style summary svg table tbody td text th thead title tr ul"
                                + " @aria-hidden @aria-label @charset @class @content @cx @cy @d @height @href @http-equiv @id @lang @name"
                                + " @preserveAspectRatio @r @rel @role @rx @scope @tabindex @text-anchor @viewBox @width @x @x1 @x2 @y @y1 @y2")
                        .split(" "));
    }

    /** The same with another text in the place of every text, known words of the monitor's included. */
    private static Object poisoned(Object value) throws ReflectiveOperationException {
        if (value instanceof String) {
            return HOSTILE;
        }
        if (value instanceof List<?> list) {
            Object[] copies = new Object[list.size()];
            for (int i = 0; i < copies.length; i++) {
                copies[i] = poisoned(list.get(i));
            }
            return List.of(copies);
        }
        if (value instanceof Record) {
            RecordComponent[] components = value.getClass().getRecordComponents();
            Object[] parts = new Object[components.length];
            for (int i = 0; i < parts.length; i++) {
                Object part = components[i].getAccessor().invoke(value);
                boolean needed = part == null || components[i].getName().equals("texts");
                parts[i] = needed ? part : poisoned(part);
            }
            Constructor<?> constructor = value.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            return constructor.newInstance(parts);
        }
        return value;
    }

    @Test
    void without_texts_nothing_that_users_wrote_is_in_it() throws Exception {
        String html = read(drifting, BEGINNING, NOW, NOW, false).html();

        assertThat(drift.html()).contains("question ", "tenant-1");
        assertThat(html).doesNotContain("question ", "tenant-1", "onerror").contains("are withheld");
    }

    @Test
    void a_report_that_ends_before_the_last_check_tells_episodes_and_no_verdicts() throws Exception {
        DriftReport before = read(drifting, BEGINNING, NOW.minus(Duration.ofDays(1)), NOW, true);

        Wellformed page = Wellformed.parse(before.html());

        assertThat(page.text("h1")).isEqualTo("No drift was proven in this stretch.");
        assertThat(page.text())
                .contains("looks back", "There was none in this stretch")
                .doesNotContain("acts above");

        lastCheckWas("2026-03-20T12:00:00Z");
        try {
            Instant later = NOW.plus(Duration.ofDays(30));
            DriftReport after = read(drifting, BEGINNING, NOW.plus(Duration.ofDays(1)), later, true);
            Wellformed told = Wellformed.parse(after.html());
            assertThat(told.text("h1")).isEqualTo("Queries, refusals and coverage drifted.");
            assertThat(told.text())
                    .contains("3 episodes lasted at the end of the stretch", "against a limit of", "about topic 2");
        } finally {
            lastCheckWas(NOW.toString());
        }
    }

    private static void lastCheckWas(String at) {
        drifting.execute("UPDATE drift_monitor_state SET value = jsonb_set(value, '{at}', '\"" + at
                + "\"') WHERE key = 'last_report'");
    }

    @Test
    void an_episode_says_whether_its_actions_helped_it() throws Exception {
        drifting.execute(
                """
                WITH action AS (INSERT INTO drift_actions (action, kind, state, outcome, result)
                                VALUES ('command', 'retrain', 'SUCCEEDED', 'INEFFECTIVE', 'job 7') RETURNING id)
                INSERT INTO drift_action_episodes (action_id, episode_id, outcome)
                SELECT action.id, e.id, CASE e.stream WHEN 'refusals' THEN 'VERIFIED' ELSE 'INEFFECTIVE' END
                FROM action, drift_episodes e WHERE e.stream IN ('refusals', 'coverage')
                """);
        try {
            DriftReport report = read(drifting, BEGINNING, NOW, NOW, true);
            assertThat(Wellformed.parse(report.html()).text())
                    .contains(
                            "job 7, and the drift ended after it",
                            "job 7, but the drift lasted beyond the time that it may take");
            assertThat(report.sentence())
                    .as("the worst of what it did")
                    .contains("command for retraining: done, but the drift lasted")
                    .doesNotContain("ended after it");
        } finally {
            drifting.execute("DELETE FROM drift_actions WHERE action = 'command'");
        }
    }

    @Test
    void a_report_that_nobody_has_fed_for_long_says_so() throws Exception {
        Instant later = NOW.plus(Duration.ofDays(3));

        assertThat(Wellformed.parse(
                                read(drifting, BEGINNING, later, later, true).html())
                        .text())
                .contains("No monitor seems to run. The last check was 3 days before this report was made");
    }

    @Test
    void an_empty_database_is_told_as_that() throws Exception {
        db.reset();
        Wellformed page = Wellformed.parse(read(db, BEGINNING, NOW, NOW, true).html());
        assertThat(page.text("h1")).isEqualTo("No check has been made yet.");
        assertThat(page.text()).contains("drift-runner check").doesNotContain("Episodes");

        try (Watched watched = new Watched(db)) {
            watched.checked();
            Wellformed checked =
                    Wellformed.parse(read(db, BEGINNING, NOW, NOW, true).html());
            assertThat(checked.text("h1")).isEqualTo("Nothing has been logged yet.");
            assertThat(checked.text()).contains("0 of 50 rows needed", "There was none in this stretch of time.");
        }
    }

    @Test
    void quiet_streams_and_learning_ones_are_told_apart() throws Exception {
        try (Watched watched = new Watched(db)) {
            watched.learning();
            Wellformed page =
                    Wellformed.parse(read(db, BEGINNING, NOW, NOW, true).html());
            assertThat(page.text("h1")).isEqualTo("Too little data to judge yet.");
        }
        try (Watched watched = new Watched(db)) {
            watched.healthy();
            DriftReport report = read(db, BEGINNING, NOW, NOW, true);
            Wellformed page = Wellformed.parse(report.html());
            assertThat(page.text("h1")).isEqualTo("No drift.");
            assertThat(page.text()).contains("streams are compared").doesNotContain("▲");
        }
    }

    @Test
    void the_largest_one_can_still_be_sent_by_mail() throws Exception {
        List<Episode> episodes = Collections.nCopies(
                100,
                closed(drift.episodes().stream()
                        .filter(episode -> episode.drifted() != null)
                        .findFirst()
                        .orElseThrow()));
        DriftReport large = new DriftReport(
                drift.from(),
                drift.to(),
                drift.madeAt(),
                drift.overview(),
                drift.streams(),
                drift.coverage(),
                episodes,
                false,
                drift.baselines());

        assertThat(drift.html().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(400_000);
        assertThat(large.html().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1_000_000);
    }

    private static Episode closed(Episode one) {
        return new Episode(
                one.id(),
                one.stream(),
                one.segment(),
                one.embeddingModel(),
                one.openedAt(),
                one.openedValue(),
                one.threshold(),
                one.measure(),
                one.unit(),
                one.beganAbout(),
                one.lastValue(),
                one.lastSeenAt(),
                one.openedAt().plusSeconds(1),
                "it is over",
                one.reason(),
                one.hypothesis(),
                one.proof(),
                one.drifted(),
                one.actions());
    }

    @Test
    void a_browser_shows_it_without_a_request_an_error_or_a_hindrance() throws Exception {
        Path file = folder.resolve("report.html");
        Files.writeString(file, drift.html());
        Path poisoned = folder.resolve("poisoned.html");
        Files.writeString(poisoned, ((DriftReport) poisoned(drift)).html());
        for (boolean dark : new boolean[] {false, true}) {
            try (Browser browser = Browser.open(dark ? 500 : 1_000, 1_200, dark)) {
                for (Path one : List.of(file, poisoned)) {
                    browser.requests();
                    browser.complaints();
                    browser.go(one.toUri().toString());
                    assertThat(browser.complaints()).isEmpty();
                    assertThat(browser.requests()).isNotEmpty().allSatisfy(url -> assertThat(url)
                            .matches("data:.*|" + one.toUri().toString().toLowerCase(Locale.ROOT)));
                    assertThat(browser.run("return document.title").asText()).endsWith("– Drift-Aware");
                    assertThat(browser.run("return document.querySelectorAll('script, img, iframe').length")
                                    .asInt())
                            .isZero();
                    assertThat(browser.run("return document.documentElement.scrollWidth <= window.innerWidth + 1")
                                    .asBoolean())
                            .as("nothing sticks out to the right of " + one)
                            .isTrue();
                }
                browser.go(file.toUri().toString());
                assertThat(browser.accessibilityProblems()).isEmpty();
                browser.phone(360, 740);
                for (Path one : List.of(file, poisoned)) {
                    browser.go(one.toUri().toString());
                    assertThat(browser.run(
                                            "const wide = [...document.querySelectorAll('body *')].filter((one) => !one.closest('.scroll, svg') && one.getBoundingClientRect().right > 361);"
                                                    + " return document.documentElement.scrollWidth + ' of ' + innerWidth + wide.map((one) => ' ' + one.tagName + '.' + one.className).slice(0, 5)")
                                    .asText())
                            .as("width of " + one + " on a phone")
                            .isEqualTo("360 of 360");
                }
            }
        }
    }
}
