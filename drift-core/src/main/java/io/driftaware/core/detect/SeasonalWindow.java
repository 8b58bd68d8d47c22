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
 */
final class SeasonalWindow {

    private final EmbeddingBaseline baseline;
    private final List<ScoredWindow> parts;
    private final long count;

    SeasonalWindow(EmbeddingBaseline baseline, List<ScoredWindow> parts) {
        this.baseline = baseline;
        this.parts = parts;
        this.count = parts.stream().mapToLong(ScoredWindow::count).sum();
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
        return parts.isEmpty()
                ? of(List.copyOf(buckets.values()), baseline)
                : new SeasonalWindow(baseline, List.copyOf(parts));
    }

    EmbeddingBaseline baseline() {
        return baseline;
    }

    /** Those that have rows; at least one, which may have none if it is the only one. */
    List<ScoredWindow> parts() {
        return parts;
    }

    long count() {
        return count;
    }

    /** The share of the rows that are in a part. */
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

    /** All rows together. */
    ScoredProfile whole() {
        return parts.size() == 1
                ? parts.get(0).whole()
                : ScoredProfile.merge(parts.stream().map(ScoredWindow::whole).toList());
    }
}
