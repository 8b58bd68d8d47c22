package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftaware.runner.TopicTraffic;
import io.driftaware.testdb.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What no text, script or size may do to the page. */
class DashboardSafetyTest extends DriftedDashboard {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    @Test
    void html_and_scripts_in_queries_and_segments_are_shown_as_the_text_that_they_are() throws Exception {
        for (String stream : List.of("query_embeddings", "refusals", "coverage", "feedback")) {
            page.load(drifted.url() + "/#" + stream);
            page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
            assertThat(page.text("main")).as(stream).contains(Watched.HOSTILE);
            assertThat(page.run("return document.querySelectorAll('main img, main script').length")
                            .asInt())
                    .isZero();
            assertThat(page.run("return document.title").asText()).endsWith("Drift-Aware");
            assertThat(page.browser().complaints()).isEmpty();
        }
    }

    /** Counted as they go over the wire: compressed, every file and every answer of the first view. */
    @Test
    void all_of_it_is_less_than_300_kB() throws Exception {
        page.load(drifted.url());
        JsonNode bytes = page.run(
                """
                const all = [performance.getEntriesByType('navigation')[0], ...performance.getEntriesByType('resource')];
                return all.map((one) => one.transferSize).reduce((a, b) => a + b, 0);
                """);
        assertThat(bytes.asInt()).isBetween(10_000, 300_000);
    }

    @Test
    void the_browser_keeps_the_policy() throws Exception {
        try (Watched watched = new Watched(db)) {
            page.browser().go(watched.url());
            JsonNode refused = page.browser()
                    .runAsync(
                            """
                    const done = arguments[arguments.length - 1];
                    document.addEventListener('securitypolicyviolation', (event) => done(event.violatedDirective));
                    const script = document.createElement('script');
                    script.textContent = 'window.owned = true';
                    document.body.append(script);
                    """);
            assertThat(refused.asText()).startsWith("script-src");
            assertThat(page.run("return window.owned === undefined").asBoolean())
                    .isTrue();
            page.browser().complaints();
        }
    }
}
