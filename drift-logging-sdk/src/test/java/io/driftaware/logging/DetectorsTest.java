package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.logging.signal.RefusalDetector;
import io.driftaware.logging.signal.Signal;
import io.driftaware.logging.signal.SignalDetector;
import io.driftaware.logging.signal.SignalResult;
import io.driftaware.logging.signal.ToxicityDetector;
import io.driftaware.logging.signal.Verdict;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flags that the application leaves unset are filled by the detectors that it switched on, and stored with their source. */
final class DetectorsTest {
    private static final String REFUSAL = "I'm sorry, but I can't assist with that.";

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private static DriftLogger.Builder builder() {
        return DriftLogger.builder(DB.dataSource());
    }

    private static void store(DriftLogger.Builder builder, Interaction interaction) {
        try (DriftLogger logger = builder.build()) {
            logger.log(interaction);
            assertThat(logger.flush(Duration.ofMinutes(1)).complete()).isTrue();
        }
    }

    private static @Nullable String stored(String columns) {
        return DB.value("SELECT concat_ws(' ', " + columns + ") FROM interaction_log");
    }

    @Test
    void unset_flags_are_filled_and_say_who_filled_them() {
        store(
                builder().detectors(RefusalDetector.standard(), ToxicityDetector.standard()),
                Interaction.builder().query("how?").response(REFUSAL).build());
        assertThat(stored("refusal_flag, refusal_kind, refusal_detector, toxicity_flag, toxicity_detector"))
                .isEqualTo("t SAFETY refusal-linear/2 f toxicity-lexicon/2");
        assertThat(DB.count("SELECT count(*) FROM interaction_log WHERE refusal_score > 0.5 AND toxicity_score < 0.5"))
                .isEqualTo(1);
    }

    @Test
    void a_flag_that_was_given_stays() {
        store(
                builder().detectors(RefusalDetector.standard(), ToxicityDetector.standard()),
                Interaction.builder().response(REFUSAL).refusal(false).build());
        assertThat(stored("refusal_flag, COALESCE(refusal_detector, 'nobody'), toxicity_flag"))
                .isEqualTo("f nobody f");
    }

    @Test
    void without_detectors_unknown_stays_unknown() {
        store(builder(), Interaction.builder().response(REFUSAL).build());
        assertThat(stored("COALESCE(refusal_flag::text, 'unknown'), COALESCE(toxicity_flag::text, 'unknown')"))
                .isEqualTo("unknown unknown");
    }

    @Test
    void detectors_read_what_is_taken_out_afterwards() {
        List<String> read = new ArrayList<>();
        store(
                builder().detectors(detector((query, response) -> {
                    read.add(String.valueOf(response));
                    return Verdict.CLEAR;
                })),
                Interaction.builder().response("write to ada@example.com").build());
        assertThat(read).containsExactly("write to ada@example.com");
        assertThat(stored("model_response, refusal_flag")).isEqualTo("write to [EMAIL] f");
    }

    @Test
    void an_interaction_that_is_found_refused_keeps_its_text_in_a_sample() {
        store(
                builder().sampling(0).detectors(RefusalDetector.standard()),
                Interaction.builder().response(REFUSAL).build());
        assertThat(stored("model_response")).isEqualTo(REFUSAL);
    }

    @Test
    void a_detector_that_throws_costs_its_flag_and_nothing_else() {
        DriftLogger.Builder builder = builder()
                .detectors(
                        detector((query, response) -> {
                            throw new IllegalStateException(response);
                        }),
                        ToxicityDetector.standard());
        try (DriftLogger logger = builder.build()) {
            logger.log(Interaction.builder().response("fine").build());
            assertThat(logger.flush(Duration.ofMinutes(1)).complete()).isTrue();
            assertThat(logger.detectorStats().get(0).failed()).isEqualTo(1);
        }
        assertThat(stored("COALESCE(refusal_flag::text, 'unknown'), toxicity_flag"))
                .isEqualTo("unknown f");
    }

    @FunctionalInterface
    private interface Judgement {
        Verdict of(@Nullable String query, @Nullable String response);
    }

    private static SignalDetector detector(Judgement judgement) {
        return new SignalDetector() {
            @Override
            public String name() {
                return "of-this-test";
            }

            @Override
            public String version() {
                return "1";
            }

            @Override
            public Signal signal() {
                return Signal.REFUSAL;
            }

            @Override
            public SignalResult detect(@Nullable String query, @Nullable String response) {
                return new SignalResult(judgement.of(query, response), 0, "", name(), version());
            }
        };
    }
}
