package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row that the database refuses is dropped alone. */
final class PoisonTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private final Heard heard = new Heard();

    @BeforeEach
    void refuse_some_rows() {
        DB.reset();
        DB.execute("ALTER TABLE interaction_log ADD CONSTRAINT no_poison CHECK (user_query NOT LIKE 'poison%')");
    }

    @AfterEach
    void refuse_none() {
        DB.execute("ALTER TABLE interaction_log DROP CONSTRAINT no_poison");
    }

    private DriftLogger logger() {
        return DriftLogger.builder(DB.dataSource())
                .embeddingModel("m", 3)
                .batchSize(500)
                .listener(heard)
                .build();
    }

    private static void log(DriftLogger logger, String query) {
        logger.log(Interaction.builder().query(query).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "499", "250", "0,1,2,3", "17,18,300,301,498,499"})
    void only_the_refused_rows_are_lost(String positions) {
        Set<Integer> bad = new TreeSet<>();
        List.of(positions.split(",")).forEach(p -> bad.add(Integer.valueOf(p)));
        try (DriftLogger logger = logger()) {
            for (int i = 0; i < 500; i++) {
                log(logger, (bad.contains(i) ? "poison " : "good ") + i);
            }
            FlushResult result = logger.flush(LONG);
            assertThat(result.complete()).isFalse();
            assertThat(result.dropped()).isEqualTo(bad.size());
            assertThat(result.written()).isEqualTo(500 - bad.size());
            assertThat(result.lastError()).isPresent();
            assertThat(logger.stats().dropped()).isEqualTo(Map.of("poison", (long) bad.size()));
            assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(500 - bad.size());
            assertThat(DB.value("SELECT string_agg(substr(user_query, 6), ',' ORDER BY id) FROM interaction_log"))
                    .isEqualTo(withoutBad(bad));
        }
    }

    private static String withoutBad(Set<Integer> bad) {
        StringBuilder rest = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            if (!bad.contains(i)) {
                rest.append(rest.isEmpty() ? "" : ",").append(i);
            }
        }
        return rest.toString();
    }

    @Test
    void the_reason_names_the_constraint_and_never_the_content() {
        try (DriftLogger logger = logger()) {
            log(logger, "poison with a secret");
            assertThat(logger.flush(LONG).lastError()).hasValueSatisfying(e -> assertThat(e)
                    .contains("SQLSTATE 23514", "interaction_log", "no_poison")
                    .doesNotContain("secret"));
            Eventually.hold("told", () -> !heard.dropped.isEmpty());
        }
        assertThat(heard.dropped)
                .singleElement()
                .asString()
                .startsWith("1 poison: ")
                .doesNotContain("secret");
        assertThat(heard.outages).isEmpty();
    }

    @Test
    void events_of_other_tables_in_the_same_batch_are_stored() {
        try (DriftLogger logger = logger()) {
            log(logger, "good");
            logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}));
            log(logger, "poison");
            logger.feedback(new UUID(1, 1), 1);
            assertThat(logger.flush(LONG).written()).isEqualTo(3);
            assertThat(Stored.rows(DB, "embeddings_log")).isEqualTo(1);
            assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(1);
        }
    }

    @Test
    void when_every_row_is_refused_every_row_is_accounted_for() {
        try (DriftLogger logger = logger()) {
            for (int i = 0; i < 50; i++) {
                log(logger, "poison");
            }
            assertThat(logger.flush(LONG).dropped()).isEqualTo(50);
            assertThat(logger.stats().pending()).isZero();
        }
    }

    @Test
    void a_failure_of_the_server_while_isolating_loses_nothing() {
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = DriftLogger.builder(network.dataSource())
                        .embeddingModel("m", 3)
                        .build()) {
            log(logger, "good");
            assertThat(logger.flush(LONG).complete()).isTrue();
            network.cutNext(FaultyNetwork.Cut.AFTER_COMMIT);
            for (int i = 0; i < 400; i++) {
                log(logger, (i % 97 == 0 ? "poison " : "good ") + i);
            }
            assertThat(logger.flush(LONG).pending()).isZero();
            assertThat(network.cuts()).isEqualTo(1);
            assertThat(logger.stats().dropped()).isEqualTo(Map.of("poison", 5L));
            assertThat(Stored.eventIds(DB, "interaction_log")).hasSize(396).doesNotHaveDuplicates();
        }
    }
}
