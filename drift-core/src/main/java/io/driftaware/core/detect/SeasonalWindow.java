package io.driftaware.core.detect;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.sequential.WeekPart;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/**
 * A window by part of the week, where its baseline keeps these apart: rows of a weekend are compared with rows of weekends.
 * Else one part that is the whole.
 *
 * <p>P-values of the parts are combined by Cauchy's rule, each with the share of the rows that it has as its weight (Liu and
 * Xie 2020); sizes are means over the rows (post-stratification; Cochran, "Sampling techniques", 1977, section 5A).
 *
 * <p>A part that has hardly begun is left out while another can speak: in a few rows of a few buckets nothing tells a burst of
 * one person from a change.
 */
final class SeasonalWindow {

    /** The fewest that {@link io.driftaware.core.baseline.GrowthScan} knows the limits of chance for. */
    private static final long LEAST_ROWS = 100;

    private static final int LEAST_BUCKETS = 12;

    private final EmbeddingBaseline baseline;
    private final List<ScoredWindow> parts;
    private final long count;
    private final long rows;

    SeasonalWindow(EmbeddingBaseline baseline, List<ScoredWindow> parts) {
        this(baseline, parts, count(parts));
    }

    private SeasonalWindow(EmbeddingBaseline baseline, List<ScoredWindow> parts, long rows) {
        this.baseline = baseline;
        this.parts = parts;
        this.count = count(parts);
        this.rows = rows;
    }

    /** A window whose buckets have no time is compared with all held-out rows. */
    static SeasonalWindow of(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        return new SeasonalWindow(baseline, List.of(new ScoredWindow(buckets, baseline)));
    }

    /** @param buckets by their start; each lies within a day in UTC */
    static SeasonalWindow of(SortedMap<Instant, ScoredProfile> buckets, EmbeddingBaseline baseline) {
        Map<WeekPart, List<ScoredProfile>> byPart = new EnumMap<>(WeekPart.class);
        buckets.forEach((start, profile) -> byPart.computeIfAbsent(
                        WeekPart.of(start, ZoneOffset.UTC), part -> new ArrayList<>())
                .add(profile));
        List<ScoredWindow> parts = new ArrayList<>();
        byPart.forEach((part, profiles) -> baseline.heldOut(part)
                .map(before -> new ScoredWindow(profiles, baseline, before))
                .ifPresent(parts::add));
        parts.removeIf(part -> part.count() == 0);
        if (parts.isEmpty()) {
            return of(List.copyOf(buckets.values()), baseline);
        }
        List<ScoredWindow> begun = parts.stream()
                .filter(part -> part.count() >= LEAST_ROWS && part.buckets() >= LEAST_BUCKETS)
                .toList();
        return new SeasonalWindow(baseline, begun.isEmpty() ? List.copyOf(parts) : begun, count(parts));
    }

    private static long count(List<ScoredWindow> parts) {
        return parts.stream().mapToLong(ScoredWindow::count).sum();
    }

    EmbeddingBaseline baseline() {
        return baseline;
    }

    /** Those that are judged; at least one, which may have no rows if it is the only one. */
    List<ScoredWindow> parts() {
        return parts;
    }

    /** Rows that are judged. */
    long count() {
        return count;
    }

    /** Rows, those of a part that has hardly begun included. */
    long rows() {
        return rows;
    }

    /** The share of the judged rows that are in a part. */
    double weight(int part) {
        return parts.size() == 1 ? 1 : (double) parts.get(part).count() / count;
    }

    /** A number of the parts, on average over the rows. */
    double mean(ToDoubleFunction<ScoredWindow> ofPart) {
        double mean = 0;
        for (int i = 0; i < parts.size(); i++) {
            mean += weight(i) * ofPart.applyAsDouble(parts.get(i));
        }
        return mean;
    }

    /** All judged rows together. */
    ScoredProfile whole() {
        return parts.size() == 1
                ? parts.get(0).whole()
                : ScoredProfile.merge(parts.stream().map(ScoredWindow::whole).toList());
    }
}
