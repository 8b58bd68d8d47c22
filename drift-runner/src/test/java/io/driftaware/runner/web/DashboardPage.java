package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/** The dashboard in a browser, and what is always true of it. */
final class DashboardPage implements AutoCloseable {
    static final String LOADED =
            "document.body.dataset.ready === 'yes' && !document.querySelector('#stream[aria-busy]')";

    private final Browser browser;

    private DashboardPage(Browser browser) {
        this.browser = browser;
    }

    /** In a window of a desk, in the light. */
    static DashboardPage open() throws IOException, InterruptedException {
        return new DashboardPage(Browser.open(1_280, 1_000, false));
    }

    /** In a window of this size. */
    static DashboardPage open(int width, int height, boolean dark) throws IOException, InterruptedException {
        return new DashboardPage(Browser.open(width, height, dark));
    }

    Browser browser() {
        return browser;
    }

    /** Goes there, with nothing left of what was there before. */
    void load(String url) throws Exception {
        browser.go("about:blank");
        browser.requests();
        browser.complaints();
        browser.go(url);
        browser.await(LOADED);
    }

    /** Waits until nothing more is asked for. */
    void settled() throws Exception {
        browser.await(LOADED);
    }

    String text(String selector) throws Exception {
        return browser.text(selector);
    }

    JsonNode run(String script, Object... arguments) throws Exception {
        return browser.run(script, arguments);
    }

    void await(String expression) throws Exception {
        browser.await(expression);
    }

    /** The functions of the page, fed by hand. */
    String inPage(String script, Object... arguments) throws Exception {
        browser.run("window.given = arguments", arguments);
        return browser.runAsync("const done = arguments[arguments.length - 1]; (async () => {" + script
                        + "})().then(done, (failure) => done(`failed: ${failure}`));")
                .asText();
    }

    /** A half minute goes by: the page asks again, and nobody asked just before. */
    void halfAMinuteLater(Watched watched) throws Exception {
        watched.answersGrowOld();
        browser.run("performance.clearResourceTimings(); document.dispatchEvent(new Event('visibilitychange'))");
        browser.await("performance.getEntriesByType('resource').some((one) => one.name.includes('open=true'))");
        // Two turns of the event loop after the answers.
        browser.runAsync("setTimeout(arguments[arguments.length - 1], 300)");
    }

    /** Nothing in the console, nothing asked of anybody else, nothing that hinders people with a disability. */
    void isSound(String origin) throws Exception {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isNotEmpty().allSatisfy(url -> assertThat(url)
                .startsWith(origin));
        nothingSticksOut();
        accessible();
        keepPicture(browser.text("h1")
                + browser.run("return location.hash.slice(1)").asText());
    }

    void nothingSticksOut() throws Exception {
        assertThat(browser.run(
                                """
                                const wide = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()
                                  && !one.closest('.scroll') && !one.closest('svg') && !one.closest('.hidden')
                                  && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
                                return document.documentElement.scrollWidth <= window.innerWidth + 1 ? ''
                                  : `${document.documentElement.scrollWidth} in ${window.innerWidth}: `
                                    + wide.map((one) => one.outerHTML.slice(0, 200)).join(' | ');
                                """)
                        .asText())
                .as("what sticks out to the right")
                .isEmpty();
    }

    void accessible() throws Exception {
        assertThat(browser.accessibilityProblems()).isEmpty();
    }

    /** For whoever wants to see what the tests see: {@code -Ddrift.dashboard.pictures=FOLDER}. */
    void keepPicture(String name) throws Exception {
        String folder = System.getProperty("drift.dashboard.pictures", "");
        if (!folder.isEmpty()) {
            browser.screenshot(Path.of(
                    folder,
                    name.replaceAll("\\W+", "-")
                            + browser.run("return innerWidth").asText() + ".png"));
        }
    }

    @Override
    public void close() {
        browser.close();
    }
}
