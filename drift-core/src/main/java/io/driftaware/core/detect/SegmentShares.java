package io.driftaware.core.detect;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.sequential.EBenjaminiHochberg;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.ToLongFunction;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;

/**
 * Which segments carry the change of a rate, and whether they have become a larger part of the traffic or have changed
 * themselves. With w a segment's share of the rows and r its own rate, before (0) and now (1), the change of the whole is
 * exactly the sum over segments of
 *
 * <p>moved mix: (w1 - w0) ((r0 + r1) / 2 - (R0 + R1) / 2), and moved within: (r1 - r0) (w0 + w1) / 2
 *
 * <p>(Kitagawa, "Components of a difference between two rates", JASA 50, 1955; R, the rate of the whole, only shares out what
 * adds up to 0). A segment without rows on one side takes its rate from the other: it is all mix.
 *
 * <p>Segments that changed themselves are named by the rule of Benjamini and Hochberg for e-values, with e = 1 / (2 sqrt p) of
 * Fisher's exact test: among them at most a share {@code alpha} is wrong, on average.
 */
public final class SegmentShares {

    private SegmentShares() {}

    /**
     * A segment's rows of the whole window.
     *
     * @param before profile of the segment in the earlier window
     * @param recent profile of the segment in the window that is explained
     */
    public record Windows(ScoredProfile before, ScoredProfile recent) {}

    /**
     * A segment's part.
     *
     * @param segment its name
     * @param rateBefore its own rate before
     * @param rate its own rate now
     * @param movedMix how much of the whole's change comes from its share of the traffic
     * @param movedWithin how much comes from its own rate
     * @param pValue that its own rate has not risen
     * @param carries whether it is named as changed
     */
    public record Part(
            String segment,
            double rateBefore,
            double rate,
            double movedMix,
            double movedWithin,
            double pValue,
            boolean carries) {

        private Part carrying() {
            return new Part(segment, rateBefore, rate, movedMix, movedWithin, pValue, true);
        }
    }

    /**
     * The parts in the rate of novel rows.
     *
     * @param alpha share of wrongly named segments that is accepted, above 0 and below 1
     * @throws IllegalArgumentException if there is no row before, or none now
     */
    public static List<Part> ofNovelty(SortedMap<String, Windows> segments, EmbeddingBaseline baseline, double alpha) {
        int edge = baseline.novelEdge();
        return of(segments, profile -> profile.above(edge), alpha);
    }

    /** The parts in the share of a topic, given by its vectors of the sketch. */
    public static List<Part> ofTopic(SortedMap<String, Windows> segments, int[] sketchVectors, double alpha) {
        return of(segments, profile -> Math.round(profile.near(sketchVectors)), alpha);
    }

    private static List<Part> of(
            SortedMap<String, Windows> segments, ToLongFunction<ScoredProfile> events, double alpha) {
        Counts before = Counts.NONE;
        Counts recent = Counts.NONE;
        for (Windows windows : segments.values()) {
            before = before.plus(Counts.of(windows.before(), events));
            recent = recent.plus(Counts.of(windows.recent(), events));
        }
        if (before.rows == 0 || recent.rows == 0) {
            throw new IllegalArgumentException(
                    before.rows + " rows before and " + recent.rows + " now: each window needs some");
        }
        double middle = (before.rate() + recent.rate()) / 2;
        List<Part> parts = new ArrayList<>();
        double[] eValues = new double[segments.size()];
        for (Map.Entry<String, Windows> entry : segments.entrySet()) {
            Counts was = Counts.of(entry.getValue().before(), events);
            Counts is = Counts.of(entry.getValue().recent(), events);
            if (was.rows + is.rows == 0) {
                continue;
            }
            double rate = is.rows > 0 ? is.rate() : was.rate();
            double rateBefore = was.rows > 0 ? was.rate() : is.rate();
            double share = (double) is.rows / recent.rows;
            double shareBefore = (double) was.rows / before.rows;
            double p = risen(was, is);
            eValues[parts.size()] = 1 / (2 * Math.sqrt(p));
            parts.add(new Part(
                    entry.getKey(),
                    rateBefore,
                    rate,
                    (share - shareBefore) * ((rate + rateBefore) / 2 - middle),
                    (rate - rateBefore) * (share + shareBefore) / 2,
                    p,
                    false));
        }
        BitSet named = EBenjaminiHochberg.rejected(Arrays.copyOf(eValues, parts.size()), alpha);
        named.stream().forEach(i -> parts.set(i, parts.get(i).carrying()));
        return parts;
    }

    /** Fisher's exact test, one-sided. */
    private static double risen(Counts before, Counts recent) {
        long events = before.events + recent.events;
        if (recent.rows == 0 || before.rows == 0 || recent.events == 0) {
            return 1;
        }
        return Math.max(
                Double.MIN_NORMAL,
                HypergeometricDistribution.of(
                                Math.toIntExact(before.rows + recent.rows),
                                Math.toIntExact(events),
                                Math.toIntExact(recent.rows))
                        .survivalProbability(Math.toIntExact(recent.events - 1)));
    }

    private record Counts(long events, long rows) {
        static final Counts NONE = new Counts(0, 0);

        static Counts of(ScoredProfile profile, ToLongFunction<ScoredProfile> events) {
            return new Counts(events.applyAsLong(profile), profile.count());
        }

        Counts plus(Counts other) {
            return new Counts(events + other.events, rows + other.rows);
        }

        double rate() {
            return (double) events / rows;
        }
    }
}
