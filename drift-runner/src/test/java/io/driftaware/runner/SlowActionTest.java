package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SlowActionTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

    private final CollectorRegistry registry = new CollectorRegistry();
    private final CountDownLatch called = new CountDownLatch(1);

    @BeforeEach
    void manyRefusals() {
        db.reset();
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, refusal_flag)
                SELECT timestamptz '2026-03-04T11:00:00Z' + i * interval '1 second', i % 2 = 0
                FROM generate_series(1, 200) AS i
                """);
    }

    @Test
    void checks_go_on_while_an_action_takes_its_time() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (DriftMonitor monitor = monitor(request -> {
            called.countDown();
            awaitQuietly(release);
            return new ActionResult.Succeeded("at last");
        })) {
            monitor.start();
            assertThat(called.await(1, TimeUnit.MINUTES)).isTrue();
            double checksBefore = checks();

            Eventually.isTrue("three more checks", () -> checks() >= checksBefore + 3);

            assertThat(state()).isEqualTo("DISPATCHED");
            release.countDown();
            Eventually.isTrue("the action has succeeded", () -> state().equals("SUCCEEDED"));
        }
    }

    @Test
    void closing_ends_an_action_that_goes_on_and_on_between_two_slices() throws Exception {
        AtomicInteger slices = new AtomicInteger();
        DriftMonitor monitor = monitor(request -> {
            called.countDown();
            return new ActionResult.Running("slice " + slices.incrementAndGet(), Duration.ZERO);
        });
        monitor.start();
        assertThat(called.await(1, TimeUnit.MINUTES)).isTrue();

        monitor.close();

        int atClose = slices.get();
        assertThat(state()).isEqualTo("RUNNING");
        assertThat(db.value("SELECT progress FROM drift_actions")).isEqualTo("slice " + atClose);
        assertThat(db.value("SELECT last_error FROM drift_actions"))
                .as("no slice was cut off")
                .isNull();
    }

    private DriftMonitor monitor(Function<ActionRequest, ActionResult> work) {
        DriftAction action = new DriftAction() {
            @Override
            public String name() {
                return "slow";
            }

            @Override
            public ActionResult run(ActionRequest request) {
                return work.apply(request);
            }
        };
        return DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(4)
                        .detection(Detection.THRESHOLD)
                        .checkInterval(Duration.ofMillis(50))
                        .actions(List.of())
                        .build())
                .action(action)
                .registry(registry)
                .clock(new FixedClock(NOW))
                .build();
    }

    private double checks() {
        return registry.getSampleValue("drift_detection_runs_total");
    }

    private static String state() {
        return String.valueOf(db.value("SELECT state FROM drift_actions"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
