package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.core.detect.Finding.Insufficient;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.EvidenceReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads back what {@link CheckReportWriter} wrote, for a monitor that does not lead. */
final class CheckReportReader {
    private CheckReportReader() {}

    /** The report; unknown fields are passed over. */
    static CheckReport read(String text) {
        try {
            return report(JsonNode.of(text));
        } catch (IOException | ClassCastException | NullPointerException | IllegalArgumentException e) {
            throw new DriftMonitorException(
                    "the last report in drift_monitor_state cannot be read: another version wrote it, run a check with"
                            + " that version stopped",
                    e);
        }
    }

    private static CheckReport report(JsonNode node) {
        JsonNode classic = node.node("classic");
        return new CheckReport(
                node.instant("at"),
                Verdict.valueOf(node.text("verdict")),
                new ClassicMetrics(
                        classic.number("embedding_drift_score"),
                        classic.number("embedding_variance_score"),
                        classic.number("refusal_rate"),
                        classic.number("toxicity_rate"),
                        classic.number("recent_accuracy"),
                        classic.number("baseline_accuracy")),
                node.nodes("streams").stream().map(CheckReportReader::stream).toList(),
                node.nodes("episodes").stream().map(CheckReportReader::episode).toList(),
                Duration.ofNanos(Math.round(node.real("took_seconds") * 1e9)));
    }

    private static StreamReport stream(JsonNode node) {
        return new StreamReport(
                node.text("stream"),
                Verdict.valueOf(node.text("verdict")),
                node.node("samples").whole("recent"),
                node.node("samples").whole("baseline"),
                node.whole("rejected_rows"),
                node.nodes("findings").stream().map(CheckReportReader::finding).toList(),
                node.text("reason"),
                node.get("last_row") == null ? null : node.instant("last_row"),
                (String) node.get("embedding_model"),
                node.get("evidence") == null
                        ? List.of()
                        : node.nodes("evidence").stream()
                                .map(CheckReportReader::evidence)
                                .toList(),
                node.get("explanation") == null ? null : ExplanationJson.read(node.node("explanation")),
                node.get("baseline") == null ? null : baseline(node.node("baseline")),
                node.get("recent_from") == null ? null : node.instant("recent_from"));
    }

    private static BaselineReport baseline(JsonNode node) {
        return new BaselineReport(node.whole("id"), node.instant("from"), node.instant("to"), node.whole("rows"));
    }

    private static EvidenceReport evidence(JsonNode node) {
        return new EvidenceReport(node.text("hypothesis"), node.real("ratio"), node.real("log_alarm"));
    }

    private static Finding finding(JsonNode node) {
        JsonNode samples = node.node("samples");
        if (node.text("kind").equals("insufficient")) {
            return new Insufficient(
                    node.text("detector"),
                    node.text("reason"),
                    samples.whole("recent"),
                    samples.whole("baseline"),
                    node.whole("needed"));
        }
        JsonNode details = node.node("details");
        SortedMap<String, Double> numbers = new TreeMap<>();
        for (String name : details.fields().keySet()) {
            numbers.put(name, details.real(name));
        }
        return new Compared(
                node.text("detector"),
                node.real("value"),
                node.real("threshold"),
                Boolean.TRUE.equals(node.get("exceeded")),
                samples.whole("recent"),
                samples.whole("baseline"),
                numbers);
    }

    private static EpisodeReport episode(JsonNode node) {
        return new EpisodeReport(
                node.whole("id"),
                node.text("stream"),
                node.instant("opened_at"),
                node.real("opened_value"),
                node.real("last_value"),
                node.real("threshold"),
                node.get("closed_at") == null ? null : node.instant("closed_at"));
    }
}
