package io.driftaware.runner;

import java.util.Map;
import java.util.TreeMap;

/** The labels of {@code drift_monitor_info}, as the original has them. */
final class MonitorInfo {
    private MonitorInfo() {}

    static Map<String, String> labels(MonitorConfig config) {
        Map<String, String> labels = new TreeMap<>();
        String version = DriftMonitor.class.getPackage().getImplementationVersion();
        labels.put("version", version == null ? "unpackaged" : version);
        labels.put("embedding_dim", Integer.toString(config.embeddingDim()));
        labels.put("check_interval", Long.toString(config.checkInterval().toSeconds()));
        labels.put("cosine_threshold", Double.toString(config.embeddingCosineThreshold()));
        labels.put("refusal_threshold", Double.toString(config.refusalRateThreshold()));
        labels.put("toxicity_threshold", Double.toString(config.toxicityRateThreshold()));
        labels.put("accuracy_drop_threshold", Double.toString(config.accuracyDropPoints()));
        return labels;
    }
}
