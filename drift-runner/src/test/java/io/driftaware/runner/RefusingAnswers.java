package io.driftaware.runner;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whole checks over a real database in which answers begin to refuse, with actions that keep what they were asked. */
abstract class RefusingAnswers {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    final FixedClock clock = new FixedClock(START);
    final RawRows rows = new RawRows(db);
    final List<ActionRequest> calls = Collections.synchronizedList(new ArrayList<>());
    CollectorRegistry registry = new CollectorRegistry();

    @BeforeEach
    void reset() {
        db.reset();
    }

    DriftAction action(String name, boolean remedies) {
        return new DriftAction() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public ActionResult run(ActionRequest request) {
                calls.add(request);
                return new ActionResult.Succeeded();
            }

            @Override
            public boolean remedies(String kind) {
                return remedies && kind.equals("retrain");
            }
        };
    }

    static MonitorConfigBuilder settings() {
        return MonitorConfig.builder()
                .embeddingDim(4)
                .detection(Detection.THRESHOLD)
                .recentWindow(Duration.ofDays(7))
                .coolDown(Duration.ZERO)
                .actions(List.of());
    }

    DriftMonitor monitor(MonitorConfigBuilder settings, DriftAction... actions) {
        registry = new CollectorRegistry();
        DriftMonitor.Builder builder = DriftMonitor.builder(db.pool())
                .config(settings.build())
                .clock(clock)
                .registry(registry);
        for (DriftAction action : actions) {
            builder.action(action);
        }
        return builder.build();
    }

    /** A fifth of a hundred answers of the last hour refuse: an episode. */
    void drift() {
        rows.interactions(
                100,
                clock.instant().minus(Duration.ofHours(1)),
                Duration.ofHours(1),
                i -> i < 20,
                i -> false,
                i -> null);
    }

    /** So many answers that do not refuse that it is over. */
    void recovery() {
        rows.interactions(
                3000,
                clock.instant().minus(Duration.ofHours(1)),
                Duration.ofHours(1),
                i -> false,
                i -> false,
                i -> null);
    }

    /** Eight days on, with nothing of before in the recent window. */
    void later() {
        clock.advance(Duration.ofDays(8));
    }

    double metric(String name, String... labels) {
        String[] names = new String[labels.length / 2];
        String[] values = new String[labels.length / 2];
        for (int i = 0; i < names.length; i++) {
            names[i] = labels[2 * i];
            values[i] = labels[2 * i + 1];
        }
        Double value = registry.getSampleValue(name, names, values);
        return value == null ? Double.NaN : value;
    }

    static String column(String column) {
        return db.value("SELECT string_agg(COALESCE(" + column + ", '-'), ' ' ORDER BY id) FROM drift_actions");
    }
}
