package io.driftaware.runner.view;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.core.detect.Finding.Insufficient;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Overview.BaselineState;
import io.driftaware.runner.view.Overview.EvidenceState;
import io.driftaware.runner.view.Overview.Headline;
import io.driftaware.runner.view.Overview.Missing;
import io.driftaware.runner.view.Overview.OpenEpisode;
import io.driftaware.runner.view.Overview.StreamState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The report of one stream, turned into the numbers that a person compares. */
record StreamFigures(StreamReport report) {
    private static final String RISE = "_rise";
    private static final String FROM = "from";

    /** A rate may be its limit, and a distance its threshold: only beyond them is worth acting on. */
    private static final String ABOVE = "above";

    WatchedStream stream() {
        return WatchedStream.ofLabel(report.stream());
    }

    static boolean isKnown(StreamReport report) {
        return Arrays.stream(WatchedStream.values())
                .anyMatch(stream -> stream.label().equals(report.stream()));
    }

    static String title(WatchedStream stream) {
        return switch (stream) {
            case QUERY_EMBEDDINGS -> "Queries";
            case DOCUMENT_EMBEDDINGS -> "Documents";
            case RESPONSE_EMBEDDINGS -> "Answers";
            case REFUSALS -> "Refusals";
            case TOXICITY -> "Toxicity";
            case FEEDBACK -> "Feedback";
            case COVERAGE -> "Coverage";
        };
    }

    StreamState state(List<EpisodeReport> episodes, Map<WatchedStream, Instant> newest) {
        BaselineReport baseline = report.baseline();
        return new StreamState(
                report.stream(),
                title(stream()),
                report.verdict().name(),
                report.reason(),
                headline(),
                report.recentSamples(),
                report.recentFrom(),
                report.baselineSamples(),
                report.rejectedRows(),
                missing(),
                report.lastRow(),
                report.embeddingModel(),
                report.evidence().stream()
                        .map(one -> new EvidenceState(one.hypothesis(), one.ratio()))
                        .toList(),
                baseline == null
                        ? null
                        : new BaselineState(baseline.id(), baseline.from(), baseline.to(), baseline.rows()),
                episodes.stream()
                        .filter(one -> one.open() && one.stream().equals(report.stream()))
                        .findFirst()
                        .map(one -> new OpenEpisode(one.id(), one.openedAt()))
                        .orElse(null),
                report.findings().isEmpty(),
                report.unproven(),
                newest.get(stream()));
    }

    @Nullable
    Missing missing() {
        for (Finding finding : report.findings()) {
            if (finding instanceof Insufficient lacks) {
                boolean recent = lacks.recentSamples() < lacks.needed()
                        && !lacks.detector().equals("baseline");
                return new Missing(
                        recent ? lacks.recentSamples() : lacks.baselineSamples(), lacks.needed(), lacks.reason());
            }
        }
        return null;
    }

    @Nullable
    Headline headline() {
        Compared compared = report.compared();
        if (compared == null) {
            return null;
        }
        return switch (stream().kind()) {
            case EMBEDDINGS -> embeddings(compared);
            case FLAG -> flag(compared);
            case FEEDBACK -> feedback(compared);
            case RETRIEVAL -> coverage(compared);
        };
    }

    private Headline embeddings(Compared compared) {
        if (compared.detector().equals("embedding_window")) {
            return new Headline(
                    compared.value(),
                    null,
                    compared.threshold(),
                    FROM,
                    "share",
                    "higher",
                    compared.details().get("minimum_detectable_share"),
                    "are not as before, at least",
                    "drifted_share");
        }
        return new Headline(
                compared.value(),
                null,
                compared.threshold(),
                compared.detector().equals(CentroidShift.NAME) ? ABOVE : FROM,
                "distance",
                "higher",
                null,
                "cosine distance of the means, noise taken off",
                "distance");
    }

    private Headline flag(Compared compared) {
        Map<String, Double> details = compared.details();
        Double before = details.get("baseline_rate");
        boolean rise = compared.detector().endsWith(RISE);
        double base = rise && before != null ? before : 0;
        Double detectable = details.get("minimum_detectable");
        return new Headline(
                details.getOrDefault("rate", compared.value()),
                before,
                base + compared.threshold(),
                rise ? FROM : ABOVE,
                "share",
                "higher",
                detectable == null ? null : base + detectable,
                stream() == WatchedStream.REFUSALS ? "of answers refuse" : "of answers are toxic",
                "rate");
    }

    private static Headline feedback(Compared compared) {
        Map<String, Double> details = compared.details();
        double before = details.getOrDefault("baseline_mean", 0.0);
        Double detectable = details.get("minimum_detectable");
        return new Headline(
                details.getOrDefault("recent_mean", before - compared.value()),
                before,
                before - compared.threshold(),
                "at or below",
                "score",
                "lower",
                detectable == null ? null : before - detectable,
                "mean score of users, 0 to 1",
                "mean");
    }

    private static Headline coverage(Compared compared) {
        Map<String, Double> details = compared.details();
        double before = details.getOrDefault("baseline_rate", 0.0);
        Double detectable = details.get("minimum_detectable");
        return new Headline(
                details.getOrDefault("uncovered_rate", before + compared.value()),
                before,
                before + compared.threshold(),
                FROM,
                "share",
                "higher",
                detectable == null ? null : before + detectable,
                "of queries have no document near",
                "rate");
    }
}
