package io.driftaware.logging;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many values the vectors of each embedding model have: as declared, else as the model's first good vector had. Bounded,
 * because names come from the application's traffic: of models beyond the bound nothing is remembered.
 */
final class ModelDimensions {
    static final int UNKNOWN = 0;
    private static final int MOST_MODELS = 1_000;

    private final Map<String, Integer> dimensions = new ConcurrentHashMap<>();

    ModelDimensions(Map<String, Integer> declared) {
        dimensions.putAll(declared);
    }

    int of(String model) {
        return dimensions.getOrDefault(model, UNKNOWN);
    }

    void learn(String model, int dimension) {
        if (dimensions.size() < MOST_MODELS) {
            dimensions.putIfAbsent(model, dimension);
        }
    }
}
