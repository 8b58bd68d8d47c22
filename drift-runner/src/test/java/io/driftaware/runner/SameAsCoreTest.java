package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.WindowRule;
import io.driftaware.core.sequential.AlarmBudget;
import io.driftaware.core.sequential.BatchCorrelation;
import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.RateRise;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.StratumRates;
import io.driftaware.runner.store.EvidenceStore;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the acceptance tables measure is what users run: streams of rows in SQL leave the evidence that the core computes. */
class SameAsCoreTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant START = Instant.parse("2026-03-05T20:00:00Z");
    private static final Duration CHECK = Duration.ofMinutes(15);
    private static final double LIMIT = 0.05;

    private final RawRows rows = new RawRows(db);

    /** Twenty streams of {@code checks} checks: their seed, rate, and most rows a check; some checks have none. */
    @ParameterizedTest
    @CsvSource({
        "1, .00, 20", "2, .02, 5", "3, .02, 40", "4, .03, 10", "5, .03, 60", "6, .045, 8", "7, .045, 30",
        "8, .05, 15", "9, .05, 50", "10, .06, 10", "11, .06, 40", "12, .08, 20", "13, .10, 10", "14, .10, 50",
        "15, .12, 25", "16, .15, 5", "17, .15, 30", "18, .20, 12", "19, .30, 3", "20, .50, 2"
    })
    void a_stream_in_sql_leaves_the_evidence_that_the_core_computes(long seed, double rate, int mostRows)
            throws SQLException {
        db.reset();
        Random random = new Random(seed);
        FixedClock clock = new FixedClock(START);
        RateWatchInMemory core = new RateWatchInMemory();
        try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(4)
                        .refusalRateThreshold(LIMIT)
                        .actions(java.util.List.of())
                        .build())
                .clock(clock)
                .build()) {
            for (int check = 0; check < 20; check++) {
                int count = random.nextInt(mostRows + 1);
                boolean[] refused = new boolean[count];
                for (int i = 0; i < count; i++) {
                    refused[i] = random.nextDouble() < rate;
                }
                Instant from = clock.instant();
                rows.interactions(count, from, CHECK, i -> refused[i], i -> null, i -> null);
                clock.advance(CHECK);
                CheckReport report = monitor.checkOnce();
                core.check(from, refused);

                boolean opened = report.episodes().stream()
                        .anyMatch(
                                episode -> episode.open() && episode.openedAt().equals(clock.instant()));
                if (opened) {
                    core.beginAnew();
                }
                assertThat(stored()).as("after check %d", check).isEqualTo(core.evidence);
            }
        }
    }

    private static Evidence stored() throws SQLException {
        try (Connection connection = db.pool().getConnection()) {
            var ofRefusals = EvidenceStore.last(connection).get(WatchedStream.REFUSALS);
            return ofRefusals == null || !ofRefusals.containsKey(Hypothesis.LIMIT)
                    ? Evidence.none(RateRise.ALTERNATIVES)
                    : ofRefusals.get(Hypothesis.LIMIT).evidence();
        }
    }

    /** The same with the calls of the core alone. */
    private static final class RateWatchInMemory {
        private final double logAlarm = new AlarmBudget(600, Hypothesis.sequences()).logAlarm(CHECK);
        private final TreeMap<Instant, long[]> hours = new TreeMap<>();
        private Evidence evidence = Evidence.none(RateRise.ALTERNATIVES);

        void check(Instant from, boolean[] refused) {
            StratumCounts counts = StratumCounts.none();
            for (boolean one : refused) {
                counts = counts.plus(Stratum.of(from, ZoneOffset.UTC), one ? 1 : 0, 1);
                long[] hour = hours.computeIfAbsent(from.truncatedTo(ChronoUnit.HOURS), start -> new long[2]);
                hour[0] += one ? 1 : 0;
                hour[1]++;
            }
            if (refused.length > 0) {
                double[] logE = new RateWatch(StratumRates.constant(LIMIT), correlation(from.plus(CHECK)), logAlarm)
                        .step(evidence, counts)
                        .logE();
                evidence = evidence.after(logE).atMost(logAlarm);
            }
        }

        void beginAnew() {
            evidence = Evidence.none(RateRise.ALTERNATIVES);
        }

        private double correlation(Instant now) {
            TreeMap<Instant, Long> known = new TreeMap<>();
            hours.forEach((hour, counts) -> known.put(hour, counts[1]));
            BatchCorrelation correlation = new BatchCorrelation();
            hours.tailMap(WindowRule.USUAL.start(known, now, Instant.EPOCH), true)
                    .values()
                    .forEach(counts -> correlation.add(counts[0], counts[1]));
            return correlation.estimate();
        }
    }
}
