package io.driftaware.logging.signal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks detectors about an exchange, within bounds. Detectors of one signal are asked in their order until one knows: a later
 * one stands in where an earlier one doesn't know or has failed.
 *
 * <p>What it guarantees, for any detector and any text:
 *
 * <ul>
 *   <li>{@link #judge} never throws, and what a detector throws, {@link Error}s included, makes the verdict unknown.
 *   <li>Detectors see at most the first and last characters of {@link SignalLimits}.
 *   <li>The built-in detectors run on the calling thread; their work is bounded by that length. Every other one runs on a
 *       daemon thread of its own, and {@code judge} waits for it no longer than the time box.
 *   <li>A detector that took longer is interrupted, and is left alone for a pause that grows. Until it has come back it is not
 *       asked again, so a detector that never does holds one thread, and costs the caller nothing more.
 *   <li>One that throws five times in a row is left alone likewise.
 * </ul>
 *
 * <p>What it can't do: end a thread that ignores interruption, or take back the memory that it holds.
 *
 * <p>{@code judge} is called by one thread at a time; {@link #stats} and {@link #close} by any.
 */
public final class SignalRunner implements AutoCloseable {
    private final List<GuardedDetector> detectors;
    private final SignalLimits limits;

    /**
     * Makes a runner.
     *
     * @param detectors in the order in which they are asked
     * @param nanoClock what {@link System#nanoTime} gives: for the pauses
     * @param trouble told the detector's name and a reason in words, each time a detector fails; never told any text
     * @throws IllegalArgumentException if two detectors have the same name, or one has a name or version that can't be recorded
     */
    public SignalRunner(
            List<? extends SignalDetector> detectors,
            SignalLimits limits,
            LongSupplier nanoClock,
            BiConsumer<String, String> trouble) {
        this.limits = limits;
        List<GuardedDetector> guarded = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (SignalDetector detector : detectors) {
            GuardedDetector next = new GuardedDetector(detector, limits, nanoClock, trouble);
            if (!names.add(next.name())) {
                throw new IllegalArgumentException("two detectors are called " + next.name() + ": rename one");
            }
            guarded.add(next);
        }
        this.detectors = List.copyOf(guarded);
    }

    /** {@return a runner of the two built-in detectors} */
    public static SignalRunner builtIn() {
        return new SignalRunner(
                List.of(RefusalDetector.standard(), ToxicityDetector.standard()),
                SignalLimits.DEFAULT,
                System::nanoTime,
                (detector, reason) -> {});
    }

    /**
     * Judges one exchange.
     *
     * @param query what was asked, of any length; null if not known
     * @param response what was answered, of any length; null if not known
     */
    public SignalFlags judge(@Nullable String query, @Nullable String response) {
        if (query == null && response == null) {
            return SignalFlags.UNKNOWN;
        }
        String asked = excerpt(query);
        String answered = excerpt(response);
        Map<Signal, SignalResult> known = new EnumMap<>(Signal.class);
        for (GuardedDetector detector : detectors) {
            if (!known.containsKey(detector.signal())) {
                SignalResult result = detector.ask(asked, answered);
                if (result != null && result.verdict() != Verdict.UNKNOWN) {
                    known.put(detector.signal(), result);
                }
            }
        }
        return new SignalFlags(known.get(Signal.REFUSAL), known.get(Signal.TOXICITY));
    }

    /** {@return what became of each detector's exchanges, in the order of the detectors} */
    public List<DetectorStats> stats() {
        return detectors.stream().map(GuardedDetector::stats).toList();
    }

    /** Interrupts what still runs. Exchanges judged afterwards get unknown from the application's own detectors. */
    @Override
    public void close() {
        detectors.forEach(GuardedDetector::close);
    }

    private @Nullable String excerpt(@Nullable String text) {
        return text == null ? null : Excerpt.of(text, limits.headCharacters(), limits.tailCharacters());
    }
}
