package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.testdb.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Texts and embeddings of a share of the interactions; every row and every flag all the same. */
final class SamplingTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private static final int MANY = 20_000;

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    /** Ids as the logger makes them: the time in front, and so much alike. */
    private static List<UUID> ids() {
        EventIds made = new EventIds(new SecureRandom());
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            ids.add(made.next(1_767_225_600_000L + i));
        }
        return ids;
    }

    @Test
    void the_share_is_kept() {
        for (double share : new double[] {0.01, 0.1, 0.5}) {
            long taken = ids().stream().filter(new Sampling(share)::takes).count();
            // Five standard deviations of a binomial count.
            assertThat((double) taken / MANY).isCloseTo(share, within(5 * Math.sqrt(share * (1 - share) / MANY)));
        }
    }

    @Test
    void a_smaller_sample_is_within_a_larger_one() {
        Sampling small = new Sampling(0.1);
        Sampling large = new Sampling(0.3);
        assertThat(ids()).filteredOn(small::takes).isNotEmpty().allMatch(large::takes);
    }

    @Test
    void the_ends_take_all_and_none() {
        assertThat(ids()).allMatch(Sampling.ALL::takes).noneMatch(new Sampling(0)::takes);
    }

    /** Decided by numbers that were written down once: every release and every process must agree. */
    @Test
    void an_id_is_decided_for_ever() {
        List<UUID> taken = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            UUID id = new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0000L + i);
            if (new Sampling(0.1).takes(id)) {
                taken.add(id);
            }
        }
        assertThat(taken)
                .extracting(id -> id.getLeastSignificantBits() & 0xFF)
                .containsExactly(4L, 8L, 13L, 22L, 23L, 26L, 31L, 32L);
    }

    @Test
    void rates_and_counts_are_those_of_all_interactions() {
        SplittableRandom random = new SplittableRandom(3);
        int refused = 0;
        int toxic = 0;
        int rated = 0;
        int embedded = 0;
        List<UUID> ids = new ArrayList<>();
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource())
                .sampling(0.1)
                .embeddingModel("m", 3)
                .build()) {
            for (int i = 0; i < 2_000; i++) {
                boolean refusal = random.nextInt(20) == 0;
                boolean toxicity = random.nextInt(50) == 0;
                Interaction.Builder interaction = Interaction.builder()
                        .query("question " + i)
                        .response("answer")
                        .metadataJson("{\"i\": " + i + "}")
                        .refusal(refusal)
                        .toxic(toxicity)
                        .inputTokens(5);
                if (random.nextInt(10) == 0) {
                    interaction.feedback(0.5);
                    rated++;
                }
                UUID id = logger.log(interaction.build());
                ids.add(id);
                logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}).withInteraction(id));
                logger.log(EmbeddingRecord.response(new float[] {1, 2, 3}).withInteraction(id));
                embedded += new Sampling(0.1).takes(id) ? 2 : 0;
                refused += refusal ? 1 : 0;
                toxic += toxicity ? 1 : 0;
            }
            logger.log(EmbeddingRecord.document(new float[] {3, 2, 1}));
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            LoggerStats stats = logger.stats();
            assertThat(stats.sampledOut()).isEqualTo(4_000 - embedded).isPositive();
            assertThat(stats.accepted()).isEqualTo(2_000 + embedded + 1);
        }
        assertThat(DB.value("SELECT concat_ws('|', count(*), sum(refusal_flag::int), sum(toxicity_flag::int),"
                        + " count(user_feedback_score), sum(input_tokens)) FROM interaction_log"))
                .isEqualTo("2000|" + refused + "|" + toxic + "|" + rated + "|10000");
        assertThat(Stored.rows(DB, "embeddings_log")).isEqualTo(embedded + 1);
        List<UUID> withText = List.of(DB.value("SELECT string_agg(interaction_id::text, ',') FROM interaction_log"
                                + " WHERE user_query IS NOT NULL AND NOT refusal_flag AND NOT toxicity_flag"
                                + " AND user_feedback_score IS NULL")
                        .split(","))
                .stream()
                .map(UUID::fromString)
                .toList();
        assertThat(withText).isNotEmpty().allMatch(new Sampling(0.1)::takes);
        assertThat(DB.count(
                        "SELECT count(*) FROM interaction_log WHERE (user_query IS NULL) <> (content_capture = 'NONE')"
                                + " OR (user_query IS NULL AND (model_response IS NOT NULL OR metadata <> '{}'))"))
                .isZero();
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE user_query IS NULL"
                        + " AND (refusal_flag OR toxicity_flag OR user_feedback_score IS NOT NULL)"))
                .as("refused, toxic and rated interactions keep their texts")
                .isZero();
        assertThat(DB.count("SELECT count(*) FROM embeddings_log e JOIN interaction_log i USING (interaction_id)"
                        + " WHERE i.user_query IS NULL"))
                .as("an embedding that is kept has its text")
                .isZero();
    }
}
