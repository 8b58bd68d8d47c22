package io.driftaware.logging.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignalRunnerTest {
    private static final SignalLimits PATIENT =
            new SignalLimits(100, 20, Duration.ofSeconds(30), Duration.ofSeconds(1));
    private static final SignalLimits IMPATIENT =
            new SignalLimits(100, 20, Duration.ofMillis(500), Duration.ofSeconds(1));

    private final AtomicLong nanos = new AtomicLong();
    private final List<String> troubles = new ArrayList<>();

    private SignalRunner runner(SignalLimits limits, SignalDetector... detectors) {
        return new SignalRunner(
                List.of(detectors), limits, nanos::get, (name, reason) -> troubles.add(name + " " + reason));
    }

    /** What a fake detector does. */
    private interface Behaviour {
        @Nullable
        Verdict judge(@Nullable String query, @Nullable String response) throws Exception;
    }

    private record Fake(String name, Signal signal, Behaviour behaviour) implements SignalDetector {
        @Override
        public String version() {
            return "7";
        }

        @Override
        @SuppressWarnings("NullAway") // a detector that breaks its contract
        public SignalResult detect(@Nullable String query, @Nullable String response) throws Exception {
            Verdict verdict = behaviour.judge(query, response);
            return verdict == null ? null : new SignalResult(verdict, 0.5, "", name, version());
        }
    }

    private static Fake refusal(String name, Behaviour behaviour) {
        return new Fake(name, Signal.REFUSAL, behaviour);
    }

    @Test
    void the_built_in_detectors_fill_both_flags_and_say_who_they_are() {
        try (SignalRunner runner = SignalRunner.builtIn()) {
            SignalFlags flags = runner.judge("why?", "I'm sorry, but I can't assist with that.");
            assertThat(flags.refusal()).extracting(SignalResult::flagged).isEqualTo(true);
            assertThat(flags.toxicity()).extracting(SignalResult::flagged).isEqualTo(false);
            assertThat(flags.refusal()).extracting(SignalResult::source).isEqualTo("refusal-linear/2");
            assertThat(flags.toxicity()).extracting(SignalResult::source).isEqualTo("toxicity-lexicon/2");
        }
    }

    @Test
    void what_nobody_knows_stays_unknown() {
        try (SignalRunner runner = SignalRunner.builtIn()) {
            assertThat(runner.judge(null, null)).isEqualTo(SignalFlags.UNKNOWN);
            assertThat(runner.judge("why?", null)).isEqualTo(SignalFlags.UNKNOWN);
            assertThat(runner.judge("why?", "")).isEqualTo(SignalFlags.UNKNOWN);
        }
    }

    @Test
    void a_signal_that_no_detector_looks_for_stays_unknown() {
        try (SignalRunner runner = runner(PATIENT, ToxicityDetector.standard())) {
            SignalFlags flags = runner.judge(null, "I'm sorry, but I can't assist with that.");
            assertThat(flags.refusal()).isNull();
            assertThat(flags.toxicity()).extracting(SignalResult::flagged).isEqualTo(false);
        }
    }

    @Test
    void the_first_detector_that_knows_wins_and_later_ones_are_not_asked() {
        AtomicInteger asked = new AtomicInteger();
        try (SignalRunner runner = runner(
                PATIENT,
                refusal("does-not-know", (q, r) -> Verdict.UNKNOWN),
                refusal("knows", (q, r) -> Verdict.FLAGGED),
                refusal("is-not-asked", (q, r) -> {
                    asked.incrementAndGet();
                    return Verdict.CLEAR;
                }))) {
            SignalFlags flags = runner.judge("q", "r");
            assertThat(flags.refusal()).extracting(SignalResult::flagged).isEqualTo(true);
            assertThat(flags.refusal()).extracting(SignalResult::detector).isEqualTo("knows");
            assertThat(asked).hasValue(0);
            assertThat(runner.stats())
                    .containsExactly(
                            new DetectorStats("does-not-know", 0, 1, 0, 0, 0),
                            new DetectorStats("knows", 1, 0, 0, 0, 0),
                            new DetectorStats("is-not-asked", 0, 0, 0, 0, 0));
        }
    }

    @Test
    void a_detector_is_asked_for_every_exchange_however_fast_they_come() {
        try (SignalRunner runner = runner(PATIENT, refusal("fast", (q, r) -> Verdict.CLEAR))) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(runner.judge("q", "r").refusal())
                        .extracting(SignalResult::flagged)
                        .isEqualTo(false);
            }
            assertThat(runner.stats()).containsExactly(new DetectorStats("fast", 10_000, 0, 0, 0, 0));
        }
    }

    @Test
    void a_detector_that_throws_makes_its_verdict_unknown_and_the_next_one_stands_in() {
        try (SignalRunner runner = runner(
                PATIENT,
                refusal("throws", (q, r) -> {
                    throw new IllegalStateException("about " + r);
                }),
                RefusalDetector.standard())) {
            assertThat(runner.judge(null, "I'm sorry, but I can't assist with that.")
                            .refusal())
                    .extracting(SignalResult::flagged)
                    .isEqualTo(true);
            assertThat(runner.stats().get(0)).isEqualTo(new DetectorStats("throws", 0, 0, 1, 0, 0));
            assertThat(troubles).containsExactly("throws threw java.lang.IllegalStateException");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"StackOverflowError", "OutOfMemoryError", "NoClassDefFoundError", "InterruptedException", "null"
            })
    void whatever_it_throws_judging_does_not(String what) {
        try (SignalRunner runner = runner(PATIENT, refusal("throws", (q, r) -> {
            switch (what) {
                case "StackOverflowError" -> throw new StackOverflowError();
                case "OutOfMemoryError" -> throw new OutOfMemoryError("made up");
                case "NoClassDefFoundError" -> throw new NoClassDefFoundError("Made/Up");
                case "InterruptedException" -> throw new InterruptedException();
                default -> {
                    return null;
                }
            }
        }))) {
            assertThat(runner.judge("q", "r")).isEqualTo(SignalFlags.UNKNOWN);
            assertThat(runner.stats()).containsExactly(new DetectorStats("throws", 0, 0, 1, 0, 0));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void a_listener_that_throws_stops_nothing() {
        try (SignalRunner runner = new SignalRunner(
                List.of(refusal("throws", (q, r) -> {
                    throw new IllegalStateException();
                })),
                PATIENT,
                nanos::get,
                (name, reason) -> {
                    throw new IllegalStateException("the listener");
                })) {
            assertThat(runner.judge("q", "r")).isEqualTo(SignalFlags.UNKNOWN);
        }
    }

    @Test
    void one_that_throws_five_times_in_a_row_is_left_alone_for_a_while() {
        AtomicInteger asked = new AtomicInteger();
        try (SignalRunner runner = runner(PATIENT, refusal("throws", (q, r) -> {
            asked.incrementAndGet();
            throw new IllegalStateException();
        }))) {
            for (int i = 0; i < 8; i++) {
                runner.judge("q", "r");
            }
            assertThat(asked).hasValue(5);
            nanos.addAndGet(Duration.ofSeconds(16).toNanos());
            runner.judge("q", "r");
            assertThat(asked).hasValue(6);
            assertThat(runner.stats()).containsExactly(new DetectorStats("throws", 0, 0, 6, 0, 3));
        }
    }

    @Test
    void one_that_hangs_is_let_go_and_not_asked_until_it_has_come_back() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Fake hangs = refusal("hangs", (q, r) -> {
            if (asked.incrementAndGet() == 1) {
                awaitWhateverInterrupts(release);
                released.countDown();
            }
            return Verdict.CLEAR;
        });
        try (SignalRunner runner = runner(IMPATIENT, hangs, ToxicityDetector.standard())) {
            SignalFlags flags = runner.judge("q", "a fine reply");
            assertThat(flags.refusal()).isNull();
            assertThat(flags.toxicity())
                    .as("the others go on")
                    .extracting(SignalResult::flagged)
                    .isEqualTo(false);
            assertThat(troubles).containsExactly("hangs took longer than 500 ms");

            runner.judge("q", "r");
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            runner.judge("q", "r");
            assertThat(asked).as("neither in the pause nor while it hangs").hasValue(1);
            assertThat(runner.stats().get(0)).isEqualTo(new DetectorStats("hangs", 0, 0, 0, 1, 2));

            release.countDown();
            assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
            nanos.addAndGet(Duration.ofHours(1).toNanos());
            while (runner.stats().get(0).known() == 0 && asked.get() < 1_000) {
                Thread.onSpinWait();
                runner.judge("q", "r");
                nanos.addAndGet(Duration.ofHours(1).toNanos());
            }
            assertThat(runner.stats().get(0).known()).as("asked again").isEqualTo(1);
        }
    }

    private static void awaitWhateverInterrupts(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException ignored) {
                // This one does not answer to interruption.
            }
        }
    }

    @Test
    void one_that_takes_too_long_is_interrupted() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (SignalRunner runner = runner(IMPATIENT, refusal("waits", (q, r) -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Verdict.CLEAR;
        }))) {
            assertThat(runner.judge("q", "r")).isEqualTo(SignalFlags.UNKNOWN);
            assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void an_answer_in_between_ends_a_row_of_failures() {
        AtomicInteger asked = new AtomicInteger();
        try (SignalRunner runner = runner(PATIENT, refusal("throws-often", (q, r) -> {
            if (asked.incrementAndGet() % 5 == 0) {
                return Verdict.CLEAR;
            }
            throw new IllegalStateException();
        }))) {
            for (int i = 0; i < 20; i++) {
                runner.judge("q", "r");
            }
            assertThat(runner.stats()).containsExactly(new DetectorStats("throws-often", 4, 0, 16, 0, 0));
        }
    }

    @Test
    void closing_interrupts_what_still_runs() throws InterruptedException {
        AtomicBoolean closing = new AtomicBoolean();
        CountDownLatch interrupted = new CountDownLatch(1);
        SignalRunner runner = runner(IMPATIENT, refusal("waits", (q, r) -> {
            while (true) {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    if (closing.get()) {
                        interrupted.countDown();
                        return Verdict.CLEAR;
                    }
                }
            }
        }));
        assertThat(runner.judge("q", "r")).isEqualTo(SignalFlags.UNKNOWN);
        closing.set(true);
        runner.close();
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(runner.judge("q", "r")).isEqualTo(SignalFlags.UNKNOWN);
        assertThat(runner.stats()).containsExactly(new DetectorStats("waits", 0, 0, 0, 1, 1));
    }

    @Test
    void a_detector_sees_the_beginning_and_the_end_of_a_long_text() {
        List<Integer> lengths = new ArrayList<>();
        try (SignalRunner runner = runner(PATIENT, refusal("looks", (q, r) -> {
            lengths.add(q == null ? -1 : q.length());
            lengths.add(r == null ? -1 : r.length());
            return Verdict.CLEAR;
        }))) {
            runner.judge("x".repeat(1_000_000), "short");
            runner.judge(null, "y".repeat(121));
        }
        assertThat(lengths).containsExactly(121, 5, -1, 121);
    }

    @Test
    void what_cannot_be_recorded_is_refused_when_the_runner_is_made() {
        assertThatThrownBy(() -> runner(PATIENT, refusal("", (q, r) -> Verdict.CLEAR)))
                .hasMessageContaining("name is ''");
        assertThatThrownBy(() -> runner(PATIENT, refusal("two words", (q, r) -> Verdict.CLEAR)))
                .hasMessageContaining("'two words'");
        assertThatThrownBy(() -> runner(
                        PATIENT, refusal("same", (q, r) -> Verdict.CLEAR), refusal("same", (q, r) -> Verdict.CLEAR)))
                .hasMessageContaining("called same");
        assertThatThrownBy(() -> new SignalLimits(0, 0, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .hasMessageContaining("headCharacters is 0");
        assertThatThrownBy(() -> new SignalLimits(1, 0, Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessageContaining("timeBox is PT0S");
        assertThatThrownBy(() -> new SignalResult(Verdict.CLEAR, Double.NaN, "", "d", "1"))
                .hasMessageContaining("score is NaN");
    }
}
