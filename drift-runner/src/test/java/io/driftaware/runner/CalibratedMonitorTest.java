package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CalibratedMonitorTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final int KNOWN_TOPICS = 20;

    private final FixedClock clock = new FixedClock(NOW);
    private final Random random = new Random(7);
    private final TopicTraffic traffic = new TopicTraffic(db, KNOWN_TOPICS + 3, 11);
    private final DriftMonitor monitor = DriftMonitor.builder(db.dataSource())
            .config(MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).build())
            .clock(clock)
            .build();

    @BeforeEach
    void usualTraffic() {
        db.reset();
        traffic.log(
                2_000,
                NOW.minus(DAY.multipliedBy(36)),
                DAY.multipliedBy(5),
                i -> known(),
                i -> chance(0.02),
                i -> score(0.8));
    }

    @Test
    void new_topics_are_drift_at_the_first_look() {
        traffic.log(
                700,
                NOW.minus(DAY.multipliedBy(7)),
                DAY.multipliedBy(7),
                i -> chance(0.15) ? KNOWN_TOPICS + i % 3 : known(),
                i -> chance(0.02),
                i -> score(0.8));

        CheckReport report = monitor.checkOnce();

        assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(stream(report, "query_embeddings").explanation()).isNotNull().satisfies(found -> {
            assertThat(found.driftedShare()).isBetween(0.08, 0.25);
            assertThat(found.topics())
                    .hasSize(3)
                    .allSatisfy(topic -> assertThat(topic.examples())
                            .allMatch(text -> text.matches("question [0-9]+ about topic 2[012]")))
                    .extracting(topic -> topic.examples().get(0).replaceAll(".* ", ""))
                    .containsExactlyInAnyOrder("20", "21", "22");
            assertThat(found.note()).isEmpty();
        });
        assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "feedback").verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void the_same_traffic_as_before_is_no_drift() {
        traffic.log(
                700,
                NOW.minus(DAY.multipliedBy(7)),
                DAY.multipliedBy(7),
                i -> known(),
                i -> chance(0.02),
                i -> score(0.8));

        CheckReport report = monitor.checkOnce();
        assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "feedback").verdict()).isEqualTo(Verdict.OK);
    }

    private int known() {
        return random.nextInt(KNOWN_TOPICS);
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private Double score(double mean) {
        return random.nextDouble() < 0.3 ? (random.nextDouble() < mean ? 1.0 : 0.0) : null;
    }

    private static StreamReport stream(CheckReport report, String name) {
        return report.streams().stream()
                .filter(stream -> stream.stream().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
