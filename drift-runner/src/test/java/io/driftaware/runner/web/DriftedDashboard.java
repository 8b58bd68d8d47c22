package io.driftaware.runner.web;

import io.driftaware.runner.TopicTraffic;
import io.driftaware.testdb.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A browser, and a monitor that has found drift, for all tests of a class. */
@Tag("browser")
abstract class DriftedDashboard {
    @RegisterExtension
    static final TestDatabase drifting = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    static DashboardPage page;
    static Watched drifted;

    @BeforeAll
    static void open() throws Exception {
        page = DashboardPage.open();
        drifted = new Watched(drifting).drifted();
    }

    @AfterAll
    static void close() {
        if (page != null) {
            page.close();
            page = null;
        }
        if (drifted != null) {
            drifted.close();
            drifted = null;
        }
    }
}
